import * as events from '../../events/access.ts'
import { context } from '../../shared/context.ts'
import * as contract from './contract.ts'
import { roles } from './role.ts'

export default context({
  ring: 'organization',
  contract,
  events,
  entities: [roles],
  ids: { grp: 'a group', rol: 'a role of an organization' },
  permissions: {
    'roles:read': 'See the roles and what they permit.',
    'role_assignments:update': 'Hand out roles and take them away.',
  },
})
