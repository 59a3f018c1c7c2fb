import { accessDenied } from '../access/denied.ts'
import { barOf } from '../access/evaluate.ts'
import type { Resource } from '../access/model.ts'
import { config } from '../config.ts'
import { type Endpoint, isSelfCare } from '../endpoint.ts'
import { type Code, type Problem, problem } from '../errors.ts'
import {
  hasIdled,
  hasOutlived,
  isFresh,
  isHosted,
  isLive,
  leftWithProvider,
  providerOf,
  type Session,
  settledBy,
  shutBy,
} from '../identity/door.ts'
import { Id } from '../schema.ts'
import { Conflict } from '../store/commit.ts'
import { hasCredentials } from '../store/credentials.ts'
import { guestEntryKey, membershipKey } from '../store/keys.ts'
import { strip } from '../store/stored-item.ts'
import type { Item, Table } from '../store/table.ts'
import type { Tenant } from '../store/tenant.ts'
import { signal } from '../store/writes.ts'
import { describeError, logger } from '../telemetry.ts'
import type { Access } from './access.ts'
import type { Claims, Incoming, OrganizationGate, PrincipalGate } from './call.ts'
import type { Concern } from './concerns.ts'
import { referenceTo } from './denial.ts'
import { callerIn, type GateName, isHere } from './principals.ts'

/** The claims of the token that the gateway verified; only access tokens open the API. */
export function claimsOf(jwt: Record<string, unknown> | undefined): Claims {
  if (!jwt) throw problem('AUTHENTICATION_REQUIRED')
  const { token_use, username, origin_jti, org, auth_time, scope, maker } = jwt
  if (token_use !== 'access' || typeof username !== 'string' || typeof origin_jti !== 'string') throw problem('INVALID_TOKEN')
  const claims = { username, origin_jti, org: String(org ?? ''), auth_time: Number(auth_time), scope: String(scope ?? '') }
  return typeof maker === 'string' ? { ...claims, maker } : claims
}

/** The tenant to act in: the header, else the token's. Membership is read afterwards, never taken from the claim. */
export function tenantOf(incoming: Incoming<Endpoint>, claims: Claims): string {
  const tenant = incoming.headers['x-organization-id'] || claims.org
  if (!Id('org').safeParse(tenant).success) throw problem('NOT_FOUND')
  return tenant
}

/** Is this organization one that only the header names, and that this function has not entered yet? */
export const isUnentered = (tenant: string, claims: Claims) => tenant !== claims.org && config.tenantCredentials && !hasCredentials(tenant)

/**
 * Does the person belong to it, or were they ever let in as a guest? Looked up outside the tenants, because whoever may name any tenant must
 * not cost a call to STS for each.
 */
export async function isMember(lookups: Table, person: string, tenant: string): Promise<boolean> {
  const [membership, guest] = await lookups.read([membershipKey(person, tenant), guestEntryKey(person, tenant)])
  return guest !== undefined || (membership !== undefined && membership.userStatus !== 'deleted' && membership.userStatus !== 'invited')
}

export interface Gate {
  organization: OrganizationGate
  principal: PrincipalGate
  session: Session
}
/** The session is absent while the hosted login's first request has not recorded it. */
export type OpenGate = Omit<Gate, 'session'> & { session: Session | undefined }

const REFUSED_STATUS: Partial<Record<PrincipalGate['status'], Code>> = { locked: 'ACCOUNT_LOCKED', disabled: 'ACCOUNT_DISABLED' }

const OUTLIVED = 'This session has lasted as long as this organization allows. Sign in again.'

const IDLED = 'This session was not used for longer than this organization allows. Sign in again.'

const KEY_OVER = 'This API key was removed, or replaced by another secret. Exchange the present one: POST /api/v1/auth/token.'

/** Of a key, nothing counts once it is removed, nor what its secret was exchanged for once that is void. */
const isKeyOver = ({ deletedAt, validAfter = '' }: PrincipalGate, session: Session | undefined) =>
  deletedAt !== undefined || (session !== undefined && session.createdAt < validAfter)

