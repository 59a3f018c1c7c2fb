import { roleCreated, roleDeleted, rolePermissionsChanged, roleUpdated } from '../../events/access.ts'
import { react, reaction } from '../../shared/react.ts'
import { keepsLists } from '../../shared/resource/lists.ts'
import { roles } from './role.ts'

export const rule = reaction('access/on-role-changed', {
  on: [roleCreated, roleUpdated, rolePermissionsChanged, roleDeleted],
  summary: 'Keeps the search as the roles are.',
  writes: ['ROLE'],
})

export const handler = react(rule, keepsLists(roles))
