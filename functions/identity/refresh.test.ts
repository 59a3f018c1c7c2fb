import { randomUUID } from 'node:crypto'
import { afterEach, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { UnsecuredJWT } from 'jose'
import { sessions, sessionsOf } from '../../shared/identity/session-store.ts'
import { personKey, refreshKey, sessionKey } from '../../shared/store/keys.ts'
import { patch } from '../../shared/store/writes.ts'
import { hashOf } from '../../shared/tokens.ts'
import { workbench } from '../../test/workbench.ts'
import { refresh } from './contract.ts'
import { handler } from './refresh.ts'
import { type Registered, read, registered, type SignedInPerson, signalsOf, signedIn, table } from './test-people.ts'

const realNow = Date.now
/** The clock of this process, Cognito's too, as long as it was in place before that started. */
const clock = jest.spyOn(Date, 'now')

const bench = workbench()
afterEach(() => {
  clock.mockImplementation(realNow)
})

const renew = (refreshToken: string) => bench.request(handler, refresh, { body: { refreshToken } })

const pass = (ms: number) => clock.mockImplementation(() => realNow() + ms)

async function stolen(): Promise<{ ada: Registered; as: SignedInPerson; next: string }> {
  const ada = await registered(bench)
  const as = await signedIn(bench, ada)
  const next = (await renew(as.refreshToken)).body.data.refreshToken
  return { ada, as, next }
}

test('a retired token presented again after its grace ends the session for both who hold tokens of it', async () => {
  const { ada, as, next } = await stolen()
  pass(11_000)
  const reply = await renew(as.refreshToken)
  expect([reply.status, reply.body.code]).toEqual([401, 'INVALID_SESSION'])
  expect(await read(sessionKey(ada.userId, as.sessionId))).toMatchObject({ status: 'revoked', revokedReason: 'refresh_token_reused' })
  expect((await renew(next)).body.code).toBe('INVALID_SESSION')
  const events = await bench.tenant(ada.organizationId).events(sessions, as.sessionId)
  expect(events.at(-1)).toMatchObject({ type: 'auth.session.revoked', data: { reason: 'refresh_token_reused' } })
  const told = (await signalsOf(ada.organizationId)).filter(({ type }) => type === 'auth.refresh_token.reused')
  expect(told).toMatchObject([{ aggregateId: ada.userId, data: { userId: ada.userId } }])
})

test('within its grace it is a lost answer asked for again, and gives tokens', async () => {
  const { ada, as, next } = await stolen()
  pass(5_000)
  expect((await renew(as.refreshToken)).status).toBe(200)
  expect((await renew(next)).status).toBe(200)
  expect((await sessionsOf(table(), ada.userId)).map(({ status }) => status)).toEqual(['active'])
})

test('between the end of its grace at Cognito and that in the record it ends the session too', async () => {
  const { ada, as, next } = await stolen()
  pass(11_000)
  const key = sessionKey(ada.userId, as.sessionId)
  // As if the record had been written two seconds after Cognito rotated.
  await bench.tenant(ada.organizationId).commit(patch(key, { rotatedAt: new Date(realNow() + 2_000).toISOString() }))
  expect((await renew(as.refreshToken)).body.code).toBe('INVALID_SESSION')
  expect(await read(key)).toMatchObject({ status: 'revoked', revokedReason: 'refresh_token_reused' })
  expect((await renew(next)).body.code).toBe('INVALID_SESSION')
})

test('only hashes of retired tokens are kept, for as long as the session would have lived', async () => {
  const { ada, as } = await stolen()
  const record = await read(refreshKey(hashOf(as.refreshToken)))
  expect(record).toMatchObject({ personId: ada.userId, sessionId: as.sessionId })
  const { expiresAt } = (await read(sessionKey(ada.userId, as.sessionId))) as { expiresAt: string }
  expect(record?.ttl).toBe(Math.floor(Date.parse(expiresAt) / 1000))
  expect(JSON.stringify(record)).not.toContain(as.refreshToken)
})

test('a token of a session that has ended tells of no theft', async () => {
  const { ada, as } = await stolen()
  pass(11_000)
  await renew(as.refreshToken)
  await renew(as.refreshToken)
  expect((await signalsOf(ada.organizationId)).filter(({ type }) => type === 'auth.refresh_token.reused')).toHaveLength(1)
})

test('however often a session is renewed, each of its retired tokens ends it, and other sessions stay', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.nat(), async (times, pick) => {
      const ada = await registered(bench)
      const [as, other] = [await signedIn(bench, ada), await signedIn(bench, ada)]
      const retired: string[] = []
      let current = as.refreshToken
      for (let n = 0; n < times; n++) {
        retired.push(current)
        current = (await renew(current)).body.data.refreshToken
      }
      pass(11_000)
      await renew(retired[pick % times] ?? '')
      const after = [(await renew(current)).status, (await renew(other.refreshToken)).status]
      clock.mockImplementation(realNow)
      expect(after).toEqual([401, 200])
    }),
    { numRuns: 5 },
  )
})

/** Tokens of the hosted login as its own door hands them out; Cognito renews them in turn. */
function hostedSignIn({ userId, organizationId }: Registered, authTime = Math.floor(Date.now() / 1000)) {
  const sessionId = randomUUID()
  const claims = { username: userId, origin_jti: sessionId, org: organizationId, auth_time: authTime, scope: 'openid' }
  const token = (n: number) => `hosted-${sessionId}-${n}`
  let renewed = 0
  const answer = (operation: string) => {
    if (operation !== 'GetTokensFromRefreshToken') return undefined
    const AccessToken = new UnsecuredJWT({ ...claims }).encode()
    return { AuthenticationResult: { AccessToken, IdToken: AccessToken, RefreshToken: token(++renewed) } }
  }
  return { sessionId, first: token(0), answer }
}

test('whoever comes from the hosted login and renews first, before any other request, goes on in a session of their own', async () => {
  const ada = await registered(bench)
  const { sessionId, first, answer } = hostedSignIn(ada)
  await bench.whileCognito(answer, async () => {
    const { status, body } = await renew(first)
    expect(status).toBe(200)
    expect(await read(sessionKey(ada.userId, sessionId))).toMatchObject({ status: 'active', organizationId: ada.organizationId })
    expect((await renew(body.data.refreshToken)).status).toBe(200)
    pass(11_000)
    expect((await renew(first)).body.code).toBe('INVALID_SESSION')
    expect(await read(sessionKey(ada.userId, sessionId))).toMatchObject({ status: 'revoked', revokedReason: 'refresh_token_reused' })
  })
})

test('a hosted sign-in from before the person signed out everywhere begins no session by renewing', async () => {
  const ada = await registered(bench)
  const { sessionId, first, answer } = hostedSignIn(ada, Math.floor(Date.now() / 1000) - 60)
  await bench.tenant(ada.organizationId).commit(patch(personKey(ada.userId), { validAfter: new Date().toISOString() }))
  expect((await bench.whileCognito(answer, () => renew(first))).body.code).toBe('INVALID_SESSION')
  expect(await read(sessionKey(ada.userId, sessionId))).toBeUndefined()
})
