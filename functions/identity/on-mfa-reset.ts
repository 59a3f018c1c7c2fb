import { mfaDisabled } from '../../events/identity.ts'
import { userMfaReset } from '../../events/users.ts'
import { setTotp } from '../../shared/identity-challenges.ts'
import { react, reaction } from '../../shared/react.ts'
import { personKey } from '../../shared/store/keys.ts'
import { openTenant } from '../../shared/store/tenant.ts'
import { signal } from '../../shared/store/writes.ts'
import { users } from '../users/reads.ts'
import { endEverywhere } from './end-everywhere.ts'
import { dropBackupCodes, dropRecovery } from './second-factor-store.ts'

export const rule = reaction({
  on: [userMfaReset],
  summary: 'Turns a second factor off that an administrator removed: at Cognito, with its backup codes and all sessions.',
  reads: ['USER'],
  writes: ['SESSION', 'SIGNALS'],
  lookups: ['PERSON', 'SESSION'],
  calls: ['cognito-idp:AdminSetUserMFAPreference', 'cognito-idp:AdminUserGlobalSignOut'],
})

/** Our record goes first and Cognito last, so that what is asked for is never less than what our record demands. */
export const handler = react('identity-on-mfa-reset', rule, async (call) => {
  const { event, tenant, lookups, meter, now } = call
  const userId = event.aggregateId
  const [isDone, user, [person]] = await Promise.all([call.isDone(), tenant.get(users, userId), lookups.read([personKey(userId)])])
  // Whoever has set one up again since keeps it.
  if (isDone || !person || user?.mfaEnabled) return
  const metadata = { ...event.metadata, causationId: event.id }
  await endEverywhere({
    ...{ personId: userId, reason: 'second factor was reset', now, meter, lookups, tenant },
    open: (id) => openTenant({ id, meter, now, metadata }),
    person: { mfaEnabled: false },
    alongside: [dropBackupCodes(userId), dropRecovery(userId)],
  })
  await setTotp(meter, userId, false)
  await call.once(signal({ event: mfaDisabled, aggregate: { type: 'user', id: userId }, data: { userId, how: 'reset' } }))
})
