import * as identity from '../../events/identity.ts'
import { isProblem } from '../../shared/errors.ts'
import { readMemberships } from '../../shared/identity/membership-store.ts'
import { type ReactionCall, react, reaction } from '../../shared/react.ts'
import { doneKey } from '../../shared/store/keys.ts'
import { putNew, signal } from '../../shared/store/writes.ts'
import { users } from '../users/door.ts'

export const rule = reaction('identity/on-credentials-changed', {
  on: [
    identity.passwordChanged,
    identity.mfaEnabled,
    identity.mfaDisabled,
    identity.mfaRecovered,
    identity.backupCodesReplaced,
    identity.recoveryRequested,
    identity.recoveryRefused,
    identity.mailChangeRequested,
    identity.mailChanged,
    identity.mailChangeUndone,
    identity.homeChanged,
    identity.loginLocked,
    identity.refreshTokenReused,
  ],
  summary: 'Tells every other organization of a person that a credential of theirs changed, so that each audit trail shows it.',
  reads: ['USER'],
  writes: ['SIGNALS'],
  lookupReads: ['MEMBERSHIP'],
})

const CONSUMER = 'identity-on-credentials-changed'
/** As long as `react` keeps its own markers. */
const DONE_MS = 15 * 86_400_000

const howOf = ({ how, by }: Record<string, unknown>) =>
  typeof how === 'string' ? how : by === 'person' || by === 'organization' ? by : undefined

/** Once in each organization, under the name that the person has there; who did it elsewhere is not told. */
async function tell({ event, enter, now }: ReactionCall, personId: string, organizationId: string): Promise<void> {
  const tenant = enter(organizationId)
  const user = await tenant.get(users, personId)
  if (!user || user.deletedAt || user.status === 'invited') return
  const how = howOf(event.data)
  const told = signal({
    event: identity.credentialsChanged,
    aggregate: { type: 'user', id: personId, name: `${user.firstName} ${user.lastName}` },
    data: { userId: personId, what: event.type, ...(how ? { how } : {}), eventId: event.id },
  })
  const expiresAt = new Date(Date.parse(now) + DONE_MS).toISOString()
  const once = putNew(doneKey(organizationId, CONSUMER, event.id), { at: now }, 'CONFLICT', expiresAt)
  await tenant.commit([once, told]).catch((error) => {
    if (!isProblem(error, 'CONFLICT')) throw error
  })
}

export const handler = react(rule, async (call) => {
  const { event, lookups } = call
  const memberships = await readMemberships(lookups, String(event.data.userId))
  for (const { organizationId } of memberships) {
    if (organizationId !== event.organizationId) await tell(call, String(event.data.userId), organizationId)
  }
})
