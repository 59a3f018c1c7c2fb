import { refreshTokenReused } from '../../events/identity.ts'
import { isLive, type Session } from '../../shared/identity/session.ts'
import { endSessions } from '../../shared/identity/session-store.ts'
import { refreshKey, sessionKey } from '../../shared/store/keys.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import { put, signal, strip, type Write } from '../../shared/store/writes.ts'
import { hashOf } from '../../shared/tokens.ts'
import type { SignInCall } from './trace.ts'

/** `REFRESH#<hash>` / ITEM: a refresh token that was handed out, until its session would have expired. */
export interface IssuedToken {
  personId: string
  sessionId: string
  organizationId: string
  /** Its number in the session's chain; the newest is the session's own. */
  generation: number
  /** Whose sign-in it came by, which Cognito demands to know. */
  client: 'api' | 'hosted'
}

/** A token exchanged once more within this time may be one whose answer was lost. */
const GRACE_MS = 10_000

export type Verdict = 'newest' | 'again' | 'reused'

/**
 * May this token be exchanged? The newest may; the one before may for ten seconds, and gives a twin of the newest: of twins, the first to be
 * exchanged retires the other. Everything else was used before, by one of two who hold it (RFC 9700, 4.14.2).
 */
export function judge(token: Pick<IssuedToken, 'generation'>, session: Pick<Session, 'generation' | 'rotatedAt'>, now: string): Verdict {
  const { generation: newest = 0, rotatedAt } = session
  if (token.generation === newest) return 'newest'
  const isRecent = rotatedAt !== undefined && Date.parse(now) - Date.parse(rotatedAt) < GRACE_MS
  return token.generation === newest - 1 && isRecent ? 'again' : 'reused'
}

/** Records a refresh token in the transaction that hands it out. */
export const issue = (
  refreshToken: string,
  session: Session,
  { generation, client }: Pick<IssuedToken, 'generation' | 'client'>,
): Write => {
  const { personId, id: sessionId, organizationId, expiresAt } = session
  const issued: IssuedToken = { personId, sessionId, organizationId, generation, client }
  return put(refreshKey(hashOf(refreshToken)), { ...issued }, undefined, 'CONFLICT', expiresAt)
}

/** Ends the session of a token that was used before, and tells its owner. */
export const endReused = (
  call: SignInCall,
  { personId, sessionId, organizationId }: Omit<IssuedToken, 'generation' | 'client'>,
): Promise<void> =>
  retryConflicts(async () => {
    const [found] = await call.lookups.read([sessionKey(personId, sessionId)])
    const session = found && strip<Session>(found)
    if (!session || !isLive(session, call.now)) return
    const told = { aggregate: { type: 'user', id: personId }, data: { userId: personId, device: session.device } }
    await call
      .enter(organizationId)
      .commit([...endSessions([session], 'refresh_token_reused', call.now), signal({ event: refreshTokenReused, ...told })])
  })
