import { rmSync } from 'node:fs'
import { AdminCreateUserCommand, AdminDisableUserCommand, AdminSetUserPasswordCommand } from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { decodeJwt } from 'jose'
import { FunctionError } from '../../types.ts'
import { addAuthenticator, addUser, CALLBACK, OTHER_POOL, PASSWORD, POOL, startTestPools, type TestPools } from '../test-pools.ts'
import { totpCode } from '../totp.ts'
import { type App, authorize, codeIn, openApp } from './test-app.ts'
import { openBrowser } from './test-browser.ts'

const PRE_TOKEN = 'arn:aws:lambda:eu-central-1:000000000000:function:pre-token'

let pools: TestPools
let app: App
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
  app = openApp(pools)
})
afterAll(() => pools.close())

describe('the hosted login', () => {
  test('leads from authorize over the form to a code, and the code to tokens of the same person', async () => {
    const done = await app.signIn()
    expect(done.location).toMatch(new RegExp(`^${CALLBACK}\\?code=[\\w-]+&state=st-1$`))
    sources.length = 0
    const { status, body, headers } = await app.exchange(codeIn(done))
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
    const visitor = app.browser()
    const codeForm = await visitor.submit(await visitor.follow(authorize()), { username: 'bo', password: PASSWORD })
    expect(codeForm.text).toContain('Enter your code')
    const right = totpCode(secret, pools.now())
    const again = await visitor.submit(codeForm, { code: right === '000000' ? '111111' : '000000' })
    expect(again).toMatchObject({ status: 400, text: expect.stringContaining('Invalid code received for user') })
    const done = await visitor.submit(again, { code: right })
    expect((await app.exchange(codeIn(done))).status).toBe(200)
    const replayed = await visitor.submit(again, { code: right })
    expect(replayed).toMatchObject({ status: 400, text: expect.stringContaining('Invalid session for the user') })
    expect(replayed.text).toContain('name="password"')
  })

  test('lets a temporary password be replaced on the spot', async () => {
    const create = { UserPoolId: POOL, Username: 'cleo', TemporaryPassword: PASSWORD, MessageAction: 'SUPPRESS' as const }
    await pools.sdk.send(new AdminCreateUserCommand(create))
    const visitor = app.browser()
    const choose = await visitor.submit(await visitor.follow(authorize()), { username: 'cleo', password: PASSWORD })
    expect(choose.text).toContain('Choose a new password')
    const weak = await visitor.submit(choose, { password: 'weak' })
    expect(weak.text).toContain('Password did not conform with policy')
    expect((await app.exchange(codeIn(await visitor.submit(weak, { password: 'Another pass 22!' })))).status).toBe(200)
  })

  test('says the same of a wrong password and an unknown name, and keeps what was typed', async () => {
    const wrong = await app.signIn('ada', 'Wrong password 1')
    const unknown = await app.signIn('nobody', 'Wrong password 1')
    for (const page of [wrong, unknown])
      expect(page).toMatchObject({ status: 400, text: expect.stringContaining('Incorrect username or password.') })
    expect(unknown.text).toContain('value="nobody"')
    expect(unknown.text).not.toContain('Wrong password 1')
    await app.signIn()
  })

  test('remembers the browser for an hour, until sign-out, and not when the application asks for a fresh sign-in', async () => {
    const visitor = app.browser()
    await visitor.submit(await visitor.follow(authorize()), { username: 'ada', password: PASSWORD })
    pools.pass(60_000)
    const silent = await visitor.get(authorize())
    const tokens = await app.exchange(codeIn(silent))
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

  test('does not take the browser of one pool for signed in at another', async () => {
    const both = await startTestPools({ domains: [POOL, OTHER_POOL] })
    await addUser(both, 'ada')
    const visitor = openBrowser(both.origin)
    await visitor.submit(await visitor.follow(authorize()), { username: 'ada', password: PASSWORD })
    expect((await visitor.get(authorize({ client_id: 'confidential' }))).location).toContain('code=')
    expect((await visitor.get(authorize({ client_id: 'other' }))).location).toMatch(/^\/login\?client_id=other/)
    await both.close()
  })

  test('does not let a disabled user in by the remembered browser or an old code', async () => {
    await addUser(pools, 'dirk')
    const visitor = app.browser()
    const done = await visitor.submit(await visitor.follow(authorize()), { username: 'dirk', password: PASSWORD })
    await pools.sdk.send(new AdminDisableUserCommand({ UserPoolId: POOL, Username: 'dirk' }))
    expect((await visitor.get(authorize())).location).toMatch(/^\/login\?/)
    expect((await app.exchange(codeIn(done))).body.error).toBe('invalid_grant')
  })

  test('ends with no tokens when the pre token generation function refuses', async () => {
    const done = await app.signIn()
    refuseTokens = 'Account is locked'
    const { status, body } = await app.exchange(codeIn(done))
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

  test('says no more than that it failed when it cannot write, and logs why', async () => {
    const lines: string[] = []
    const broken = await startTestPools({ log: (_part, line) => lines.push(line) })
    await addUser(broken, 'ada')
    rmSync(broken.dataDir, { recursive: true })
    const page = await openApp(broken).signIn()
    expect(page).toMatchObject({ status: 500, text: expect.stringContaining('Something went wrong') })
    expect(page.text).not.toContain('ENOENT')
    expect(lines).toEqual([expect.stringMatching(/^POST \/login failed: Error: ENOENT/)])
    await broken.close()
  })
})
