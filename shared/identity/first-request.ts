import { problem } from '../errors.ts'
import type { Claims, Client, PersonGate } from '../serve/gates.ts'
import { Conflict } from '../store/commit.ts'
import { itemKey, personKey, recoveryKey } from '../store/keys.ts'
import type { Table } from '../store/table.ts'
import type { Tenant } from '../store/tenant.ts'
import { check, save, strip, type Write } from '../store/writes.ts'
import { deviceOf } from './device.ts'
import { begin, isLive, SESSION_MS, type Session } from './session.ts'
import { sessions, sessionsOf } from './session-store.ts'

/** The hosted login's tokens carry this scope; those of the API's own sign-in, whose session is always recorded before, never do. */
export const isHosted = ({ scope }: Pick<Claims, 'scope'>) => scope.split(' ').includes('openid')

/** What decides about a new session, read when one appears. */
export interface Origin {
  person: PersonGate | undefined
  /** A recovery with a backup code is under way; Cognito asks nobody for a second factor meanwhile. */
  isRecovering: boolean
  /** The person's sessions, ended ones too. */
  known: readonly Session[]
}

/** Between password and code, Cognito's own pages wait for so long; the sign-in counts from its last step. */
const STEP_MS = 3 * 60_000

/** A code may follow on a password that has been replaced meanwhile. */
const mayHaveOldPassword = ({ mfaEnabled, passwordChangedAt }: PersonGate, provenAt: number) =>
  mfaEnabled === true && passwordChangedAt !== undefined && provenAt < Date.parse(passwordChangedAt) + STEP_MS

/**
 * May a sign-in at the hosted login of this moment (epoch seconds) still begin a session? Its cookie is remembered there for an hour and
 * cannot be taken back, so it counts for nothing after the person signed out everywhere or changed the second factor, and once a
 * session that came of the same sign-in was ended.
 */
export function mayBegin({ person, isRecovering, known }: Origin, authTime: number, now: string): boolean {
  const provenAt = authTime * 1000
  if (!person || isRecovering || !(provenAt + SESSION_MS > Date.parse(now))) return false
  if (person.validAfter !== undefined && provenAt < Date.parse(person.validAfter)) return false
  if (mayHaveOldPassword(person, provenAt)) return false
  return !known.some((session) => session.status === 'revoked' && session.authTime === authTime)
}

/** Neither the person's credentials nor their place here changed since they were read. */
const stillValid = ({ id, epoch }: PersonGate, tenant: Tenant): Write[] => [
  check(personKey(id), { expression: 'epoch = :epoch', values: { ':epoch': epoch } }, 'INVALID_SESSION'),
  check(
    itemKey(tenant.id, 'USER', id),
    {
      expression: '#status = :active AND attribute_not_exists(deletedAt)',
      names: { '#status': 'status' },
      values: { ':active': 'active' },
    },
    'INVALID_SESSION',
  ),
]

export interface Arrival {
  claims: Claims
  client: Client
  now: string
  table: Table
  tenant: Tenant
}

/** What another request of the same session has just recorded, or the refusal. */
function metInstead(error: unknown, now: string): Session {
  if (!(error instanceof Conflict)) throw error
  const stored = error.index === 0 && error.stored ? strip<Session>(error.stored) : undefined
  if (stored && isLive(stored, now)) return stored
  throw problem('INVALID_SESSION', { cause: error })
}

/**
 * Records the session that began at the hosted login, at its first request here: only now are address and browser known.
 * Two first requests at once make one session, and both go on. Cognito demands TOTP of whoever has set it up, so it was passed.
 */
export async function recordSession({ claims, client, now, table, tenant }: Arrival): Promise<Session> {
  const { username, origin_jti: id, auth_time: authTime } = claims
  const [[item, recovery], known] = await Promise.all([
    table.read([personKey(username), recoveryKey(username)]),
    sessionsOf(table, username),
  ])
  const person = item && strip<PersonGate>(item)
  if (!person || !mayBegin({ person, isRecovering: recovery !== undefined, known }, authTime, now)) throw problem('INVALID_SESSION')
  const session = begin({
    id,
    organizationId: tenant.id,
    personId: username,
    device: deviceOf(client.userAgent),
    epoch: person.epoch,
    ipAddress: client.ip,
    userAgent: client.userAgent,
    mfa: person.mfaEnabled === true,
    method: 'hosted',
    authTime,
    at: now,
    heldSince: person.approvalsVoidAt,
    expiresAt: new Date(Date.parse(now) + SESSION_MS).toISOString(),
  })
  try {
    await tenant.note([save(sessions, session), ...stillValid(person, tenant)])
    return session.after
  } catch (error) {
    return metInstead(error, now)
  }
}
