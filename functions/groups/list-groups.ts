import { find } from '../../shared/resource/find.ts'
import { lists } from '../../shared/resource/verbs.ts'
import { listGroups } from './contract.ts'
import { groups, toGroup } from './group.ts'

export const handler = lists(
  listGroups,
  async ({ query: { roleId, parentId, ...page }, tenant, access }) =>
    find(tenant, groups, { ...page, by: { PARENT: parentId, ROLE: roleId }, within: await access.reach('groups:read') }),
  (group, { organization }) => toGroup(group, organization),
)
