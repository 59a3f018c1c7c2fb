import { isProblem, problem } from '../../shared/errors.ts'
import { deviceOf } from '../../shared/identity/device.ts'
import { readMemberships } from '../../shared/identity/membership-store.ts'
import type { Person } from '../../shared/identity/person.ts'
import { findPerson, requireEpoch } from '../../shared/identity/person-store.ts'
import { begin, SESSION_MS, type Session, surplusOf } from '../../shared/identity/session.ts'
import { endSessions, sessions, sessionsOf } from '../../shared/identity/session-store.ts'
import type { SignedIn } from '../../shared/identity-provider.ts'
import type { Change } from '../../shared/store/entity.ts'
import { personKey } from '../../shared/store/keys.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import { patch, remove, save, type Write } from '../../shared/store/writes.ts'
import { signedIn, users } from '../users/door.ts'
import type { Address } from './address.ts'
import { appearance, devicesWith, rememberDevice } from './devices.ts'
import { issue } from './refresh-chain.ts'
import { readStanding, refusalOf, type Standing } from './standing.ts'
import type { SignInCall } from './trace.ts'

/** Where somebody signs in to, read while Cognito checks the password. */
export interface Entrance {
  person: Person
  tenant: Tenant
  standing: Standing | undefined
  sessions: Session[]
}

export interface Destination {
  personId: string
  /** Where most people's default is: read at once, and in vain only where it is not. */
  likelyOrganizationId: string | undefined
  /** Where they want to act, if they said so. */
  organizationId: string | undefined
}

export async function readEntrance(call: SignInCall, destination: Destination): Promise<Entrance | undefined> {
  const { personId, likelyOrganizationId, organizationId } = destination
  const open = (id: string) => call.enter(id, { id: personId, kind: 'member' })
  const likely = organizationId ?? likelyOrganizationId
  const [known, person, standing] = await Promise.all([
    sessionsOf(call.lookups, personId),
    findPerson(call.lookups, personId),
    likely ? readStanding(open(likely), personId) : undefined,
  ])
  if (!person) return undefined
  const tenant = open(organizationId ?? person.defaultOrganizationId)
  return { person, tenant, standing: tenant.id === likely ? standing : await readStanding(tenant, personId), sessions: known }
}

/**
 * Another organization of the person, the oldest first, for when their default one does not let them in: a lock in one leaves the
 * others open. Asked only of who has proven who they are, so it tells strangers nothing.
 */
export async function enterElsewhere(call: SignInCall, entrance: Entrance): Promise<Entrance | undefined> {
  const { person, tenant } = entrance
  const memberships = await readMemberships(call.lookups, person.id)
  const others = memberships.filter(({ organizationId, userStatus }) => organizationId !== tenant.id && userStatus === 'active')
  for (const { organizationId } of others) {
    const other = call.enter(organizationId, { id: person.id, kind: 'member' })
    const standing = await readStanding(other, person.id)
    if (standing && !refusalOf(standing, call.now)) return { ...entrance, tenant: other, standing }
  }
}

/** How somebody proved who they are. */
export interface Proof {
  method: 'password' | 'password+totp' | 'password+backup_code' | 'password+waiting'
  /** TOTP was passed. */
  mfa: boolean
  /** The credentials that were proven, where this sign-in changed them itself; else those read with the address. */
  epoch?: number
  /** What else this sign-in changes, of the person and beside. */
  person?: Partial<Person>
  alongside?: Write[]
}

export interface Beginning extends Proof {
  address: Address
  entrance: Entrance
  tokens: SignedIn
}

const STALE = 'Your password or second factor has just been changed. Sign in with the new one.'

/** The credentials that were proven. */
const epochOf = ({ address, epoch = address.holder?.epoch ?? 0 }: Beginning) => epoch

/** The person, as far as this changes them, on the ground of the credentials that were proven. */
function personWrite(beginning: Beginning, device: string): Write {
  const { person, tenant } = beginning.entrance
  const epoch = epochOf(beginning)
  const set = {
    ...(person.defaultOrganizationId === tenant.id ? {} : { defaultOrganizationId: tenant.id }),
    ...devicesWith(person, device),
    ...beginning.person,
  }
  if (Object.keys(set).length === 0) return requireEpoch(person.id, epoch)
  return patch(personKey(person.id), set, { expression: 'epoch = :epoch', values: { ':epoch': epoch } }, 'INVALID_CREDENTIALS')
}

function newSession(call: SignInCall, beginning: Beginning): Change<Session> {
  const { now: at, client } = call
  const { entrance, tokens, method, mfa, person: change } = beginning
  const { person, tenant } = entrance
  return begin({
    id: tokens.sessionId,
    organizationId: tenant.id,
    personId: person.id,
    mfa,
    method,
    at,
    generation: 1,
    device: deviceOf(client.userAgent),
    ipAddress: client.ip,
    userAgent: client.userAgent,
    epoch: epochOf(beginning),
    heldSince: { ...person, ...change }.approvalsVoidAt,
    expiresAt: new Date(Date.parse(at) + SESSION_MS).toISOString(),
  })
}

/** The credentials changed between the proof and this transaction. */
const staleAs = (error: unknown) =>
  isProblem(error, 'INVALID_CREDENTIALS') ? problem('INVALID_CREDENTIALS', { message: STALE, cause: error }) : error

/** One transaction: the session begins, the user has signed in, failures are forgotten. Gives the user as they are then. */
export function beginSession(call: SignInCall, beginning: Beginning) {
  const { now: at, client } = call
  const { address, entrance, tokens, method } = beginning
  const { person } = entrance
  const agent = { ipAddress: client.ip, userAgent: client.userAgent }
  const session = newSession(call, beginning)
  const epoch = epochOf(beginning)
  const isKnown = address.knownDevice !== undefined && address.holder?.epoch === epoch
  const device = isKnown ? undefined : rememberDevice(person.id, epoch, at)
  const mfaEnabled = { ...person, ...beginning.person }.mfaEnabled === true
  const beside = [
    save(sessions, session),
    issue(tokens.tokens.refreshToken, session.after, { generation: 1, client: 'api' }),
    personWrite(beginning, session.after.device),
    remove(address.counter),
    ...(device ? [device.write] : []),
    ...appearance(person, session.after.device),
    ...(beginning.alongside ?? []),
  ]
  return retryConflicts(async (attempt) => {
    const standing = attempt === 1 ? entrance.standing : await readStanding(entrance.tenant, person.id)
    const refusal = standing ? refusalOf(standing, at) : problem('NOT_FOUND')
    if (!standing || refusal) throw refusal
    const name = `${standing.user.firstName} ${standing.user.lastName}`
    const tenant = call.enter(entrance.tenant.id, { id: person.id, kind: 'member', name, sessionId: session.after.id })
    const user = signedIn(standing.user, { at, ...agent, loginMethod: method, mfaEnabled })
    // Should one of these have changed meanwhile, it is left for the next sign-in.
    const surplus = attempt === 1 ? surplusOf(entrance.sessions, tenant.id, at) : []
    await tenant.commit([save(users, user), ...beside, ...endSessions(surplus, 'too many sessions', at)]).catch((error) => {
      throw staleAs(error)
    })
    return { user: user.after, session: session.after, organization: standing.organization, deviceToken: device?.token }
  })
}
