import { type Change, changed, created, type Versioned } from '../store/entity.ts'
import { loginSucceeded, sessionMfaChanged, sessionRefreshed, sessionRevoked } from './session-events.ts'

/** The refresh token's life, which rotation does not prolong. */
export const SESSION_MS = 7 * 86_400_000

/** A sign-in on one device, known by Cognito's `origin_jti`; it lives as long as its refresh token. */
export interface Session extends Versioned {
  personId: string
  status: 'active' | 'revoked'
  /** TOTP was passed. */
  mfa: boolean
  /** When it was passed last. */
  mfaAt?: string
  /** The end of its refresh token, which rotation does not prolong. */
  expiresAt: string
  device: string
  ipAddress: string
  userAgent: string
  lastActivityAt: string
  /** Of a hosted sign-in, in epoch seconds: what its cookie leads to later has the same. */
  authTime?: number
  revokedAt?: string
  revokedReason?: string
}

export interface NewSession {
  id: string
  organizationId: string
  personId: string
  device: string
  ipAddress: string
  userAgent: string
  mfa: boolean
  method: string
  authTime?: number
  at: string
  expiresAt: string
}

export function begin({ method, at, ...session }: NewSession): Change<Session> {
  const mfaAt = session.authTime === undefined ? at : new Date(session.authTime * 1000).toISOString()
  return created<Session>(
    { ...session, status: 'active', lastActivityAt: at, ...(session.mfa ? { mfaAt } : {}) },
    { event: loginSucceeded, at, data: { userId: session.personId, method, mfa: session.mfa } },
  )
}

export function refreshed(session: Session, at: string): Change<Session> {
  return changed(session, { lastActivityAt: at }, { event: sessionRefreshed, at })
}

/** TOTP was set up, or given up, in this session. */
export function withMfa(session: Session, mfa: boolean, at: string): Change<Session> {
  return changed(session, { mfa, mfaAt: mfa ? at : undefined }, { event: sessionMfaChanged, at, data: { mfa } })
}

export function revoke(session: Session, reason: string, at: string): Change<Session> {
  return changed(
    session,
    { status: 'revoked', revokedAt: at, revokedReason: reason },
    { event: sessionRevoked, at, data: { userId: session.personId, reason } },
  )
}

export const isLive = (session: Pick<Session, 'status' | 'expiresAt'>, now: string) =>
  session.status === 'active' && session.expiresAt > now

/** What an organization decides about sessions. */
export interface SessionPolicy {
  idleMinutes?: number
  lifetimeMinutes?: number
}

const MINUTE_MS = 60_000
/** An access token opens the API for an hour, and using it leaves no mark. */
const ACCESS_MINUTES = 60

/** Has the session lasted as long as the organization lets any last? It counts from the proof of who the person is. */
export function hasOutlived({ createdAt, authTime }: Pick<Session, 'createdAt' | 'authTime'>, policy: SessionPolicy, now: string): boolean {
  const provenAt = authTime === undefined ? Date.parse(createdAt) : authTime * 1000
  return policy.lifetimeMinutes !== undefined && Date.parse(now) - provenAt >= policy.lifetimeMinutes * MINUTE_MS
}

/** Was it idle too long? Asked when tokens are renewed; idle time counts from when the last ones ran out, so nobody at work is shut out. */
export function hasIdled({ lastActivityAt }: Pick<Session, 'lastActivityAt'>, { idleMinutes }: SessionPolicy, now: string): boolean {
  return idleMinutes !== undefined && Date.parse(now) - Date.parse(lastActivityAt) > (ACCESS_MINUTES + idleMinutes) * MINUTE_MS
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
export const newestFirst = (a: Session, b: Session) => compare(b.createdAt, a.createdAt) || compare(b.id, a.id)

const MOST_SESSIONS = 50

/** The oldest of too many: there is room for one more session afterwards. */
export function surplusOf(known: readonly Session[], organizationId: string, now: string): Session[] {
  const live = known.filter((session) => isLive(session, now)).sort(newestFirst)
  const surplus = live.slice(MOST_SESSIONS - 1).filter((session) => session.organizationId === organizationId)
  return surplus.slice(-10)
}

/** A session as its owner and administrators see it. */
export function viewOf(session: Session, now: string, currentId?: string) {
  const status = session.status === 'active' && !isLive(session, now) ? ('expired' as const) : session.status
  return { ...session, status, revokedReason: session.revokedReason ?? null, current: session.id === currentId }
}
