import { find } from '../../shared/resource/find.ts'
import { lists } from '../../shared/resource/verbs.ts'
import { visible } from '../../shared/serve/visible.ts'
import { listGroups } from './contract.ts'
import { groups, toGroup } from './group.ts'

export const handler = lists(
  listGroups,
  async (call) => {
    const { roleId, ...page } = call.query
    return visible(call, 'groups:read', groups, await find(call.tenant, groups, { ...page, by: { ROLE: roleId } }))
  },
  toGroup,
)
