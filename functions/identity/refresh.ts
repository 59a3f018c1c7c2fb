import { hasIdled, hasOutlived, isLive, refreshed, type Session } from '../../shared/access/session.ts'
import { endSessions, sessions } from '../../shared/access/session-store.ts'
import { Problem, problem } from '../../shared/errors.ts'
import { refreshTokens, revokeTokens, type SignedIn } from '../../shared/identity-provider.ts'
import type { PublicCall } from '../../shared/serve/call.ts'
import { serve } from '../../shared/serve/serve.ts'
import { personKey, sessionKey } from '../../shared/store/keys.ts'
import { save, strip } from '../../shared/store/writes.ts'
import { again } from './again.ts'
import { refresh } from './contract.ts'
import type { Person } from './person.ts'
import { endReused, retire } from './retired-tokens.ts'
import { readStanding, refusalOf } from './standing.ts'

/** The session that the tokens belong to, if it and its person may go on; our record decides, not Cognito's. */
async function readSession(call: PublicCall<typeof refresh>, { userId, sessionId }: SignedIn): Promise<Session> {
  const [person, item] = await call.lookups.read([personKey(userId), sessionKey(userId, sessionId)])
  const session = item && strip<Session>(item)
  const { validAfter, keptSession } = (person ?? {}) as Partial<Person>
  if (!person || !session || !isLive(session, call.now)) throw problem('INVALID_SESSION')
  if (validAfter && session.createdAt < validAfter && session.id !== keptSession) throw problem('INVALID_SESSION')
  return session
}

async function prolong(call: PublicCall<typeof refresh>, renewed: SignedIn): Promise<void> {
  const session = await readSession(call, renewed)
  const tenant = call.enter(session.organizationId, { id: renewed.userId, kind: 'member', sessionId: session.id })
  const standing = await readStanding(tenant, renewed.userId)
  const refusal = standing ? refusalOf(standing, call.now) : problem('INVALID_SESSION')
  if (refusal) throw refusal
  const { sessionPolicy = {} } = standing?.organization.settings ?? {}
  const isOver = hasOutlived(session, sessionPolicy, call.now) || hasIdled(session, sessionPolicy, call.now)
  if (isOver) {
    await tenant.commit(endSessions([session], 'session policy', call.now))
    throw problem('INVALID_SESSION', { message: 'The session policy of your organization has ended this session. Sign in again.' })
  }
  await tenant.commit([save(sessions, refreshed(session, call.now)), retire(call.body.refreshToken, session, call.now)])
}

export const handler = serve(refresh, async (call) => {
  const renewed = await refreshTokens(call.meter, call.body.refreshToken).catch(async (error: unknown) => {
    if (error instanceof Problem && error.code === 'INVALID_SESSION') await endReused(call, call.body.refreshToken)
    throw error
  })
  try {
    await again(() => prolong(call, renewed))
  } catch (error) {
    // Not when the table was out of reach: a second try may then succeed.
    if (error instanceof Problem && error.status < 500) await revokeTokens(call.meter, renewed.tokens.refreshToken)
    throw error
  }
  return renewed.tokens
})
