import { systemRoles } from '../../shared/access/system-roles.ts'
import { find } from '../../shared/resource/find.ts'
import { lists } from '../../shared/resource/verbs.ts'
import { listRoles } from './contract.ts'
import { asSystemRole, isFor, roles, toRole } from './role.ts'

export const handler = lists(
  listRoles,
  ({ query, tenant, organization }) =>
    query.q === undefined
      ? tenant.list({ ...query, ahead: systemRoles.filter(isFor(organization)).map(asSystemRole), partitions: [roles.plural], index: 'g1' })
      : find(tenant, roles, query),
  toRole,
)
