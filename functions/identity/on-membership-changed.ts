import {
  userActivated,
  userDeactivated,
  userDeleted,
  userEmailChanged,
  userEmailVerified,
  userJoined,
  userLeft,
  userLocked,
  userRestored,
  userRolesChanged,
  userUnlocked,
} from '../../events/users.ts'
import { Problem } from '../../shared/errors.ts'
import { react, reaction } from '../../shared/react.ts'
import { users } from '../users/reads.ts'
import { keepMail, putMembership } from './person-store.ts'

export const rule = reaction({
  on: [
    userJoined,
    userLeft,
    userRolesChanged,
    userLocked,
    userUnlocked,
    userActivated,
    userDeactivated,
    userDeleted,
    userRestored,
    userEmailChanged,
    userEmailVerified,
  ],
  summary: 'Keeps what sign-in knows of a person as the user records are: role and status by organization, and the mail address.',
  reads: ['USER'],
  lookups: ['PERSON'],
})

/** Something newer stands there, the person has no password yet, or is at home elsewhere: each is as it should be. */
const ignoreNewer = (error: unknown) => {
  if (!(error instanceof Problem) || error.code !== 'VERSION_CONFLICT') throw error
}

/** It shows the record as it is now, not what the event says, so the order of events does not matter. */
export const handler = react('identity-on-membership-changed', rule, async ({ event, tenant }) => {
  const user = await tenant.get(users, event.aggregateId)
  if (!user) return
  await tenant.commit(putMembership(user)).catch(ignoreNewer)
  await tenant.commit(keepMail(user)).catch(ignoreNewer)
})
