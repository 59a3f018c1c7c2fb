import { fromRecord } from '../../shared/event.ts'
import { isFinished, type Job } from '../../shared/jobs/job.ts'
import { jobs } from '../../shared/jobs/job-store.ts'
import { relist } from '../../shared/resource/lists.ts'
import { signalPartition } from '../../shared/store/keys.ts'
import type { Bench, Person, RequestOptions } from '../../test/workbench.ts'
import * as userContracts from '../users/contract.ts'
import { handler as createUser } from '../users/create-user.ts'
import { users } from '../users/user-store.ts'
import * as contracts from './contract.ts'
import { handler as create } from './create-unit.ts'
import { handler as remove } from './delete-unit.ts'
import { handler as followMoves } from './follow-moves.ts'
import { handler as get } from './get-unit.ts'
import { handler as move } from './move-unit.ts'
import { handler as update } from './update-unit.ts'

/** For tests: one organization's units over their endpoints, and its jobs as its queue would run them. */
export function unitsOf(bench: Bench, as: Person, follow = followMoves) {
  const tenant = bench.tenant(as.organizationId)
  const ask = (handler: Parameters<Bench['request']>[0], contract: Parameters<Bench['request']>[1], options: RequestOptions) =>
    bench.request(handler, contract, { as, ...options })
  const stored = async () => {
    const { items } = await tenant.list<Job>({ partitions: ['JOBS'], index: 'g1', limit: 1_000 })
    return items.filter((job) => !isFinished(job))
  }
  return {
    tenant,
    as: (other: Person) => unitsOf(bench, other),
    create: (name: string, parentId?: string, ownerId = as.userId) =>
      ask(create, contracts.createUnit, { body: { name, ownerId, ...(parentId ? { parentId } : {}) } }),
    get: (id: string) => ask(get, contracts.getUnit, { params: { id } }),
    update: (id: string, body: object) => ask(update, contracts.updateUnit, { params: { id }, body }),
    move: (id: string, newParentId: string | null) => ask(move, contracts.moveUnit, { params: { id }, body: { newParentId } }),
    remove: (id: string) => ask(remove, contracts.deleteUnit, { params: { id } }),
    async createUser(unitId?: string, more: object = {}) {
      const email = `${Math.random().toString(36).slice(2)}@example.com`
      const body = { email, firstName: 'Grace', lastName: 'Hopper', ...(unitId ? { unitId } : {}), ...more }
      const reply = await ask(createUser, userContracts.createUser, { body })
      if (reply.status === 201) await relist(tenant, users, reply.body.data.id)
      return reply
    },
    /** Ids of units, each under the one before. */
    async chain(length: number, under?: string): Promise<string[]> {
      const ids: string[] = []
      for (let n = 0; n < length; n++) {
        const { body } = await this.create(`Unit ${Math.random()}`, ids.at(-1) ?? under)
        ids.push(body.data.id)
      }
      return ids
    },
    /** Hands out the messages of every job that is not done, once; says how many there were. */
    async runJobs(): Promise<number> {
      const waiting = await stored()
      for (const { id } of waiting) {
        const [created] = await tenant.events(jobs, id)
        const today = signalPartition(new Date().toISOString().slice(0, 10))
        const { items } = await tenant.list<Record<string, unknown>>({ partitions: [today], limit: 1_000 })
        const steps = items.map(fromRecord).filter(({ type, aggregateId }) => type === 'job.stepped' && aggregateId === id)
        const message = steps.at(-1) ?? created
        if (message) await bench.react(follow, message)
      }
      return waiting.length
    },
    async settle() {
      for (let n = 0; (await this.runJobs()) > 0; n++) if (n > 50) throw new Error('The jobs do not end.')
    },
  }
}
