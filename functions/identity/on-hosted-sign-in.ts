import { loginSucceeded } from '../../events/identity.ts'
import { deviceOf } from '../../shared/identity/device.ts'
import { findPerson, patchPerson } from '../../shared/identity/person-store.ts'
import { surplusOf } from '../../shared/identity/session.ts'
import { endSessions, sessionsOf } from '../../shared/identity/session-store.ts'
import { type ReactionCall, react, reaction } from '../../shared/react.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import { save, type Write } from '../../shared/store/writes.ts'
import { signedIn, users } from '../users/door.ts'
import { appearance, devicesWith } from './devices.ts'

export const rule = reaction('identity/on-hosted-sign-in', {
  on: [loginSucceeded],
  summary:
    "Does after a hosted sign-in what the API's own does at once: the user's last sign-in, the device, the oldest of too many sessions.",
  writes: ['USER', 'SESSION', 'SIGNALS'],
  lookups: ['PERSON_SEEN', 'SESSION_STATE'],
})

/** It is the person's own doing, from where they sat, and not the system's. */
const byWhoSignedIn =
  ({ event }: ReactionCall) =>
  (write: Write): Write =>
  (context) =>
    write({ ...context, metadata: { ...event.metadata, causationId: event.id, source: context.metadata.source } })

export const handler = react(rule, async (call) => {
  const { event, tenant, lookups, once, now: at } = call
  const { userId, method } = loginSucceeded.data.parse(event.data)
  if (method !== 'hosted') return
  const { ipAddress = '', userAgent = '' } = event.metadata
  const device = deviceOf(userAgent)
  await retryConflicts(async () => {
    const [user, person, known] = await Promise.all([tenant.get(users, userId), findPerson(lookups, userId), sessionsOf(lookups, userId)])
    if (!user || user.deletedAt || !person) return
    const others = known.filter(({ id }) => id !== event.aggregateId)
    const remembered = devicesWith(person, device)
    const own = [
      save(users, signedIn(user, { at, ipAddress, userAgent, loginMethod: method, mfaEnabled: person.mfaEnabled === true })),
      ...appearance(person, device),
    ]
    await once([
      ...own.map(byWhoSignedIn(call)),
      ...(Object.keys(remembered).length > 0 ? [patchPerson(userId, remembered)] : []),
      ...endSessions(surplusOf(others, tenant.id, at), 'too many sessions', at),
    ])
  })
})
