import { serve } from '../../shared/serve/serve.ts'
import { users } from '../users/door.ts'
import { listUserGroups } from './contract.ts'
import { type Group, groups, toGroup } from './group.ts'

export const handler = serve(listUserGroups, { resource: users }, async ({ resource, query, tenant, organization }) => {
  const { items: ids, nextCursor } = await tenant.list<string>({ ...query, ahead: resource.groupIds ?? [], partitions: [] })
  const found = ids.length > 0 ? await tenant.read<Group>(...ids.map((id) => groups.keyOf({ id, organizationId: tenant.id }))) : []
  return { items: found.flatMap((group) => (group && !group.deletedAt ? [toGroup(group, organization)] : [])), nextCursor }
})
