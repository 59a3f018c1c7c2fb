import * as events from '../../events/users.ts'
import { context } from '../../shared/context.ts'
import * as contract from './contract.ts'
import { examples } from './examples.ts'
import { rule as onUserChanged } from './on-user-changed.ts'
import * as problems from './problems.ts'
import { users } from './user-store.ts'

export default context({
  ring: 'organization',
  contract,
  examples,
  events,
  problems,
  reactions: [onUserChanged],
  entities: [users],
  ids: { usr: 'a person', asg: 'an assignment of a role' },
  permissions: {
    'users:create': 'Invite people, and withdraw invitations.',
    'users:read': 'See who belongs to the organization, and their history.',
    'users:update': 'Change the details of people, lock them out and let them in again.',
    'users:delete': 'Remove people, and bring them back.',
  },
})
