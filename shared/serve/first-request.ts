import { deviceOf } from '../access/device.ts'
import { begin, isLive, SESSION_MS, type Session } from '../access/session.ts'
import { sessions, sessionsOf } from '../access/session-store.ts'
import { problem } from '../errors.ts'
import { Conflict } from '../store/commit.ts'
import { personKey } from '../store/keys.ts'
import type { Table } from '../store/table.ts'
import type { Tenant } from '../store/tenant.ts'
import { check, save, strip, type Write } from '../store/writes.ts'
import type { Claims, Client, PersonGate } from './call.ts'

/** The hosted login's tokens carry this scope; those of the API's own sign-in, whose session is always recorded before, never do. */
export const isHosted = ({ scope }: Pick<Claims, 'scope'>) => scope.split(' ').includes('openid')

const after = (moment: string | undefined, epochMs: number) => moment !== undefined && Date.parse(moment) > epochMs

/**
 * May a sign-in at the hosted login of this moment (epoch seconds) still begin a session? Its cookie is remembered there for an hour and
 * cannot be taken back, so it counts for nothing after the person signed out everywhere or changed the second factor, and once a
 * session that came of the same sign-in was ended.
 */
export function mayBegin(person: PersonGate | undefined, known: readonly Session[], authTime: number, now: string): person is PersonGate {
  const provenAt = authTime * 1000
  if (!person || !(provenAt + SESSION_MS > Date.parse(now))) return false
  if (after(person.validAfter, provenAt) || (person.mfaEnabled && after(person.mfaEnabledAt ?? now, provenAt))) return false
  return !known.some((session) => session.status === 'revoked' && session.authTime === authTime)
}

const DECIDING = ['validAfter', 'mfaEnabledAt'] as const

/** The person is as they were read, so that a sign-out everywhere meanwhile is not missed. */
function unchanged(person: PersonGate): Write {
  const same = DECIDING.map((name) => (person[name] === undefined ? `attribute_not_exists(${name})` : `${name} = :${name}`))
  const values = DECIDING.flatMap((name) => (person[name] === undefined ? [] : [[`:${name}`, person[name]]]))
  const condition = { expression: same.join(' AND '), ...(values.length > 0 ? { values: Object.fromEntries(values) } : {}) }
  return check(personKey(person.id), condition, 'INVALID_SESSION')
}

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
  const [[item], known] = await Promise.all([table.read([personKey(username)]), sessionsOf(table, username)])
  const person = item && strip<PersonGate>(item)
  if (!mayBegin(person, known, authTime, now)) throw problem('INVALID_SESSION')
  const session = begin({
    ...{ id, organizationId: tenant.id, personId: username, device: deviceOf(client.userAgent) },
    ...{ ipAddress: client.ip, userAgent: client.userAgent, mfa: person.mfaEnabled === true, method: 'hosted', authTime, at: now },
    expiresAt: new Date(Date.parse(now) + SESSION_MS).toISOString(),
  })
  try {
    await tenant.note([save(sessions, session), unchanged(person)])
    return session.after
  } catch (error) {
    return metInstead(error, now)
  }
}
