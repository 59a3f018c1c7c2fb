import { problem } from '../../shared/errors.ts'
import { arrivalByOwnWord } from '../../shared/identity/home-store.ts'
import { type Life, shutBy } from '../../shared/identity/life-cycle.ts'
import { moveLogin } from '../../shared/identity/login-store.ts'
import { putMembership, readCards, readMemberships } from '../../shared/identity/membership-store.ts'
import type { Login, Membership, Person } from '../../shared/identity/person.ts'
import type { Caller } from '../../shared/serve/call.ts'
import { membershipKey, personKey, sessionKey } from '../../shared/store/keys.ts'
import { check, save, saveTogether, type Write } from '../../shared/store/writes.ts'
import { linkUnchanged, type Organization } from '../organizations/door.ts'
import { close, type Joiner, join, joinAs, type User, users } from '../users/door.ts'
import type { Accepted } from './accept-as-new.ts'
import type { AcceptCall, Invited } from './invited.ts'
import { INVITATION_EXPIRED } from './problems.ts'
import { readStanding, refusalOf } from './standing.ts'

/** The session that accepts has not ended meanwhile; the person's epoch goes with their arrival. */
const stillSignedIn = ({ personId, session }: Caller): Write =>
  check(
    sessionKey(personId, session.id),
    { expression: '#status = :active', names: { '#status': 'status' }, values: { ':active': 'active' } },
    'INVALID_SESSION',
  )

/**
 * Whoever belongs to the provider, or did, comes as one of its people and goes with it; so an invitation from before the end lets none of
 * them in after it. Whom the customer invites from then on, it wants for themselves. Throws `INVITATION_EXPIRED`.
 */
function providerBehind({ provider }: Organization, { invitedAt = '' }: User, atProvider: Membership | undefined): string | undefined {
  if (!provider || !atProvider) return undefined
  if (!provider.endedAt) return provider.organizationId
  if (invitedAt <= provider.endedAt) throw problem(INVITATION_EXPIRED)
  return undefined
}

const belongs = (membership: Membership | undefined) => membership !== undefined && membership.userStatus !== 'deleted'

/** The person as they are at this moment, what they are or were here, and what else of their memberships matters. */
async function readJoining(call: AcceptCall, { organization, tenant, user }: Invited, { personId, organizationId: hearing }: Login) {
  const places = [organization.provider?.organizationId ?? tenant.id, hearing].map((id) => membershipKey(personId, id))
  const own = [personKey(personId), users.keyOf({ id: personId, organizationId: tenant.id })]
  const [person, known, atProvider, whereHeard] = (await tenant.read(...own, ...places)) as [Person?, User?, Membership?, Membership?]
  if (!person || (call.caller && call.caller.person.epoch !== person.epoch)) throw problem('INVALID_SESSION')
  return {
    person,
    known,
    fromProvider: providerBehind(organization, user, atProvider),
    // What happens at the address was told in an organization that they have left.
    isUnheard: hearing !== tenant.id && !belongs(whereHeard),
  }
}

function joinerFor(
  { id, email, mfaEnabled = false, approvalsVoidAt }: Person,
  { user }: Invited,
  fromProvider: string | undefined,
): Joiner {
  const { invitedAt = user.createdAt } = user
  // Whoever was invited after a recovery of theirs was let in after it.
  return {
    id,
    email,
    mfaEnabled,
    ...(fromProvider ? { fromProvider } : {}),
    ...(approvalsVoidAt ? { reapprovalSince: approvalsVoidAt, reapprovedAt: invitedAt } : {}),
  }
}

const isMember = (known: User | undefined) => known !== undefined && !known.deletedAt && known.status !== 'invited'

/** Whoever is a member already may have become one by this invitation, since it was read. Throws `INVITATION_EXPIRED`. */
async function requireUnused({ tenant, user }: Invited): Promise<void> {
  const found = await tenant.get(users, user.id)
  if (found?.version !== user.version) throw problem(INVITATION_EXPIRED)
}

/** A person who has an account: they keep their id and password, and the invited record ends where it is not their own. */
export async function acceptAsPerson(call: AcceptCall, invited: Invited, holder: Login): Promise<Accepted> {
  const { caller, now } = call
  const { user, tenant, organization } = invited
  const { person, known, fromProvider, isUnheard } = await readJoining(call, invited, holder)
  const joiner = joinerFor(person, invited, fromProvider)
  const isOwn = joiner.id === user.id
  if (!isOwn && isMember(known)) await requireUnused(invited)
  const joined = isOwn ? join(user, now, { fromProvider: undefined, ...joiner }) : joinAs(user, joiner, known, now)
  const record = isOwn ? save(users, joined) : saveTogether(users, close(user, joiner.id, now), joined)
  const heard = isUnheard ? [moveLogin(person.email, { personId: person.id, organizationId: tenant.id }, 'VERSION_CONFLICT')] : []
  const proof = caller ? [stillSignedIn(caller)] : []
  return {
    user: joined.after,
    writes: [linkUnchanged(organization), ...proof, ...arrivalByOwnWord(person, tenant.id), record, putMembership(joined.after), ...heard],
  }
}

/**
 * Whoever is let in nowhere any more can have no session; the link, which came to the address that they proved, is then proof enough. No
 * organization shuts anybody out of another.
 */
export async function isShutOut({ lookups, enter, now }: AcceptCall, { personId }: Login): Promise<boolean> {
  const memberships = await readMemberships(lookups, personId)
  const active = memberships.filter(({ userStatus }) => userStatus === 'active').map(({ organizationId }) => organizationId)
  const open = (await readCards(lookups, active)).filter((card) => !shutBy(card as Life, now))
  // The lists trail: what lets somebody in is the organization with its record of them.
  for (const { id } of open) {
    const standing = await readStanding(enter(id), personId)
    if (standing && !refusalOf(standing, now)) return false
  }
  return true
}
