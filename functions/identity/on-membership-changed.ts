import {
  userActivated,
  userDeactivated,
  userDeleted,
  userJoined,
  userLeft,
  userLocked,
  userRestored,
  userRolesChanged,
  userUnlocked,
} from '../../events/users.ts'
import { isProblem } from '../../shared/errors.ts'
import { putMembership } from '../../shared/identity/membership-store.ts'
import { findPerson } from '../../shared/identity/person-store.ts'
import { react, reaction } from '../../shared/react.ts'
import { users } from '../users/door.ts'

export const rule = reaction('identity/on-membership-changed', {
  on: [userJoined, userLeft, userRolesChanged, userLocked, userUnlocked, userActivated, userDeactivated, userDeleted, userRestored],
  summary: 'Keeps what sign-in knows of a person as the user records are: role and status by organization.',
  reads: ['USER'],
  lookups: ['MEMBERSHIP'],
  lookupReads: ['PERSON'],
})

/** It shows the record as it is now, not what the event says, so the order of events does not matter. */
export const handler = react(rule, async ({ event, tenant, lookups }) => {
  const user = await tenant.get(users, event.aggregateId)
  // An invitation is nobody's until it is accepted; only who was a member before has an id of their own.
  if (!user || !(await findPerson(lookups, user.id))) return
  await tenant.commit(putMembership(user)).catch((error) => {
    // Something newer stands there.
    if (!isProblem(error, 'VERSION_CONFLICT')) throw error
  })
})
