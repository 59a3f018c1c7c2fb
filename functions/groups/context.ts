import * as events from '../../events/groups.ts'
import { context } from '../../shared/context.ts'
import { examplesOf, sampleId } from '../../shared/examples.ts'
import * as contract from './contract.ts'
import { rule as followMoves } from './follow-moves.ts'
import { groups } from './group.ts'
import { members } from './member.ts'
import { rule as onGroupChanged } from './on-group-changed.ts'
import { rule as onUserSettled } from './on-user-settled.ts'
import * as problems from './problems.ts'

export default context({
  ring: 'access',
  contract,
  events,
  problems,
  reactions: [onGroupChanged, onUserSettled, followMoves],
  entities: [groups, members],
  ids: { grp: 'a group' },
  permissions: {
    'groups:create': 'Make groups, and bring others to lie under them.',
    'groups:read': 'See groups, and who is in them.',
    'groups:update': 'Rename groups, move them, and say who is in them.',
    'groups:delete': 'Remove groups.',
  },
  examples: examplesOf(contract, {
    resources: { grp: { madeBy: 'createGroup' } },
    requests: {
      createGroup: { body: { name: 'Night shift', description: 'Whoever is up', type: 'team' } },
      moveGroup: { body: { newParentId: null } },
      updateGroup: { body: { description: 'Whoever is up, and awake' } },
      addGroupMember: { body: { userId: sampleId('usr'), roleInGroup: 'lead' } },
    },
  }),
})
