import * as userEvents from '../../events/users.ts'
import { react, reaction } from '../../shared/react.ts'
import { keepsLists } from '../../shared/resource/lists.ts'
import { users } from './user-store.ts'

export const rule = reaction('users/on-user-changed', {
  on: Object.values(userEvents),
  summary: 'Keeps the search and the lists by role, group and place as the users are.',
  reads: ['GROUP', 'ORGANIZATION', 'UNIT'],
  writes: ['USER'],
})

export const handler = react(rule, keepsLists(users))
