import { refreshTokenReused } from '../../events/identity.ts'
import { isLive, type Session } from '../../shared/access/session.ts'
import { endSessions } from '../../shared/access/session-store.ts'
import { revokeTokens } from '../../shared/identity-provider.ts'
import { refreshKey, sessionKey } from '../../shared/store/keys.ts'
import { put, signal, strip, type Write } from '../../shared/store/writes.ts'
import { hashOf } from '../../shared/tokens.ts'
import { again } from './again.ts'
import type { Asking } from './trace.ts'

/** `REFRESH#<hash>` / ITEM: a refresh token that was exchanged for another, until its session would have expired. */
export interface RetiredToken {
  personId: string
  sessionId: string
  organizationId: string
  retiredAt: string
}

/** Notes whose token this was, so that its reuse tells which session was stolen. */
export const retire = (refreshToken: string, session: Session, at: string): Write =>
  put(
    refreshKey(hashOf(refreshToken)),
    { personId: session.personId, sessionId: session.id, organizationId: session.organizationId, retiredAt: at } satisfies RetiredToken,
    undefined,
    'CONFLICT',
    session.expiresAt,
  )

/**
 * Ends the session of a retired token that Cognito no longer takes, its grace being over: of two who hold tokens of the session, one
 * is a thief (RFC 9700, 4.14.2), and both are shut out. Does nothing for any other token.
 */
export async function endReused(call: Asking, refreshToken: string): Promise<void> {
  const [item] = await call.lookups.read([refreshKey(hashOf(refreshToken))])
  if (!item) return
  const { personId, sessionId, organizationId } = strip<RetiredToken>(item)
  await again(async () => {
    const [found] = await call.lookups.read([sessionKey(personId, sessionId)])
    const session = found && strip<Session>(found)
    if (!session || !isLive(session, call.now)) return
    const told = { aggregate: { type: 'user', id: personId }, data: { userId: personId, device: session.device } }
    await call
      .enter(organizationId)
      .commit([...endSessions([session], 'refresh_token_reused', call.now), signal({ event: refreshTokenReused, ...told })])
  })
  await revokeTokens(call.meter, refreshToken)
}
