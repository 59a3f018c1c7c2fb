import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { addUser, OTHER_POOL, POOL, startTestPools, type TestPools } from '../test-pools.ts'
import { type App, openApp } from './test-app.ts'

let pools: TestPools
let app: App
beforeAll(async () => {
  pools = await startTestPools()
  await addUser(pools, 'ada')
  app = openApp(pools)
})
afterAll(() => pools.close())

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
    const start = await app.browser().get('/')
    expect(start.text).toContain('http://localhost:3000')
    expect((await app.browser().get('/elsewhere')).status).toBe(404)
    const large = await fetch(`${pools.origin}/oauth2/token`, { method: 'POST', body: 'x'.repeat(70_000) })
    expect(large.status).toBe(413)
  })
})
