import type { Page } from '../../shared/endpoint.ts'
import { find } from '../../shared/resource/find.ts'
import { lists } from '../../shared/resource/verbs.ts'
import { visible } from '../../shared/serve/visible.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import { assignments, type RoleAssignment, recordOf, toAssignment } from './assignment.ts'
import { listRoleAssignments } from './contract.ts'
import { holderOf, subjectOf } from './holder.ts'

interface Asked {
  limit: number
  cursor?: string | undefined
  roleId?: string | undefined
}

/** All that somebody was given stands with them. */
async function givenTo(tenant: Tenant, subjectId: string, { roleId, ...page }: Asked): Promise<Page<RoleAssignment>> {
  const subject = subjectOf(subjectId)
  const holder = await holderOf(tenant, subject)
  const given = (holder?.assignments ?? []).filter((each) => roleId === undefined || each.roleId === roleId)
  const ahead = given.map((each) => recordOf(tenant.id, subject, each))
  return tenant.list({ ...page, ahead, partitions: [] })
}

export const handler = lists(
  listRoleAssignments,
  async (call) => {
    const { query, tenant } = call
    const { subjectId, roleId, ...page } = query
    const found = await (subjectId
      ? givenTo(tenant, subjectId, { roleId, ...page })
      : find(tenant, assignments, { ...page, by: { ROLE: roleId } }))
    return visible(call, 'role_assignments:read', assignments, found)
  },
  toAssignment,
)
