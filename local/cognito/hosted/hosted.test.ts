import { createHash, randomBytes } from 'node:crypto'
import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminSetUserPasswordCommand,
  AdminUserGlobalSignOutCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decodeJwt } from 'jose'
import { FunctionError } from '../../types.ts'
import { addAuthenticator, addUser, CALLBACK, OTHER_POOL, PASSWORD, POOL, startTestPools, type TestPools } from '../test-pools.ts'
import { totpCode } from '../totp.ts'
import { html } from './html.ts'
import { openBrowser, type Page } from './test-browser.ts'

const PRE_TOKEN = 'arn:aws:lambda:eu-central-1:000000000000:function:pre-token'
const VERIFIER = randomBytes(32).toString('base64url')
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')

let pools: TestPools
let refuseTokens: string | undefined
const sources: string[] = []
beforeAll(async () => {
  const invoke = async (_name: string, event: unknown) => {
    sources.push((event as { triggerSource: string }).triggerSource)
    if (refuseTokens) throw new FunctionError('Error', refuseTokens)
    return event
  }
  const LambdaConfig = { PreTokenGenerationConfig: { LambdaArn: PRE_TOKEN, LambdaVersion: 'V2_0' } }
  pools = await startTestPools({ pool: { LambdaConfig }, invoke })
  await addUser(pools, 'ada')
})
afterAll(() => pools.close())

const USUAL = {
  client_id: 'hosted',
  redirect_uri: CALLBACK,
  response_type: 'code',
  scope: 'openid email',
  state: 'st-1',
  nonce: 'n-1',
  code_challenge: CHALLENGE,
  code_challenge_method: 'S256',
}
/** The authorize address, some parameters changed and the undefined ones left out. */
const authorize = (change: Record<string, string | undefined> = {}) => {
  const parameters = Object.entries({ ...USUAL, ...change }).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return `/oauth2/authorize?${new URLSearchParams(parameters)}`
}
const browser = () => openBrowser(pools.origin)

async function signIn(username = 'ada', password = PASSWORD, at = authorize()): Promise<Page> {
  const visitor = browser()
  return visitor.submit(await visitor.follow(at), { username, password })
}
const codeIn = (page: Page) => new URL(page.location ?? 'missing:').searchParams.get('code') ?? ''

async function post(path: string, form: Record<string, string>, headers: Record<string, string> = {}) {
  const response = await fetch(`${pools.origin}${path}`, { method: 'POST', body: new URLSearchParams(form), headers })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : {}) as Record<string, string> }
}
const exchange = (code: string, change: Record<string, string> = {}) =>
  post('/oauth2/token', {
    grant_type: 'authorization_code',
    client_id: 'hosted',
    redirect_uri: CALLBACK,
    code_verifier: VERIFIER,
    code,
    ...change,
  })

