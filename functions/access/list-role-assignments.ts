import { find } from '../../shared/resource/find.ts'
import { lists } from '../../shared/resource/verbs.ts'
import type { Reach } from '../../shared/serve/reach.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import { assignments, type RoleAssignment, recordOf, toAssignment } from './assignment.ts'
import { listRoleAssignments } from './contract.ts'
import { holderOf, subjectOf } from './holder.ts'

/** All that somebody was given stands with them. */
async function givenTo(tenant: Tenant, subjectId: string, roleId: string | undefined, { visible }: Reach): Promise<RoleAssignment[]> {
  const subject = subjectOf(subjectId)
  const holder = await holderOf(tenant, subject)
  const given = (holder?.assignments ?? []).filter((each) => roleId === undefined || each.roleId === roleId)
  return visible(
    assignments,
    given.map((each) => ({ item: recordOf(tenant.id, subject, each) })),
  )
}

export const handler = lists(
  listRoleAssignments,
  async ({ query: { subjectId, roleId, ...page }, tenant, access }) => {
    const within = await access.reach(listRoleAssignments.permission)
    if (!subjectId) return find(tenant, assignments, { ...page, by: { ROLE: roleId }, within })
    return tenant.list<RoleAssignment>({ ...page, ahead: await givenTo(tenant, subjectId, roleId, within), partitions: [] })
  },
  toAssignment,
)
