import { membersLeaving, organizationClosed, providerEnded } from '../../events/organizations.ts'
import { isProblem } from '../../shared/errors.ts'
import { findMembership, putMembership } from '../../shared/identity/membership-store.ts'
import { type ReactionCall, react, reaction } from '../../shared/react.ts'
import { Conflict } from '../../shared/store/commit.ts'
import { save, signal } from '../../shared/store/writes.ts'
import { commitShutOut, endMembership, findAfter, LAST_ADMIN, type User, users, withdraw } from '../users/door.ts'
import type { Organization } from './organization.ts'
import { organizations } from './organization-store.ts'

export const rule = reaction('organizations/on-organization-ended', {
  on: [providerEnded, organizationClosed, membersLeaving],
  summary:
    "Removes a provider's people, and withdraws the invitations it made, once the link has ended; removes all members of a closed organization.",
  reads: ['ORGANIZATION'],
  writes: ['USER', 'SESSION', 'SIGNALS'],
  lookups: ['PERSON_PLACE', 'MEMBERSHIP', 'SESSION_STATE'],
  keyring: true,
})

/** An organization may have a million members: each run takes so many, and tells that there are more. */
const USERS_A_RUN = 25

type Reason = 'provider_ended' | 'organization_closed'

interface Leaving {
  reason: Reason
  /** Whose people go; of a closed organization everybody does. */
  provider?: string
  /** Whoever ended the link is one of the customer's own. */
  endedBy?: string | undefined
  after?: string
}

const TOLD: Record<Reason, string> = {
  provider_ended: 'the link to the provider ended',
  organization_closed: 'the organization was closed',
}

/** Who goes, asked of the organization as it is: `undefined` where nothing ended. */
function leavingOf({ event }: ReactionCall, { status, provider }: Organization): Leaving | undefined {
  const more = event.type === membersLeaving.name ? membersLeaving.data.parse(event.data) : undefined
  const first: Leaving =
    event.type === organizationClosed.name
      ? { reason: 'organization_closed' }
      : { reason: 'provider_ended', endedBy: event.metadata.actorId }
  const leaving = more ?? first
  if (leaving.reason === 'organization_closed') return status === 'closed' ? leaving : undefined
  return provider?.endedAt ? { ...leaving, provider: provider.organizationId } : undefined
}

/** Does this member go? Whom the provider invited goes where they belong to it by now, or did. */
async function goes({ lookups }: ReactionCall, { provider, endedBy }: Leaving, user: User): Promise<boolean> {
  if (provider === undefined || user.fromProvider === provider) return true
  if (user.invitedFrom !== provider || user.id === endedBy) return false
  return (await findMembership(lookups, user.id, provider)) !== undefined
}

async function letGo(call: ReactionCall, leaving: Leaving, id: string): Promise<void> {
  const { tenant, now } = call
  const { reason, provider } = leaving
  const user = await tenant.get(users, id)
  if (!user || user.deletedAt) return
  if (user.status === 'invited') {
    // Nobody accepts one of a closed organization as it is.
    if (provider !== undefined && user.invitedFrom === provider) await tenant.commit(save(users, withdraw(user, now)))
    return
  }
  if (!(await goes(call, leaving, user))) return
  const change = endMembership(user, reason, now)
  const isUncounted = reason === 'organization_closed'
  const alongside = [putMembership(change.after)]
  await commitShutOut(call, { change, reason: TOLD[reason], isGone: true, isUncounted, alongside }).catch((error) => {
    // Without them nobody would administrate the organization.
    if (!isProblem(error, LAST_ADMIN)) throw error
  })
}

/** Told once for each stretch, however often the event comes. */
async function goOn({ tenant }: ReactionCall, { reason, endedBy }: Leaving, { id, name }: Organization, after: string): Promise<void> {
  const data = { reason, after, ...(endedBy ? { endedBy } : {}) }
  const aggregate = { type: 'organization', id, name }
  await tenant
    .note(signal({ event: membersLeaving, aggregate, data, fold: `${membersLeaving.name}#${reason}#${after}` }))
    .catch((error) => {
      if (!(error instanceof Conflict)) throw error
    })
}

export const handler = react(rule, async (call) => {
  const organization = await call.tenant.get(organizations, call.tenant.id)
  const leaving = organization && leavingOf(call, organization)
  if (!leaving) return
  const { items, nextCursor } = await findAfter(call.tenant, USERS_A_RUN, leaving.after, leaving.provider)
  for (const { id } of items) await letGo(call, leaving, id)
  const last = items.at(-1)
  if (nextCursor && last) await goOn(call, leaving, organization, last.id)
})