describe('the hosted login', () => {
  test('leads from authorize over the form to a code, and the code to tokens of the same person', async () => {
    const done = await signIn()
    expect(done.location).toMatch(new RegExp(`^${CALLBACK}\\?code=[\\w-]+&state=st-1$`))
    sources.length = 0
    const { status, body, headers } = await exchange(codeIn(done))
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('access-control-allow-origin')).toBe('*')
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, refresh_token: expect.any(String) })
    expect(sources).toEqual(['TokenGeneration_HostedAuth'])
    const access = decodeJwt(body.access_token ?? '')
    expect(access).toMatchObject({ token_use: 'access', client_id: 'hosted', username: 'ada', scope: 'openid email', version: 2 })
    expect(decodeJwt(body.id_token ?? '')).toMatchObject({ aud: 'hosted', nonce: 'n-1', origin_jti: access.origin_jti })
  })

  test('asks a user with an authenticator for the code, again after a wrong one', async () => {
    await addUser(pools, 'bo')
    const secret = await addAuthenticator(pools, 'bo')
    const visitor = browser()
    const codeForm = await visitor.submit(await visitor.follow(authorize()), { username: 'bo', password: PASSWORD })
    expect(codeForm.text).toContain('Enter your code')
    const right = totpCode(secret, pools.now())
    const again = await visitor.submit(codeForm, { code: right === '000000' ? '111111' : '000000' })
    expect(again).toMatchObject({ status: 400, text: expect.stringContaining('Invalid code received for user') })
    const done = await visitor.submit(again, { code: right })
    expect((await exchange(codeIn(done))).status).toBe(200)
    const replayed = await visitor.submit(again, { code: right })
    expect(replayed).toMatchObject({ status: 400, text: expect.stringContaining('Invalid session for the user') })
    expect(replayed.text).toContain('name="password"')
  })

  test('lets a temporary password be replaced on the spot', async () => {
    const create = { UserPoolId: POOL, Username: 'cleo', TemporaryPassword: PASSWORD, MessageAction: 'SUPPRESS' as const }
    await pools.sdk.send(new AdminCreateUserCommand(create))
    const visitor = browser()
    const choose = await visitor.submit(await visitor.follow(authorize()), { username: 'cleo', password: PASSWORD })
    expect(choose.text).toContain('Choose a new password')
    const weak = await visitor.submit(choose, { password: 'weak' })
    expect(weak.text).toContain('Password did not conform with policy')
    expect((await exchange(codeIn(await visitor.submit(weak, { password: 'Another pass 22!' })))).status).toBe(200)
  })

  test('says the same of a wrong password and an unknown name, and keeps what was typed', async () => {
    const wrong = await signIn('ada', 'Wrong password 1')
    const unknown = await signIn('nobody', 'Wrong password 1')
    for (const page of [wrong, unknown])
      expect(page).toMatchObject({ status: 400, text: expect.stringContaining('Incorrect username or password.') })
    expect(unknown.text).toContain('value="nobody"')
    expect(unknown.text).not.toContain('Wrong password 1')
    await signIn()
  })

  test('remembers the browser for an hour, until sign-out, and not when the application asks for a fresh sign-in', async () => {
    const visitor = browser()
    await visitor.submit(await visitor.follow(authorize()), { username: 'ada', password: PASSWORD })
    pools.pass(60_000)
    const silent = await visitor.get(authorize())
    const tokens = await exchange(codeIn(silent))
    expect(decodeJwt(tokens.body.access_token ?? '').auth_time).toBe(pools.now() / 1000 - 60)
    expect((await visitor.get(authorize({ prompt: 'login' }))).location).toMatch(/^\/login\?/)
    const kept = visitor.cookies.get('cognito') ?? ''
    const out = await visitor.get('/logout?client_id=hosted&logout_uri=http%3A%2F%2Flocalhost%3A3000%2Fdocs')
    expect(out.location).toBe('http://localhost:3000/docs')
    expect((await visitor.get(authorize())).location).toMatch(/^\/login\?/)
    visitor.cookies.set('cognito', kept)
    expect((await visitor.get(authorize())).location).toMatch(/^\/login\?/)

    await visitor.submit(await visitor.follow(authorize()), { username: 'ada', password: PASSWORD })
    pools.pass(3_600_000)
    expect((await visitor.get(authorize())).location).toMatch(/^\/login\?/)
  })

  test('does not let a disabled user in by the remembered browser or an old code', async () => {
    await addUser(pools, 'dirk')
    const visitor = browser()
    const done = await visitor.submit(await visitor.follow(authorize()), { username: 'dirk', password: PASSWORD })
    await pools.sdk.send(new AdminDisableUserCommand({ UserPoolId: POOL, Username: 'dirk' }))
    expect((await visitor.get(authorize())).location).toMatch(/^\/login\?/)
    expect((await exchange(codeIn(done))).body.error).toBe('invalid_grant')
  })

  test('ends with no tokens when the pre token generation function refuses', async () => {
    const done = await signIn()
    refuseTokens = 'Account is locked'
    const { status, body } = await exchange(codeIn(done))
    refuseTokens = undefined
    expect(status).toBe(400)
    expect(body).toEqual({ error: 'invalid_grant', error_description: 'PreTokenGeneration failed with error Account is locked.' })
  })

  test('sets up an authenticator on the way where the pool demands one', async () => {
    const strict = await startTestPools({ pool: { MfaConfiguration: 'ON' } })
    await strict.sdk.send(new AdminCreateUserCommand({ UserPoolId: POOL, Username: 'emil', MessageAction: 'SUPPRESS' }))
    const password = { UserPoolId: POOL, Username: 'emil', Password: PASSWORD, Permanent: true }
    await strict.sdk.send(new AdminSetUserPasswordCommand(password))
    const visitor = openBrowser(strict.origin)
    const setUp = await visitor.submit(await visitor.follow(authorize()), { username: 'emil', password: PASSWORD })
    const secret = /<code>([A-Z2-7]{32})<\/code>/.exec(setUp.text)?.[1] ?? ''
    const code = totpCode(secret, strict.now())
    const wrong = await visitor.submit(setUp, { code: code === '000000' ? '111111' : '000000' })
    expect(wrong.text).toContain(secret)
    expect(codeIn(await visitor.submit(wrong, { code }))).toBeTruthy()
    await strict.close()
  })
})

