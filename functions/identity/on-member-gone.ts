import { userDeleted, userLeft } from '../../events/users.ts'
import { isLive } from '../../shared/access/session.ts'
import { endSessions, sessionsOf } from '../../shared/access/session-store.ts'
import { type ReactionCall, react, reaction } from '../../shared/react.ts'
import { users } from '../users/reads.ts'
import { again } from './again.ts'
import { followHome } from './follow-home.ts'
import type { Membership } from './person.ts'
import { moveLogin, movePerson, readPerson } from './person-store.ts'

export const rule = reaction({
  on: [userLeft, userDeleted],
  summary: 'Gives a person whose home or default organization this was another of theirs; ends the sessions of one who left.',
  writes: ['USER', 'SESSION'],
  lookups: ['LOGIN', 'PERSON', 'SESSION'],
})

const AT_ONCE = 45

/** Leaving has ended all but those of a person with more sessions than one transaction takes. */
const endRest = ({ tenant, lookups, now }: ReactionCall, personId: string): Promise<void> =>
  again(async () => {
    const all = await sessionsOf(lookups, personId)
    const live = all.filter((session) => session.organizationId === tenant.id && isLive(session, now))
    for (let from = 0; from < live.length; from += AT_ONCE)
      await tenant.commit(endSessions(live.slice(from, from + AT_ONCE), 'left the organization', now))
  })

/** The oldest organization in which the person may act, else the oldest they are locked out of. */
function nextOf(memberships: readonly Membership[], gone: string): Membership | undefined {
  const others = memberships.filter(({ organizationId }) => organizationId !== gone)
  const stay = others.filter(({ userStatus }) => userStatus === 'locked' || userStatus === 'disabled')
  return others.find(({ userStatus }) => userStatus === 'active') ?? stay[0]
}

/** Without another organization the home stays where it was, so that the person can be brought back. */
const rehome = ({ tenant, enter, lookups, now }: ReactionCall, personId: string): Promise<void> =>
  again(async () => {
    const { person, memberships } = await readPerson(lookups, personId)
    const next = nextOf(memberships, tenant.id)?.organizationId
    if (!person || !next) return
    const isHome = person.homeOrganizationId === tenant.id
    const set = {
      ...(isHome ? { homeOrganizationId: next, homeVersion: 0 } : {}),
      ...(person.defaultOrganizationId === tenant.id ? { defaultOrganizationId: next } : {}),
    }
    const login = isHome ? [moveLogin(person.email, { personId, homeOrganizationId: next }, 'VERSION_CONFLICT')] : []
    if (Object.keys(set).length > 0) await tenant.commit([movePerson(person, set), ...login])
    // Asked again after a crash in between, the home has moved already.
    const home = isHome ? next : person.homeOrganizationId
    await followHome(enter(home), person, now)
  })

/** Whoever was brought back meanwhile is left as they are. */
export const handler = react('identity-on-member-gone', rule, async (call) => {
  const user = await call.tenant.get(users, call.event.aggregateId)
  if (!user?.deletedAt) return
  if (call.event.type === userLeft.name) await endRest(call, user.id)
  await rehome(call, user.id)
})
