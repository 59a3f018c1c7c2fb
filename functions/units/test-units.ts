import { runsJobs } from '../../shared/jobs/test-jobs.ts'
import { relist } from '../../shared/resource/lists.ts'
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
    ...runsJobs(bench, tenant, { 'units/follow-moves': follow }),
  }
}