/** Only sign-in counts a session's refresh tokens; one without was recorded by a hosted token, and opens to such a token alone. */
const isOf = ({ generation }: Session, claims: Claims) => generation !== undefined || isHosted(claims)

/** Whoever was locked or deactivated is told so, although that ended the session too. */
function endedFor(principal: PrincipalGate | undefined, session: Session | undefined): Problem {
  const barred = session?.status === 'revoked' && principal && !principal.deletedAt ? barredBy(principal) : undefined
  return barred ?? problem('INVALID_SESSION')
}

function barredBy({ status, lockReason }: PrincipalGate): Problem | undefined {
  const refused = REFUSED_STATUS[status]
  return refused && problem(refused, lockReason ? { details: { reason: lockReason } } : {})
}

type Proven = Pick<Session, 'createdAt' | 'authTime'> | Session

/** Why a session that lives is over by what an organization decided about sessions; the hosted login's is not recorded at first. */
export function overBy({ settings }: Pick<OrganizationGate, 'settings'>, proven: Proven, now: string): Problem | undefined {
  const { sessionPolicy = {} } = settings
  if (hasOutlived(proven, sessionPolicy, now)) return problem('INVALID_SESSION', { message: OUTLIVED })
  if ('lastActivityAt' in proven && hasIdled(proven, sessionPolicy, now)) return problem('INVALID_SESSION', { message: IDLED })
  return undefined
}

/** A living session and a membership; without them it is not even told what there is to be refused. */
export function gateOf(found: Partial<Record<GateName, Item>>, claims: Claims, now: string): OpenGate {
  const organization = found.organization && strip<OrganizationGate>(found.organization)
  const principal = organization && callerIn(found, organization)
  const session = found.session && strip<Session>(found.session)
  if (session ? !isLive(session, now) || !isOf(session, claims) : !isHosted(claims)) throw endedFor(principal, session)
  if (principal?.kind === 'service' && isKeyOver(principal, session)) throw problem('INVALID_SESSION', { message: KEY_OVER })
  if (!organization || !isHere(principal)) throw problem('NOT_FOUND')
  if (leftWithProvider(organization, principal)) throw problem('NOT_FOUND')
  const over = overBy(organization, session ?? { createdAt: now, authTime: claims.auth_time }, now)
  if (over) throw over
  return { organization, principal, session }
}

/** What let a guest in has ended: the access itself, or the provider's link, and with it all that it brought in. */
export const isEnded = (organization: OrganizationGate, { kind, endedAt, providerId }: PrincipalGate) =>
  kind === 'guest' && (endedAt !== undefined || providerId !== providerOf(organization))

/** Why somebody may do nothing now: their state, the organization's. */
export function barredFor({ organization, principal }: OpenGate, now: string): Problem | undefined {
  return isEnded(organization, principal) ? problem('NOT_FOUND') : (barredBy(principal) ?? shutBy(organization, now))
}

/**
 * Why a member who may act here may not do this: the organization is leaving, the second factor, a recovery, the permission, a proof that is
 * too old; in this order.
 */
export async function deniedFor(contract: Endpoint, gate: Gate, asked: Asked, now: string): Promise<Problem | undefined> {
  const { organization, principal, session } = gate
  const settled = settledBy(organization, contract, now)
  if (settled) return settled
  // A key has no second factor; whoever made it had to pass theirs.
  const isPerson = principal.kind !== 'service'
  if (organization.settings.mfaRequired && isPerson && !session.mfa && !isSelfCare(contract)) return problem('MFA_REQUIRED')
  if (isHeld(session, principal) && !isSelfCare(contract)) return problem('REAPPROVAL_REQUIRED')
  const forbidden = await forbiddenFor(contract, gate, asked, now)
  return forbidden ?? (contract.fresh === true && !isFresh(session, now) ? problem('STEP_UP_REQUIRED') : undefined)
}

