import { serve } from '../../shared/serve/serve.ts'
import { users } from '../users/door.ts'
import { listUserGroups } from './contract.ts'
import { type Group, groups, toGroup } from './group.ts'

export const handler = serve(listUserGroups, { resource: users }, async ({ resource, query, tenant, organization, access }) => {
  const { items: ids, nextCursor } = await tenant.list<string>({ ...query, ahead: resource.groupIds ?? [], partitions: [] })
  const found = ids.length > 0 ? await tenant.read<Group>(...ids.map((id) => groups.keyOf({ id, organizationId: tenant.id }))) : []
  const standing = found.flatMap((item) => (item && !item.deletedAt ? [{ item }] : []))
  const { visible } = await access.reach('groups:read')
  return { items: (await visible(groups, standing)).map((group) => toGroup(group, organization)), nextCursor }
})
