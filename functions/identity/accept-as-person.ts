import { problem } from '../../shared/errors.ts'
import type { Caller } from '../../shared/serve/call.ts'
import { type Life, shutBy } from '../../shared/serve/life-cycle.ts'
import { membershipKey, personKey, sessionKey } from '../../shared/store/keys.ts'
import { check, save, saveTogether, type Write } from '../../shared/store/writes.ts'
import { providerOf } from '../organizations/reads.ts'
import { close, type Joiner, join, joinAs, type User, users } from '../users/reads.ts'
import type { Accepted } from './accept-as-new.ts'
import type { AcceptCall, Invited } from './invited.ts'
import type { Login, Membership, Person } from './person.ts'
import { arrivalByOwnWord, moveLogin, putMembership, readCards, readPerson } from './person-store.ts'

/** The session that accepts has not ended meanwhile; the person's epoch goes with their arrival. */
const stillSignedIn = ({ personId, session }: Caller): Write =>
  check(
    sessionKey(personId, session.id),
    { expression: '#status = :active', names: { '#status': 'status' }, values: { ':active': 'active' } },
    'INVALID_SESSION',
  )

const belongs = (membership: Membership | undefined) => membership !== undefined && membership.userStatus !== 'deleted'

/** The person as they are at this moment, what they are or were here, and what else of their memberships matters. */
async function readJoining(call: AcceptCall, { organization, tenant }: Invited, { personId, organizationId: hearing }: Login) {
  const provider = providerOf(organization)
  const places = [provider ?? tenant.id, hearing].map((id) => membershipKey(personId, id))
  const own = [personKey(personId), users.keyOf({ id: personId, organizationId: tenant.id })]
  const [person, known, atProvider, whereHeard] = (await tenant.read(...own, ...places)) as [Person?, User?, Membership?, Membership?]
  if (!person || (call.caller && call.caller.person.epoch !== person.epoch)) throw problem('INVALID_SESSION')
  return {
    ...{ person, known },
    // Whoever comes as one of the provider's people goes with it.
    fromProvider: belongs(atProvider) ? provider : undefined,
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

/** A person who has an account: they keep their id and password, and the invited record ends where it is not their own. */
export async function acceptAsPerson(call: AcceptCall, invited: Invited, holder: Login): Promise<Accepted> {
  const { caller, now } = call
  const { user, tenant } = invited
  const { person, known, fromProvider, isUnheard } = await readJoining(call, invited, holder)
  const joiner = joinerFor(person, invited, fromProvider)
  const isOwn = joiner.id === user.id
  const joined = isOwn ? join(user, now, { fromProvider: undefined, ...joiner }) : joinAs(user, joiner, known, now)
  const record = isOwn ? save(users, joined) : saveTogether(users, close(user, joiner.id, now), joined)
  const heard = isUnheard ? [moveLogin(person.email, { personId: person.id, organizationId: tenant.id }, 'VERSION_CONFLICT')] : []
  const proof = caller ? [stillSignedIn(caller)] : []
  return {
    user: joined.after,
    writes: [...proof, ...arrivalByOwnWord(person, tenant.id), record, putMembership(joined.after), ...heard],
  }
}

/**
 * Whoever is let in nowhere any more can have no session; the link, which came to the address that they proved, is then proof enough. No
 * organization shuts anybody out of another.
 */
export async function isShutOut({ lookups, now }: AcceptCall, { personId }: Login): Promise<boolean> {
  const { memberships } = await readPerson(lookups, personId)
  const active = memberships.filter(({ userStatus }) => userStatus === 'active')
  const cards = await readCards(
    lookups,
    active.map(({ organizationId }) => organizationId),
  )
  return cards.every((card) => shutBy(card as Life, now) !== undefined)
}
