import { runsJobs } from '../../shared/jobs/test-jobs.ts'
import type { Bench, Person, RequestOptions } from '../../test/workbench.ts'
import { handler as add } from './add-group-member.ts'
import * as contracts from './contract.ts'
import { handler as create } from './create-group.ts'
import { handler as remove } from './delete-group.ts'
import { handler as followMoves } from './follow-moves.ts'
import { handler as get } from './get-group.ts'
import { handler as list } from './list-groups.ts'
import { handler as move } from './move-group.ts'
import { handler as takeOut } from './remove-group-member.ts'
import { handler as update } from './update-group.ts'

let serial = 0

/** For tests: one organization's groups over their endpoints, and the jobs that follow their moves. */
export function groupsOf(bench: Bench, as: Person, follow = followMoves) {
  const tenant = bench.tenant(as.organizationId)
  const ask = (handler: Parameters<Bench['request']>[0], contract: Parameters<Bench['request']>[1], options: RequestOptions) =>
    bench.request(handler, contract, { as, ...options })
  return {
    tenant,
    as: (other: Person) => groupsOf(bench, other, follow),
    create: (parentId?: string, name = `Group ${serial++}`) =>
      ask(create, contracts.createGroup, { body: { name, ...(parentId ? { parentId } : {}) } }),
    get: (id: string) => ask(get, contracts.getGroup, { params: { id } }),
    list: (query: Record<string, string> = {}) => ask(list, contracts.listGroups, { query }),
    rename: (id: string, name: string) => ask(update, contracts.updateGroup, { params: { id }, body: { name } }),
    move: (id: string, newParentId: string | null) => ask(move, contracts.moveGroup, { params: { id }, body: { newParentId } }),
    remove: (id: string) => ask(remove, contracts.deleteGroup, { params: { id } }),
    put: (id: string, { userId }: Pick<Person, 'userId'>) => ask(add, contracts.addGroupMember, { params: { id }, body: { userId } }),
    take: (id: string, { userId }: Pick<Person, 'userId'>) => ask(takeOut, contracts.removeGroupMember, { params: { id, userId } }),
    /** Ids of groups, each under the one before. */
    async chain(length: number, under?: string): Promise<string[]> {
      const ids: string[] = []
      for (let n = 0; n < length; n++) ids.push((await this.create(ids.at(-1) ?? under)).body.data.id)
      return ids
    },
    ...runsJobs(bench, tenant, { 'groups/follow-moves': follow }),
  }
}
