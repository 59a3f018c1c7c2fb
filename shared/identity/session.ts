import type { SessionPolicy } from '../serve/gates.ts'
import { type Change, changed, created, type Versioned } from '../store/entity.ts'
import { loginSucceeded, sessionMfaChanged, sessionRefreshed, sessionRevoked, sessionSteppedUp } from './session-events.ts'

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
  /** When it last proved who acts: by the second factor where one is on, else by the password. */
  freshAt?: string
  /** The end of its refresh token, which rotation does not prolong. */
  expiresAt: string
  device: string
  ipAddress: string
  userAgent: string
  lastActivityAt: string
  /** When a request last used it; kept beside the aggregate, and only where an organization ends idle sessions. */
  seenAt?: string
  /** Of a hosted sign-in, in epoch seconds: what its cookie leads to later has the same. */
  authTime?: number
  /** The person's credentials when it began; it is void once they have others. */
  epoch: number
  /** The number of its newest refresh token; a hosted session has none until the first one is exchanged. */
  generation?: number
  /** When the newest refresh token took the place of the one before. */
  rotatedAt?: string
  /** The person was recovered then: no membership is open to it that was not approved again since. */
  heldSince?: string
  revokedAt?: string
  revokedReason?: string
}

export interface NewSession
  extends Pick<Session, 'id' | 'organizationId' | 'personId' | 'device' | 'ipAddress' | 'userAgent' | 'mfa' | 'epoch' | 'expiresAt'> {
  method: string
  at: string
  authTime?: number
  generation?: number
  heldSince?: string | undefined
}

export function begin({ method, at, heldSince, ...session }: NewSession): Change<Session> {
  const provenAt = session.authTime === undefined ? at : new Date(session.authTime * 1000).toISOString()
  return created<Session>(
    {
      ...session,
      status: 'active',
      lastActivityAt: at,
      // A key proves that it is known, and not who acts.
      ...(method === 'api_key' ? {} : { freshAt: provenAt }),
      ...(session.mfa ? { mfaAt: provenAt } : {}),
      ...(heldSince ? { heldSince } : {}),
    },
    { event: loginSucceeded, at, data: { userId: session.personId, method, mfa: session.mfa } },
  )
}

/** Its newest refresh token was exchanged, or once more the one before: two then have the same number, and the first to be exchanged retires the other. */
export function refreshed(session: Session, at: string, isAgain = false): Change<Session> {
  const { generation = 0 } = session
  const rotation = isAgain ? {} : { generation: generation + 1, rotatedAt: at }
  return changed(session, { lastActivityAt: at, ...rotation }, { event: sessionRefreshed, at })
}

/** The person proved once more who they are. */
export function steppedUp(session: Session, by: 'password' | 'code', at: string): Change<Session> {
  const mfa = by === 'code' ? { mfa: true, mfaAt: at } : {}
  return changed(session, { freshAt: at, ...mfa }, { event: sessionSteppedUp, at, data: { userId: session.personId, by } })
}

/** TOTP was set up, or given up, in this session. */
export function withMfa(session: Session, mfa: boolean, at: string): Change<Session> {
  return changed(session, { mfa, mfaAt: mfa ? at : undefined, freshAt: at }, { event: sessionMfaChanged, at, data: { mfa } })
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

const MINUTE_MS = 60_000
/** An access token opens the API for an hour, and where nobody ends idle sessions its use leaves no mark. */
const ACCESS_MINUTES = 60

/** Has the session lasted as long as the organization lets any last? It counts from the proof of who the person is. */
export function hasOutlived({ createdAt, authTime }: Pick<Session, 'createdAt' | 'authTime'>, policy: SessionPolicy, now: string): boolean {
  const provenAt = authTime === undefined ? Date.parse(createdAt) : authTime * 1000
  return policy.lifetimeMinutes !== undefined && Date.parse(now) - provenAt >= policy.lifetimeMinutes * MINUTE_MS
}

type Activity = Pick<Session, 'lastActivityAt' | 'seenAt'>

const lastUsed = ({ lastActivityAt, seenAt = lastActivityAt }: Activity) => (seenAt > lastActivityAt ? seenAt : lastActivityAt)

/**
 * Was it idle too long? A session of which no use was noted yet, since the organization has only just begun to ask, is given the life of
 * its access token on top, so that nobody at work is shut out.
 */
export function hasIdled(session: Activity, { idleMinutes }: SessionPolicy, now: string): boolean {
  if (idleMinutes === undefined) return false
  const allowed = session.seenAt === undefined ? ACCESS_MINUTES + idleMinutes : idleMinutes
  return Date.parse(now) - Date.parse(lastUsed(session)) > allowed * MINUTE_MS
}

/** Is it time to note again that the session is in use? Seldom enough to cost little, often enough to shut out nobody at work. */
export function isUseDue(session: Activity, { idleMinutes }: SessionPolicy, now: string): boolean {
  if (idleMinutes === undefined) return false
  return session.seenAt === undefined || Date.parse(now) - Date.parse(lastUsed(session)) >= Math.min(1, idleMinutes / 5) * MINUTE_MS
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
  return {
    ...session,
    status,
    lastActivityAt: lastUsed(session),
    revokedReason: session.revokedReason ?? null,
    current: session.id === currentId,
  }
}