/** The account was recovered, and nobody here has let the person go on since. */
const isHeld = ({ heldSince }: Session, { reapprovedAt = '' }: PrincipalGate) => heldSince !== undefined && reapprovedAt <= heldSince

/** What access is asked: by whom, and about what. */
export interface Asked {
  access: Access
  concern: Concern
  /** The same, as the request named it. */
  about: Resource | undefined
}

const AT_HOME = 'Your account is looked after where you belong: call this without X-Organization-Id.'
const PERSONS_ONLY = 'An API key cannot do this: it takes a person.'

/** What is for those who belong here in person: their account, and what takes a fresh proof of who they are. */
function personalTo(contract: Endpoint, { kind }: PrincipalGate): Problem | undefined {
  if (kind === 'guest' && isSelfCare(contract)) return problem('FORBIDDEN', { message: AT_HOME })
  const isPersonal = kind === 'service' && (isSelfCare(contract) || contract.fresh === true)
  return isPersonal ? problem('FORBIDDEN', { message: PERSONS_ONLY }) : undefined
}

const BARRED: Record<string, string> = {
  expiry: 'Your access here has expired.',
  'environment.ip': 'Your access here does not hold from this address.',
  'environment.time': 'Your access here does not hold at this hour.',
  'environment.service': 'Your access here does not reach this part of the product.',
}

/** Why they may do nothing at this moment, whatever they hold. */
function barAt({ principal, environment }: Access, now: string): Problem | undefined {
  const bar = barOf({ principal, environment, now })
  if (!bar) return undefined
  const barredBy = typeof bar === 'string' ? bar : bar.attribute
  return problem('FORBIDDEN', { message: BARRED[barredBy] ?? 'Your access here does not hold now.', details: { barredBy } })
}

async function forbiddenFor(contract: Endpoint, gate: Gate, { access, concern, about }: Asked, now: string): Promise<Problem | undefined> {
  const barred = barAt(access, now) ?? personalTo(contract, gate.principal)
  if (barred || !('permission' in contract)) return barred
  const { permission } = contract
  const isAllowed =
    concern === 'anywhere' ? (await access.scopes(permission)).length > 0 : await access.allowed(permission, concern.resource)
  if (isAllowed) return undefined
  const asked = { permission, environment: access.environment, at: now, ...(about ? { resource: about } : {}) }
  const reference = referenceTo(asked, gate)
  const message = `You may not do this: it takes the permission ${permission}. GET /api/v1/access/denials/{reference} says what would let you.`
  return problem('FORBIDDEN', { message, details: { missing: permission, reference } })
}

const MAX_TOLD = 1_000
const told = new Set<string>()

/**
 * Leaves a trace of a denial: one per actor, endpoint and minute, of a guest each. It never turns a refusal into another failure.
 */
export async function recordDenial(
  contract: Endpoint,
  tenant: Tenant,
  { now, requestId }: Pick<Incoming<Endpoint>, 'now' | 'requestId'>,
  { id: actor, kind }: Pick<PrincipalGate, 'id' | 'kind'>,
  denied: Problem,
) {
  const fold = kind === 'guest' ? `${actor}#${requestId}` : `${actor}#${contract.route}#${now.slice(0, 16)}`
  const here = `${tenant.id}#${fold}`
  if (told.has(here)) return
  if (told.size >= MAX_TOLD) told.clear()
  told.add(here)
  const { missing, barredBy } = denied.details ?? {}
  const data = {
    route: contract.route,
    code: denied.code,
    ...(missing ? { missing: [missing].flat().join(', ') } : {}),
    ...(barredBy ? { barredBy } : {}),
  }
  try {
    await tenant.note(signal({ event: accessDenied, aggregate: { type: 'user', id: actor }, data, fold }))
  } catch (error) {
    // Another instance has told it already.
    if (error instanceof Conflict) return
    told.delete(here)
    logger.error('A denial left no trace', { route: contract.route, error: describeError(error) })
  }
}
