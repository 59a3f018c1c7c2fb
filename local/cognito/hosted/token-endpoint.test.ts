import { randomBytes } from 'node:crypto'
import {
  AdminUserGlobalSignOutCommand,
  DescribeUserPoolClientCommand,
  GetTokensFromRefreshTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { decodeJwt } from 'jose'
import { addUser, CALLBACK, PASSWORD, POOL, refusal, startTestPools, type TestPools, tokensOf } from '../test-pools.ts'
import { type App, authorize, CHALLENGE, codeIn, openApp } from './test-app.ts'

const LambdaConfig = { PreTokenGenerationConfig: { LambdaArn: 'arn:aws:lambda:::function:pre-token', LambdaVersion: 'V2_0' } }
const brokenInvoke = () => Promise.reject(new Error('worker died'))

let pools: TestPools
let app: App
beforeAll(async () => {
  pools = await startTestPools()
  await addUser(pools, 'ada')
  app = openApp(pools)
})
afterAll(() => pools.close())

async function secretOf(ClientId: string): Promise<string> {
  const described = await pools.sdk.send(new DescribeUserPoolClientCommand({ UserPoolId: POOL, ClientId }))
  return described.UserPoolClient?.ClientSecret ?? ''
}

// Cognito's developer guide, "The token issuer endpoint"; RFC 6749, 5.2; RFC 7636, 4.6.
describe('the token endpoint', () => {
  test('takes a code once, even when both tries come together', async () => {
    const code = codeIn(await app.signIn())
    const answers = await Promise.all([app.exchange(code), app.exchange(code)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400])
    expect((await app.exchange(code)).body).toEqual({ error: 'invalid_grant' })
  })

  test.each([
    ['a wrong verifier', { code_verifier: randomBytes(32).toString('base64url') }],
    ['the challenge as verifier', { code_verifier: CHALLENGE }],
    ['another address', { redirect_uri: 'http://localhost:3000/docs' }],
  ])('refuses a code with %s', async (_what, change) => {
    const code = codeIn(await app.signIn())
    expect((await app.exchange(code, change)).body.error).toBe('invalid_grant')
    expect((await app.exchange(code)).body.error).toBe('invalid_grant')
  })

  test('refuses a code without its verifier, after five minutes, and from another client', async () => {
    const [first, second, third] = [codeIn(await app.signIn()), codeIn(await app.signIn()), codeIn(await app.signIn())]
    const form = { grant_type: 'authorization_code', client_id: 'hosted', redirect_uri: CALLBACK }
    expect((await app.post('/oauth2/token', { ...form, code: first })).body.error).toBe('invalid_grant')
    const another = { client_id: 'confidential', client_secret: await secretOf('confidential') }
    expect((await app.exchange(second, another)).body.error).toBe('invalid_grant')
    pools.pass(300_000)
    expect((await app.exchange(third)).body.error).toBe('invalid_grant')
  })

  test.each([
    ['unsupported_grant_type', { grant_type: 'password' }],
    ['invalid_request', { grant_type: '' }],
    ['invalid_request', { code: '' }],
    ['invalid_client', { client_id: 'nowhere' }],
    ['invalid_client', { client_secret: 'none is due' }],
  ])('answers %s to %j', async (error, change) => {
    expect(await app.exchange('code', change)).toMatchObject({ status: 400, body: { error } })
  })

  test.each(['%', 'hosted', '', 'aG9zdGVkOiVaWg=='])('takes no client credentials from the malformed header %j', async (value) => {
    const answer = await app.post('/oauth2/token', { grant_type: 'refresh_token', refresh_token: 'x' }, { authorization: `Basic ${value}` })
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_client' } })
  })

  test('answers a failure of its own plainly, and only the log says what it was', async () => {
    const lines: string[] = []
    const broken = await startTestPools({
      invoke: brokenInvoke,
      log: (part, line) => lines.push(`${part}: ${line}`),
      pool: { LambdaConfig },
    })
    await addUser(broken, 'ada')
    const brokenApp = openApp(broken)
    const answer = await brokenApp.exchange(codeIn(await brokenApp.signIn()))
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect(JSON.stringify(answer.body)).not.toContain('worker died')
    expect(lines).toEqual([expect.stringMatching(/^cognito: PreTokenGeneration could not be run: worker died/)])
    await broken.close()
  })

  test('refreshes with rotation, recognizes reuse, and revokes', async () => {
    const { body } = await app.exchange(codeIn(await app.signIn()))
    const refresh = (refresh_token = '') => app.post('/oauth2/token', { grant_type: 'refresh_token', client_id: 'hosted', refresh_token })
    const next = await refresh(body.refresh_token)
    expect(next.status).toBe(200)
    expect(next.body.refresh_token).not.toBe(body.refresh_token)
    expect(decodeJwt(next.body.id_token ?? '').origin_jti).toBe(decodeJwt(body.id_token ?? '').origin_jti)
    pools.pass(30_000)
    expect((await refresh(body.refresh_token)).body.error).toBe('invalid_grant')
    const revoke = (token = '') => app.post('/oauth2/revoke', { client_id: 'hosted', token })
    expect((await revoke(body.access_token)).body.error).toBe('unsupported_token_type')
    expect((await revoke('')).body.error).toBe('invalid_request')
    expect((await revoke(next.body.refresh_token)).status).toBe(200)
    expect((await refresh(next.body.refresh_token)).body.error).toBe('invalid_grant')
  })

  test.each([
    ['a code', 'token', { grant_type: 'authorization_code', code: 'c', redirect_uri: CALLBACK, code_verifier: 'v' }],
    ['a refresh token', 'token', { grant_type: 'refresh_token', refresh_token: 'r' }],
    ['a token to revoke', 'revoke', { token: 't' }],
  ])('takes %s from no client without OAuth', async (_what, endpoint, form) => {
    const answer = await app.post(`/oauth2/${endpoint}`, { client_id: 'api', ...form })
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_client' } })
  })

  test('leaves a refresh token to the client that it was given to', async () => {
    const { RefreshToken } = await tokensOf(pools, 'ada')
    const form = { grant_type: 'refresh_token', client_id: 'hosted', refresh_token: RefreshToken }
    expect((await app.post('/oauth2/token', form)).body.error).toBe('invalid_grant')
    const exchange = (ClientId: string) => pools.sdk.send(new GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken }))
    expect(await refusal(exchange('hosted'))).toBe('NotAuthorizedException: Invalid Refresh Token')
    expect((await app.post('/oauth2/revoke', { client_id: 'hosted', token: RefreshToken })).status).toBe(200)
    expect(await refusal(exchange('api'))).toBe('no refusal')
  })

  test('gives no id token without the scope openid', async () => {
    const { body } = await app.exchange(codeIn(await app.signIn('ada', PASSWORD, authorize({ scope: 'email' }))))
    expect(body.access_token).toBeTruthy()
    expect(body.id_token).toBeUndefined()
  })
})

test('userInfo tells who an access token is, and refuses every other token', async () => {
  const { body } = await app.exchange(codeIn(await app.signIn()))
  const ask = async (token = '') => {
    const response = await fetch(`${pools.origin}/oauth2/userInfo`, { headers: { authorization: `Bearer ${token}` } })
    return { status: response.status, challenge: response.headers.get('www-authenticate'), body: await response.json() }
  }
  expect(await ask(body.access_token)).toMatchObject({
    status: 200,
    body: { username: 'ada', email: 'ada@example.com', email_verified: 'true' },
  })
  const narrow = await app.exchange(codeIn(await app.signIn('ada', PASSWORD, authorize({ scope: 'email' }))))
  for (const token of [body.id_token, narrow.body.access_token, 'rubbish', '']) {
    expect(await ask(token)).toMatchObject({ status: 401, challenge: expect.stringContaining('invalid_token') })
  }
  await pools.sdk.send(new AdminUserGlobalSignOutCommand({ UserPoolId: POOL, Username: 'ada' }))
  expect((await ask(body.access_token)).status).toBe(401)
})
