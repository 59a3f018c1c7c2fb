import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { answerPulse } from '../../events/relay-lag.ts'
import { pulseKey } from '../../shared/store/keys.ts'
import { meter } from '../../shared/store/meter.ts'
import { tableFor } from '../../shared/store/table.ts'
import { type Bench, openWorkbench } from '../../test/workbench.ts'
import { handler as anyOther } from './any-other.ts'
import { allOk, check } from './checks.ts'
import { getDocs, getDocsFile, getHealth, getOpenApi, getReadiness } from './contract.ts'
import { handler as docs } from './get-docs.ts'
import { handler as docsFile } from './get-docs-file.ts'
import { handler as health } from './get-health.ts'
import { handler as openApi } from './get-open-api.ts'
import { handler as readiness } from './get-readiness.ts'

let bench: Bench
beforeAll(async () => {
  bench = await openWorkbench()
})
afterAll(() => bench?.close())

/** What the relay does when a pulse comes by. */
async function relayPulse() {
  const table = tableFor(undefined, meter())
  const [pulse] = await table.read([pulseKey])
  await answerPulse(table, pulse ?? {}, new Date().toISOString())
}

describe('the probes', () => {
  test('health is 200 while table, user pool and bus answer', async () => {
    const reply = await bench.request(health, getHealth)
    expect([reply.status, reply.body.status]).toEqual([200, 'ok'])
    expect(Object.keys(reply.body.checks)).toEqual(['database', 'identity', 'events'])
  })

  test('readiness waits until the relay has answered', async () => {
    const before = await bench.request(readiness, getReadiness)
    expect([before.status, before.body.checks.relayLag.status]).toEqual([503, 'failed'])
    await relayPulse()
    const after = await bench.request(readiness, getReadiness)
    expect([after.status, after.body.status]).toEqual([200, 'ready'])
    expect(after.body.checks.relayLag.lagSeconds).toBeGreaterThanOrEqual(0)
  })

  test('one dependency that does not answer makes health 503 and names it, without its error', async () => {
    const pool = process.env.TESSERA_USER_POOL
    process.env.TESSERA_USER_POOL = 'eu-central-1_Elsewhere'
    const reply = await bench.request(health, getHealth)
    process.env.TESSERA_USER_POOL = pool
    expect(reply.status).toBe(503)
    expect(reply.body.checks.identity).toMatchObject({ status: 'failed', message: 'identity does not answer' })
    expect(reply.body.checks.database.status).toBe('ok')
  })

  test('a check that fails is an answer and no error', async () => {
    const failed = await check('nothing', () => Promise.reject(new Error('secret cause')))
    expect(JSON.stringify(failed)).not.toContain('secret cause')
    expect(allOk({ good: { status: 'ok' }, failed })).toBe(false)
  })
})

describe('the reference', () => {
  test('is an OpenAPI 3.1 document that anybody may read', async () => {
    const reply = await bench.request(openApi, getOpenApi)
    expect([reply.status, reply.body.openapi]).toEqual([200, '3.1.0'])
    expect(Object.keys(reply.body.paths)).toContain('/api/v1/users/{id}')
  })

  test('names the hosted login of this deployment, by code only', async () => {
    const { hostedLogin } = (await bench.request(openApi, getOpenApi)).body.components.securitySchemes
    expect(Object.keys(hostedLogin.flows)).toEqual(['authorizationCode'])
    expect(hostedLogin.flows.authorizationCode).toMatchObject({
      authorizationUrl: 'https://login.test/oauth2/authorize',
      tokenUrl: 'https://login.test/oauth2/token',
    })
  })

  test('is a page whose policy lets it run its own scripts only', async () => {
    const reply = await bench.request(docs, getDocs)
    expect(reply.headers['content-type']).toContain('text/html')
    expect(reply.headers['content-security-policy']).toContain("script-src 'self'")
    expect(reply.headers['content-security-policy']).toContain("connect-src 'self' https://login.test;")
    expect(reply.body).toContain('/docs/swagger-ui-bundle.js')
  })

  test('tells the page how to sign in, freshly', async () => {
    const reply = await bench.request(docsFile, getDocsFile, { params: { file: 'config.js' } })
    expect(reply.headers).toMatchObject({ 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'no-store' })
    expect(JSON.parse(String(reply.body).replace('window.tessera = ', ''))).toMatchObject({
      loginUrl: 'https://login.test',
      clientId: bench.pool.hostedClient,
    })
  })

  test('takes whatever the hosted login returns with, on a page that may do nothing but hand it over', async () => {
    const query = { code: 'x', state: 'y', error: 'z', unforeseen: '1' }
    const reply = await bench.request(docsFile, getDocsFile, { params: { file: 'oauth2-redirect.html' }, query })
    expect([reply.status, reply.headers['content-type'], reply.headers['cache-control']]).toEqual([
      200,
      'text/html; charset=utf-8',
      'no-store',
    ])
    expect(reply.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self';")
    expect(String(reply.body)).not.toContain('<script>')
  })

  test.each([
    ['init.js', 'text/javascript'],
    ['swagger-ui.css', 'text/css'],
    ['favicon-32x32.png', 'image/png'],
  ])('hands out %s', async (file, type) => {
    const reply = await bench.request(docsFile, getDocsFile, { params: { file } })
    expect(reply.status).toBe(200)
    expect(reply.headers['content-type']).toContain(type)
  })

  test('hands out no other file', async () => {
    expect((await bench.request(docsFile, getDocsFile, { params: { file: '../package.json' } })).status).toBe(404)
  })
})

describe('what no route takes', () => {
  const ask = (method: string, rawPath: string) =>
    anyOther({ rawPath, headers: { 'x-request-id': 'r' }, requestContext: { http: { method } } } as unknown as APIGatewayProxyEventV2)

  test('is 404 in our envelope for an address that does not exist', async () => {
    const reply = await ask('GET', '/api/v1/nothing')
    expect(reply.statusCode).toBe(404)
    expect(reply.headers).toMatchObject({ 'x-request-id': 'r', 'x-tessera-request-id': expect.stringMatching(/^[\da-f-]{36}$/) })
    const requestId = reply.headers?.['x-tessera-request-id']
    expect(JSON.parse(reply.body ?? '')).toMatchObject({ success: false, code: 'NOT_FOUND', path: '/api/v1/nothing', requestId })
  })

  test('is 405 for another method of one that does, and tells which it takes', async () => {
    const reply = await ask('POST', '/api/v1/users/usr_1')
    expect(reply.statusCode).toBe(405)
    expect(String(reply.headers?.allow).split(', ').sort()).toEqual(['DELETE', 'GET', 'PATCH', 'PUT'])
    expect(reply.headers?.['strict-transport-security']).toBeTruthy()
  })
})