// RFC 6749, 4.1.2.1 and Cognito's developer guide, "Authorize endpoint".
describe('authorize', () => {
  test.each([
    ['an address that is not registered', { redirect_uri: 'https://evil.example/' }],
    ['an address that only begins like a registered one', { redirect_uri: `${CALLBACK}/../../evil` }],
    ['an address with something added', { redirect_uri: `${CALLBACK}?x=1` }],
    ['no address', { redirect_uri: undefined }],
    ['an unknown client', { client_id: 'nowhere' }],
    ['a client without the code flow', { client_id: 'api' }],
    ['a client of a pool without domain', { client_id: 'other' }],
  ])('goes nowhere for %s', async (_what, change) => {
    for (const address of [authorize(change), authorize(change).replace('/oauth2/authorize', '/login')]) {
      const page = await browser().get(address)
      expect(page).toMatchObject({ status: 400, location: undefined, text: expect.stringContaining('This sign-in link does not work') })
      expect(page.text).not.toContain('evil')
    }
  })

  test.each([
    ['unsupported_response_type', { response_type: 'token' }],
    ['invalid_scope', { scope: 'openid admin' }],
    ['invalid_request', { code_challenge: undefined, code_challenge_method: undefined }],
    ['invalid_request', { code_challenge_method: 'plain' }],
    ['invalid_request', { code_challenge_method: undefined }],
    ['invalid_request', { code_challenge: 'too-short' }],
  ])('sends %s back to the application for %j', async (error, change) => {
    for (const address of [authorize(change), authorize(change).replace('/oauth2/authorize', '/login')]) {
      const location = new URL((await browser().get(address)).location ?? '')
      expect(`${location.origin}${location.pathname}`).toBe(CALLBACK)
      expect(Object.fromEntries(location.searchParams)).toMatchObject({ error, state: 'st-1' })
    }
  })

  test('does not demand PKCE of a client with a secret, and asks for all scopes when none is named', async () => {
    const change = {
      client_id: 'confidential',
      code_challenge: undefined,
      code_challenge_method: undefined,
      scope: undefined,
      state: undefined,
    }
    const done = await signIn('ada', PASSWORD, authorize(change))
    expect(done.location).not.toContain('state')
    const { DescribeUserPoolClientCommand } = await import('@aws-sdk/client-cognito-identity-provider')
    const described = await pools.sdk.send(new DescribeUserPoolClientCommand({ UserPoolId: POOL, ClientId: 'confidential' }))
    const secret = described.UserPoolClient?.ClientSecret ?? ''
    const form = { grant_type: 'authorization_code', redirect_uri: CALLBACK, code: codeIn(done) }
    const basic = (value: string) => ({ authorization: `Basic ${Buffer.from(`confidential:${value}`).toString('base64')}` })
    expect((await post('/oauth2/token', form, basic('wrong'))).body.error).toBe('invalid_client')
    expect((await post('/oauth2/token', { ...form, client_id: 'confidential' })).body.error).toBe('invalid_client')
    const answer = await post('/oauth2/token', form, basic(secret))
    expect(decodeJwt(answer.body.access_token ?? '').scope).toBe('openid email')
    const again = await signIn('ada', PASSWORD, authorize(change))
    const withVerifier = { ...form, code: codeIn(again), client_id: 'confidential', client_secret: secret, code_verifier: VERIFIER }
    expect((await post('/oauth2/token', withVerifier)).body.error).toBe('invalid_grant')
  })
})

