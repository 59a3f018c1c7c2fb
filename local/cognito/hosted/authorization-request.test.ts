import { DescribeUserPoolClientCommand } from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { decodeJwt } from 'jose'
import { addUser, CALLBACK, PASSWORD, POOL, startTestPools, type TestPools } from '../test-pools.ts'
import { type App, authorize, codeIn, openApp, VERIFIER } from './test-app.ts'

let pools: TestPools
let app: App
beforeAll(async () => {
  pools = await startTestPools()
  await addUser(pools, 'ada')
  app = openApp(pools)
})
afterAll(() => pools.close())

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
      const page = await app.browser().get(address)
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
      const location = new URL((await app.browser().get(address)).location ?? '')
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
    const done = await app.signIn('ada', PASSWORD, authorize(change))
    expect(done.location).not.toContain('state')
    const described = await pools.sdk.send(new DescribeUserPoolClientCommand({ UserPoolId: POOL, ClientId: 'confidential' }))
    const secret = described.UserPoolClient?.ClientSecret ?? ''
    const form = { grant_type: 'authorization_code', redirect_uri: CALLBACK, code: codeIn(done) }
    const basic = (value: string) => ({ authorization: `Basic ${Buffer.from(`confidential:${value}`).toString('base64')}` })
    expect((await app.post('/oauth2/token', form, basic('wrong'))).body.error).toBe('invalid_client')
    expect((await app.post('/oauth2/token', { ...form, client_id: 'confidential' })).body.error).toBe('invalid_client')
    const answer = await app.post('/oauth2/token', form, basic(secret))
    expect(decodeJwt(answer.body.access_token ?? '').scope).toBe('openid email')
    const again = await app.signIn('ada', PASSWORD, authorize(change))
    const withVerifier = { ...form, code: codeIn(again), client_id: 'confidential', client_secret: secret, code_verifier: VERIFIER }
    expect((await app.post('/oauth2/token', withVerifier)).body.error).toBe('invalid_grant')
  })
})

// Cognito's developer guide, "Logout endpoint".
describe('logout', () => {
  test.each(['https://evil.example/', 'http://localhost:3000/docs/', '//evil.example', ''])('does not go to %j', async (address) => {
    const page = await app.browser().get(`/logout?client_id=hosted&logout_uri=${encodeURIComponent(address)}`)
    expect(page).toMatchObject({ status: 400, location: undefined })
  })

  test('can lead to the form again', async () => {
    const address = authorize().replace('/oauth2/authorize', '/logout')
    expect((await app.browser().get(address)).location).toMatch(/^\/login\?client_id=hosted/)
    expect((await app.browser().get('/logout')).status).toBe(400)
  })
})
