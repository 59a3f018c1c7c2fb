import { mfaDisabled } from '../../events/identity.ts'
import { userMfaReset } from '../../events/users.ts'
import { isProblem, problem } from '../../shared/errors.ts'
import { isManagedBy } from '../../shared/identity/home-store.ts'
import type { Person } from '../../shared/identity/person.ts'
import { findPerson } from '../../shared/identity/person-store.ts'
import { setTotp } from '../../shared/identity-challenges.ts'
import { type ReactionCall, react, reaction } from '../../shared/react.ts'
import { enrolmentKey } from '../../shared/store/keys.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import { openTenant } from '../../shared/store/tenant.ts'
import { remove, save, signal } from '../../shared/store/writes.ts'
import { showMfa, type User, users } from '../users/door.ts'
import { endEverywhere } from './end-everywhere.ts'
import { dropFactor, dropRecovery } from './second-factor-store.ts'

export const rule = reaction('identity/on-mfa-reset', {
  on: [userMfaReset],
  summary: 'Turns a second factor off that an administrator removed: at Cognito, with its backup codes and all sessions.',
  writes: ['USER', 'SESSION', 'SIGNALS'],
  lookups: ['LOGIN', 'PERSON', 'FACTOR', 'RECOVERY', 'SESSION_STATE'],
  calls: ['cognito-idp:AdminSetUserMFAPreference', 'cognito-idp:AdminUserGlobalSignOut'],
  keyring: true,
})

/** Whoever has joined another organization since belongs to that one as well, and keeps the factor. */
const requireStillManaged = (organizationId: string) => (person: Person) => {
  if (!isManagedBy(person, organizationId)) throw problem('PERSON_OF_SEVERAL')
}

const isOvertaken = (error: unknown) => isProblem(error, 'PERSON_OF_SEVERAL')

/** The factor stays, and is shown again. */
const showAgain = ({ tenant, now }: ReactionCall, userId: string): Promise<void> =>
  retryConflicts(async () => {
    const user = await tenant.get<User>(users, userId)
    if (user && !user.deletedAt && !user.mfaEnabled) await tenant.commit(save(users, showMfa(user, true, now)))
  })

function turnOff({ event, tenant, lookups, meter, now }: ReactionCall, userId: string) {
  const metadata = { ...event.metadata, causationId: event.id }
  return endEverywhere({
    personId: userId,
    reason: 'second factor was reset',
    now,
    meter,
    lookups,
    tenant,
    open: (id) => openTenant({ id, meter, now, metadata }),
    person: { mfaEnabled: false },
    requires: requireStillManaged(tenant.id),
    alongside: [...dropFactor(userId), remove(enrolmentKey(userId)), dropRecovery(userId)],
  })
}

/** Our record goes first and Cognito last, so that what is asked for is never less than what our record demands. */
export const handler = react(rule, async (call) => {
  const { event, tenant, lookups, meter } = call
  const userId = event.aggregateId
  const [isDone, user, person] = await Promise.all([call.isDone(), tenant.get<User>(users, userId), findPerson(lookups, userId)])
  // Whoever has set one up again since keeps it.
  if (isDone || !person || user?.mfaEnabled) return
  try {
    await turnOff(call, userId)
  } catch (error) {
    if (!isOvertaken(error)) throw error
    // What our record has let go already is finished; what it still demands stays.
    if (person.mfaEnabled) return showAgain(call, userId)
  }
  await setTotp(meter, userId, false)
  await call.once(signal({ event: mfaDisabled, aggregate: { type: 'user', id: userId }, data: { userId, how: 'reset' } }))
})