// Cognito's developer guide, "The token issuer endpoint"; RFC 6749, 5.2; RFC 7636, 4.6.
describe('the token endpoint', () => {
  test('takes a code once, even when both tries come together', async () => {
    const code = codeIn(await signIn())
    const answers = await Promise.all([exchange(code), exchange(code)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400])
    expect((await exchange(code)).body).toEqual({ error: 'invalid_grant' })
  })

  test.each([
    ['a wrong verifier', { code_verifier: randomBytes(32).toString('base64url') }],
    ['the challenge as verifier', { code_verifier: CHALLENGE }],
    ['another address', { redirect_uri: 'http://localhost:3000/docs' }],
  ])('refuses a code with %s', async (_what, change) => {
    const code = codeIn(await signIn())
    expect((await exchange(code, change)).body.error).toBe('invalid_grant')
    expect((await exchange(code)).body.error).toBe('invalid_grant')
  })

  test('refuses a code without its verifier, after five minutes, and from another client', async () => {
    const [first, second, third] = [codeIn(await signIn()), codeIn(await signIn()), codeIn(await signIn())]
    const form = { grant_type: 'authorization_code', client_id: 'hosted', redirect_uri: CALLBACK }
    expect((await post('/oauth2/token', { ...form, code: first })).body.error).toBe('invalid_grant')
    expect((await exchange(second, { client_id: 'other' })).body.error).toBe('invalid_client')
    pools.pass(300_000)
    expect((await exchange(third)).body.error).toBe('invalid_grant')
  })

  test.each([
    ['unsupported_grant_type', { grant_type: 'password' }],
    ['invalid_request', { grant_type: '' }],
    ['invalid_request', { code: '' }],
    ['invalid_client', { client_id: 'nowhere' }],
    ['invalid_client', { client_secret: 'none is due' }],
  ])('answers %s to %j', async (error, change) => {
    expect(await exchange('code', change)).toMatchObject({ status: 400, body: { error } })
  })

  test('refreshes with rotation, recognizes reuse, and revokes', async () => {
    const { body } = await exchange(codeIn(await signIn()))
    const refresh = (refresh_token = '') => post('/oauth2/token', { grant_type: 'refresh_token', client_id: 'hosted', refresh_token })
    const next = await refresh(body.refresh_token)
    expect(next.status).toBe(200)
    expect(next.body.refresh_token).not.toBe(body.refresh_token)
    expect(decodeJwt(next.body.id_token ?? '').origin_jti).toBe(decodeJwt(body.id_token ?? '').origin_jti)
    pools.pass(30_000)
    expect((await refresh(body.refresh_token)).body.error).toBe('invalid_grant')
    const revoke = (token = '') => post('/oauth2/revoke', { client_id: 'hosted', token })
    expect((await revoke(body.access_token)).body.error).toBe('unsupported_token_type')
    expect((await revoke('')).body.error).toBe('invalid_request')
    expect((await revoke(next.body.refresh_token)).status).toBe(200)
    expect((await refresh(next.body.refresh_token)).body.error).toBe('invalid_grant')
  })

  test('gives no id token without the scope openid', async () => {
    const { body } = await exchange(codeIn(await signIn('ada', PASSWORD, authorize({ scope: 'email' }))))
    expect(body.access_token).toBeTruthy()
    expect(body.id_token).toBeUndefined()
  })
})

test('userInfo tells who an access token is, and refuses every other token', async () => {
  const { body } = await exchange(codeIn(await signIn()))
  const ask = async (token = '') => {
    const response = await fetch(`${pools.origin}/oauth2/userInfo`, { headers: { authorization: `Bearer ${token}` } })
    return { status: response.status, challenge: response.headers.get('www-authenticate'), body: await response.json() }
  }
  expect(await ask(body.access_token)).toMatchObject({
    status: 200,
    body: { username: 'ada', email: 'ada@example.com', email_verified: 'true' },
  })
  const narrow = await exchange(codeIn(await signIn('ada', PASSWORD, authorize({ scope: 'email' }))))
  for (const token of [body.id_token, narrow.body.access_token, 'rubbish', '']) {
    expect(await ask(token)).toMatchObject({ status: 401, challenge: expect.stringContaining('invalid_token') })
  }
  await pools.sdk.send(new AdminUserGlobalSignOutCommand({ UserPoolId: POOL, Username: 'ada' }))
  expect((await ask(body.access_token)).status).toBe(401)
})

