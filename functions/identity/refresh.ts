import { isProblem, Problem, problem } from '../../shared/errors.ts'
import { recordSession } from '../../shared/identity/first-request.ts'
import type { Person } from '../../shared/identity/person.ts'
import { hasIdled, hasOutlived, isLive, refreshed, type Session } from '../../shared/identity/session.ts'
import { endSessions, sessions } from '../../shared/identity/session-store.ts'
import { refreshTokens, revokeTokens, type SignedIn } from '../../shared/identity-provider.ts'
import type { PublicCall } from '../../shared/serve/call.ts'
import { serve } from '../../shared/serve/serve.ts'
import { personKey, refreshKey, sessionKey } from '../../shared/store/keys.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import { save, strip, type Write } from '../../shared/store/writes.ts'
import { hashOf } from '../../shared/tokens.ts'
import { actorIn } from './actor.ts'
import { refresh } from './contract.ts'
import { endReused, type IssuedToken, issue, judge, type Verdict } from './refresh-chain.ts'
import { readStanding, refusalOf } from './standing.ts'

type Refreshing = PublicCall<typeof refresh>

const POLICY = 'The session policy of your organization has ended this session. Sign in again.'

interface Going {
  session: Session
  verdict: Verdict
  tenant: Tenant
}

/** The session of a token, if it and its person may go on; our record decides, not Cognito's. */
async function goOn(call: Refreshing, token: IssuedToken): Promise<Going> {
  const { personId, sessionId, organizationId } = token
  const open = (name?: string) => call.enter(organizationId, { id: personId, kind: 'member', sessionId, ...(name ? { name } : {}) })
  const [[person, item], standing] = await Promise.all([
    call.lookups.read([personKey(personId), sessionKey(personId, sessionId)]),
    readStanding(open(), personId),
  ])
  const session = item && strip<Session>(item)
  const { epoch, keptSession } = (person ?? {}) as Partial<Person>
  if (!session || !isLive(session, call.now) || session.personId !== personId) throw problem('INVALID_SESSION')
  if (session.epoch !== epoch && session.id !== keptSession) throw problem('INVALID_SESSION')
  const verdict = judge(token, session, call.now)
  if (verdict === 'reused') {
    await endReused(call, token)
    throw problem('INVALID_SESSION')
  }
  const refusal = standing ? refusalOf(standing, call.now) : problem('INVALID_SESSION')
  if (!standing || refusal) throw refusal
  const tenant = open(`${standing.user.firstName} ${standing.user.lastName}`)
  const { sessionPolicy = {} } = standing.organization.settings
  if (hasOutlived(session, sessionPolicy, call.now) || hasIdled(session, sessionPolicy, call.now)) {
    await tenant.commit(endSessions([session], 'session policy', call.now))
    throw problem('INVALID_SESSION', { message: POLICY })
  }
  return { session, verdict, tenant }
}

/** A hosted sign-in whose first request here is this one: it begins the session, as any other would. */
async function beginHosted(call: Refreshing, { userId, sessionId, organizationId, authTime }: SignedIn): Promise<Session> {
  if (!organizationId) throw problem('INVALID_SESSION')
  const { client, lookups, now } = call
  const tenant = call.enter(organizationId, { ...(await actorIn(call, organizationId, userId)), sessionId })
  const claims = { username: userId, origin_jti: sessionId, org: organizationId, auth_time: authTime, scope: 'openid' }
  return recordSession({ claims, client, now, table: lookups, tenant })
}

/** The token is the first of a hosted sign-in, which was exchanged at the login's own door: now its chain begins. */
async function firstOf(call: Refreshing, renewed: SignedIn): Promise<IssuedToken> {
  const { userId, sessionId } = renewed
  const [item] = await call.lookups.read([sessionKey(userId, sessionId)])
  const session = item ? strip<Session>(item) : await beginHosted(call, renewed)
  const first = { personId: userId, sessionId, organizationId: session.organizationId, generation: 0, client: 'hosted' as const }
  if (session.authTime !== undefined && session.generation === undefined) return first
  await endReused(call, first)
  throw problem('INVALID_SESSION')
}

/** Hands the new token out in the session's chain; what another exchange has just changed is judged anew. */
const prolong = (call: Refreshing, token: IssuedToken, renewed: SignedIn, going: Going | undefined, alongside: Write[]): Promise<void> =>
  retryConflicts(async (attempt) => {
    const { session, verdict, tenant } = going && attempt === 1 ? going : await goOn(call, token)
    const change = refreshed(session, call.now, verdict === 'again')
    const { generation = 0 } = change.after
    await tenant.commit([
      save(sessions, change),
      issue(renewed.tokens.refreshToken, change.after, { generation, client: token.client }),
      ...alongside,
    ])
  })

async function exchange(call: Refreshing, known: IssuedToken | undefined): Promise<SignedIn> {
  const { refreshToken } = call.body
  const client = known?.client ?? 'hosted'
  const going = known && (await goOn(call, known))
  const renewed = await refreshTokens(call.meter, refreshToken, client).catch(async (error) => {
    // Cognito, whose clock runs a little ahead of our record's, takes the grace for over; so is it here.
    if (known && going?.verdict === 'again' && isProblem(error, 'INVALID_SESSION')) await endReused(call, known)
    throw error
  })
  try {
    const token = known ?? (await firstOf(call, renewed))
    const first = going?.session ?? (await goOn(call, token)).session
    await prolong(call, token, renewed, going, known ? [] : [issue(refreshToken, first, token)])
  } catch (error) {
    // Not when the table was out of reach: a second try may then succeed.
    if (error instanceof Problem && error.status < 500) await revokeTokens(call.meter, renewed.tokens.refreshToken, client)
    throw error
  }
  return renewed
}

export const handler = serve(refresh, async (call) => {
  const [item] = await call.lookups.read([refreshKey(hashOf(call.body.refreshToken))])
  return (await exchange(call, item && strip<IssuedToken>(item))).tokens
})
