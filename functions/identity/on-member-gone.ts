import { userDeactivated, userDeleted, userLeft, userLocked } from '../../events/users.ts'
import { findLogin, moveLogin } from '../../shared/identity/login-store.ts'
import type { Membership } from '../../shared/identity/person.ts'
import { movePerson, readPerson } from '../../shared/identity/person-store.ts'
import { isLive } from '../../shared/identity/session.ts'
import { sessionsOf } from '../../shared/identity/session-store.ts'
import { type ReactionCall, react, reaction } from '../../shared/react.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import { users } from '../users/door.ts'
import { endEach } from './end-everywhere.ts'

export const rule = reaction('identity/on-member-gone', {
  on: [userLeft, userDeleted, userLocked, userDeactivated],
  summary:
    'Ends what sessions are left of a person who was shut out here; gives one who is gone another organization to act in and to be told in.',
  reads: ['USER'],
  writes: ['SESSION'],
  lookups: ['LOGIN', 'PERSON', 'SESSION_STATE'],
  lookupReads: ['MEMBERSHIP'],
  keyring: true,
})

const REASONS: Record<string, string> = {
  [userLeft.name]: 'left the organization',
  [userDeleted.name]: 'removed from the organization',
  [userLocked.name]: 'locked by an administrator',
  [userDeactivated.name]: 'deactivated by an administrator',
}

/** The transaction that shut them out has ended all but those of a person with more sessions than it takes. What began since is another matter. */
const endRest = ({ event, tenant, lookups, now }: ReactionCall, personId: string): Promise<void> =>
  retryConflicts(async () => {
    const all = await sessionsOf(lookups, personId)
    const left = all.filter(
      (session) => session.organizationId === tenant.id && isLive(session, now) && session.createdAt < event.timestamp,
    )
    await endEach(left, REASONS[event.type] ?? 'shut out', now, () => tenant)
  })

/** The oldest organization in which the person may act, else the oldest they are locked out of. */
function nextOf(memberships: readonly Membership[], gone: string): Membership | undefined {
  const others = memberships.filter(({ organizationId }) => organizationId !== gone)
  const stay = others.filter(({ userStatus }) => userStatus === 'locked' || userStatus === 'disabled')
  return others.find(({ userStatus }) => userStatus === 'active') ?? stay[0]
}

/** The home stays where it was: it moves by the person's own word alone. */
const moveOn = ({ tenant, lookups }: ReactionCall, personId: string): Promise<void> =>
  retryConflicts(async () => {
    const { person, memberships } = await readPerson(lookups, personId)
    const next = nextOf(memberships, tenant.id)?.organizationId
    if (!person || !next) return
    const login = await findLogin(lookups, person.email)
    const hears = login?.organizationId === tenant.id
    const isDefault = person.defaultOrganizationId === tenant.id
    if (!hears && !isDefault) return
    const move = movePerson(person, { defaultOrganizationId: isDefault ? next : person.defaultOrganizationId })
    await tenant.commit([move, ...(hears ? [moveLogin(person.email, { personId, organizationId: next }, 'VERSION_CONFLICT')] : [])])
  })

/** Whoever was brought back meanwhile acts here still. */
export const handler = react(rule, async (call) => {
  const { event, tenant } = call
  await endRest(call, event.aggregateId)
  const isGone = event.type === userLeft.name || event.type === userDeleted.name
  if (isGone && (await tenant.get(users, event.aggregateId))?.deletedAt) await moveOn(call, event.aggregateId)
})