describe('the forms', () => {
  test('are refused without their token, with another one, and from another origin', async () => {
    const visitor = browser()
    const form = await visitor.follow(authorize())
    const typed = { username: 'ada', password: PASSWORD }
    for (const change of [{ _csrf: '' }, { _csrf: 'a'.repeat(43) }]) {
      expect(await visitor.submit(form, { ...typed, ...change })).toMatchObject({ status: 403, location: undefined })
    }
    expect((await visitor.submit(form, typed, { origin: 'https://evil.example' })).status).toBe(403)
    const stranger = browser()
    expect((await stranger.submit(form, typed)).status).toBe(403)
    expect((await visitor.submit(form, typed, { origin: pools.origin })).status).toBe(303)
  })

  test('come with cookies that scripts cannot read and headers that keep the page alone', async () => {
    const visitor = browser()
    const form = await visitor.follow(authorize())
    expect(form.headers.get('set-cookie')).toMatch(/^XSRF-TOKEN=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/)
    const policy = form.headers.get('content-security-policy')
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self' http:\/\/localhost:3000; frame-ancestors 'none'; base-uri 'none'$/,
    )
    expect(Object.fromEntries(form.headers)).toMatchObject({
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    })
    const done = await visitor.submit(form, { username: 'ada', password: PASSWORD })
    expect(done.headers.get('set-cookie')).toMatch(/^cognito=[\w-]{64}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=3600$/)
  })

  test('show whatever was sent as text, never as markup', async () => {
    const payload = `"><script>alert(1)</script>'&`
    const visitor = browser()
    const form = await visitor.follow(authorize({ state: payload, nonce: payload }))
    const again = await visitor.submit(form, { username: payload, password: 'x' })
    for (const { text } of [form, again]) expect(text).not.toContain('<script')
    expect(again.text).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#39;&amp;"')
    const done = await visitor.submit(again, { username: 'ada', password: PASSWORD })
    expect(new URL(done.location ?? '').searchParams.get('state')).toBe(payload)
  })
})

test('whatever text goes into a page, no sign of it can open a tag, an attribute or an entity', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const { markup } = html`<p title="${text}">${text}</p>`
      const inside = markup.slice('<p title="'.length, -'</p>'.length).replace('">', '')
      expect(inside).not.toMatch(/[<>"']/)
      expect(inside.replaceAll(/&(amp|lt|gt|quot|#39);/g, '')).not.toContain('&')
    }),
  )
})

// Cognito's developer guide, "Logout endpoint".
describe('logout', () => {
  test.each(['https://evil.example/', 'http://localhost:3000/docs/', '//evil.example', ''])('does not go to %j', async (address) => {
    const page = await browser().get(`/logout?client_id=hosted&logout_uri=${encodeURIComponent(address)}`)
    expect(page).toMatchObject({ status: 400, location: undefined })
  })

  test('can lead to the form again', async () => {
    const address = authorize().replace('/oauth2/authorize', '/logout')
    expect((await browser().get(address)).location).toMatch(/^\/login\?client_id=hosted/)
    expect((await browser().get('/logout')).status).toBe(400)
  })
})

describe('the rest of the port', () => {
  test('publishes keys and discovery to any origin, and no private half', async () => {
    const discovery = await (await fetch(`${pools.cognito.issuer(POOL)}/.well-known/openid-configuration`)).json()
    expect(discovery).toMatchObject({ issuer: pools.cognito.issuer(POOL), token_endpoint: `${pools.origin}/oauth2/token` })
    const response = await fetch((discovery as { jwks_uri: string }).jwks_uri)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    const { keys } = (await response.json()) as { keys: object[] }
    expect(keys).toEqual([{ kty: 'RSA', alg: 'RS256', use: 'sig', kid: expect.any(String), n: expect.any(String), e: 'AQAB' }])
    const other = await fetch(`${pools.cognito.issuer(OTHER_POOL)}/.well-known/jwks.json`)
    expect(await other.json()).not.toEqual({ keys })
    expect((await fetch(`${pools.origin}/nowhere/.well-known/jwks.json`)).status).toBe(404)
  })

  test('answers preflights of the endpoints for programs only', async () => {
    const preflight = (path: string) => fetch(`${pools.origin}${path}`, { method: 'OPTIONS' })
    expect((await preflight('/oauth2/token')).headers.get('access-control-allow-methods')).toContain('POST')
    expect((await preflight('/login')).headers.get('access-control-allow-origin')).toBeNull()
  })

  test('says what it is, refuses large bodies, and knows nothing else', async () => {
    const start = await browser().get('/')
    expect(start.text).toContain('http://localhost:3000')
    expect((await browser().get('/elsewhere')).status).toBe(404)
    const large = await fetch(`${pools.origin}/oauth2/token`, { method: 'POST', body: 'x'.repeat(70_000) })
    expect(large.status).toBe(413)
  })
})
