import * as events from '../../events/access.ts'
import { context } from '../../shared/context.ts'
import { assignments } from './assignment.ts'
import * as contract from './contract.ts'
import { examples } from './examples.ts'
import { rule as onAssignmentChanged } from './on-assignment-changed.ts'
import { rule as onAssignmentDue } from './on-assignment-due.ts'
import { rule as onHolderChanged } from './on-holder-changed.ts'
import { rule as onRoleChanged } from './on-role-changed.ts'
import { permissions } from './permission.ts'
import * as problems from './problems.ts'
import { roles } from './role.ts'

export default context({
  ring: 'access',
  contract,
  events,
  problems,
  examples,
  reactions: [onAssignmentChanged, onAssignmentDue, onHolderChanged, onRoleChanged],
  entities: [roles, permissions, assignments],
  ids: { rol: 'a role of an organization', prm: 'a permission of an organization’s own' },
  permissions: {
    'roles:create': 'Make roles, and permissions of the organization’s own.',
    'roles:read': 'See the roles and what they permit.',
    'roles:update': 'Change what roles permit, and what they are called.',
    'roles:delete': 'Remove roles.',
    'role_assignments:create': 'Give roles and permissions in a part of the organization, for a time or under conditions.',
    'role_assignments:read': 'See who was given what, and ask what somebody may do and why.',
    'role_assignments:delete': 'Take away what was given in a part of the organization.',
    'role_assignments:update': 'Hand out roles and take them away.',
  },
})
