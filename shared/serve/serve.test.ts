import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import * as z from 'zod'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { problem } from '../errors.ts'
import { describeError, logger } from '../telemetry.ts'
import { type LambdaHandler, serve } from './serve.ts'

/** Public endpoints that touch no table, so that only `serve` itself is seen. */
const Thing = z.object({ id: z.string(), version: z.number() })
const make = endpoint({
  route: 'POST /api/v1/things/',
  summary: 'x',
  public: 'test',
  status: 201,
  body: z.object({ id: z.string() }),
  reply: Thing,
})
const probe = endpoint({ route: 'GET /probe', summary: 'x', public: 'test', raw: true })
const silent = endpoint({ route: 'DELETE /api/v1/things', summary: 'x', public: 'test' })

let ips = 0
async function call(handler: LambdaHandler, contract: Endpoint, given: { body?: unknown; headers?: object; remainingMs?: number } = {}) {
  const path = contract.route.split(' ')[1]
  const event = {
    rawPath: path,
    isBase64Encoded: false,
    headers: { 'content-type': 'application/json', ...given.headers },
    ...(given.body === undefined ? {} : { body: JSON.stringify(given.body) }),
    requestContext: { http: { sourceIp: `192.0.2.${ips++}`, userAgent: 'jest' } },
  }
  const context = { functionName: 'things', getRemainingTimeInMillis: () => given.remainingMs ?? 30_000 }
  const { statusCode, headers = {}, body } = await handler(event, context)
  const isJson = String(headers['content-type']).includes('json')
  return { status: statusCode, headers, body: isJson ? JSON.parse(body ?? '') : body }
}

let errors: jest.SpiedFunction<typeof logger.error>
let lines: jest.SpiedFunction<typeof logger.info>
beforeEach(() => {
  errors = jest.spyOn(logger, 'error').mockImplementation(() => undefined)
  lines = jest.spyOn(logger, 'info').mockImplementation(() => undefined)
})
afterEach(() => {
  jest.restoreAllMocks()
  delete process.env.TESSERA_STRICT
})
const logged = () => JSON.stringify([errors.mock.calls, lines.mock.calls])

describe('an answer', () => {
  const made = serve(make, ({ body }) => ({ id: body.id, version: 1 }))

  test('of a creation tells where the thing is, and its version', async () => {
    expect(await call(made, make, { body: { id: 't1' } })).toMatchObject({
      status: 201,
      body: { success: true, data: { id: 't1', version: 1 } },
      headers: { location: '/api/v1/things/t1', etag: '"1"', 'x-request-id': expect.any(String) },
    })
  })

  test('echoes request id and trace, as far as they are ones', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const good = await call(made, make, { body: { id: 't' }, headers: { 'x-request-id': 'mine', traceparent } })
    expect(good.headers).toMatchObject({ 'x-request-id': 'mine', traceparent })
    const bad = await call(made, make, { body: { id: 't' }, headers: { 'x-request-id': 'no t', traceparent: `x${traceparent}` } })
    expect(bad.headers['x-request-id']).not.toBe('no t')
    expect(bad.headers).not.toHaveProperty('traceparent')
  })

  test('of a raw endpoint is what the handler gave, with its own status', async () => {
    const page = serve(probe, ({ answer }) => {
      answer.status = 503
      answer.headers['content-type'] = 'text/html'
      return '<p>down</p>'
    })
    expect(await call(page, probe)).toMatchObject({ status: 503, body: '<p>down</p>' })
  })

  test('without a reply is 204', async () => {
    expect(
      await call(
        serve(silent, () => undefined),
        silent,
      ),
    ).toMatchObject({ status: 204, body: undefined })
  })

  test('tells what it cost only where asked to', async () => {
    expect((await call(made, make, { body: { id: 't' } })).headers).not.toHaveProperty('x-cost')
    process.env.TESSERA_STRICT = 'true'
    expect((await call(made, make, { body: { id: 't' } })).headers['x-cost']).toBe('waves=0; sts=0; rru=0; wru=0')
  })
})

describe('a failure', () => {
  const failing = (error: unknown) =>
    call(
      serve(silent, () => {
        throw error
      }),
      silent,
    )
  const named = (name: string, more = {}) => Object.assign(new Error('secret table tessera-prod of ada@example.com'), { name, ...more })

  test('that is known tells its code, words and details', async () => {
    expect(await failing(problem('EMAIL_TAKEN', { details: { email: 'taken' } }))).toMatchObject({
      status: 409,
      body: { success: false, code: 'EMAIL_TAKEN', details: { email: 'taken' }, path: '/api/v1/things' },
    })
    expect(errors).not.toHaveBeenCalled()
  })

  test.each([
    named('ThrottlingException'),
    named('ProvisionedThroughputExceededException'),
    named('RequestLimitExceeded'),
    named('TimeoutError'),
    named('TransactionInProgressException'),
    named('InternalServerError', { $fault: 'server' }),
    named('Whatever', { $retryable: { throttling: true } }),
    named('Error', { code: 'ECONNREFUSED' }),
  ])('that passes is 503 and says when to retry: $name', async (error) => {
    const reply = await failing(error)
    expect([reply.status, reply.body.code, reply.headers['retry-after']]).toEqual([503, 'UNAVAILABLE', '2'])
  })

  test.each([
    [named('AccessDeniedException', { $fault: 'client' })],
    [named('TypeError')],
    ['a thrown text'],
    [undefined],
    [null],
  ])('of any other kind is 500 and tells nothing of its cause: %p', async (error) => {
    const reply = await failing(error)
    expect([reply.status, reply.body.code]).toEqual([500, 'INTERNAL'])
    expect(JSON.stringify(reply)).not.toMatch(/secret|tessera-prod|example\.com|at .*\.ts/)
  })

  test('is logged with name and stack, and nothing personal', async () => {
    await failing(Object.assign(named('TypeError'), { cause: new Error('call +6421123456') }))
    expect(errors.mock.calls[0]?.[1]).toMatchObject({
      route: silent.route,
      error: { name: 'TypeError', stack: expect.stringContaining('serve.test.ts') },
    })
    expect(logged()).not.toMatch(/ada@example|21123456/)
    expect(logged()).toContain('a***@e***')
  })
})

test('a request is logged once: route, status, code, time and cost, never its content', async () => {
  const handler = serve(make, () => {
    throw problem('EMAIL_TAKEN')
  })
  await call(handler, make, { body: { id: 'ada@example.com' }, headers: { authorization: 'Bearer secret' } })
  expect(lines.mock.calls).toEqual([
    [
      'request',
      {
        route: make.route,
        status: 409,
        code: 'EMAIL_TAKEN',
        durationMs: expect.any(Number),
        waves: 0,
        credentials: 0,
        readUnits: 0,
        writeUnits: 0,
      },
    ],
  ])
  expect(logged()).not.toMatch(/example|secret|192\.0\.2/)
})

test('wrong input never reaches the handler', async () => {
  const handler = jest.fn(() => ({ id: 't', version: 1 }))
  const reply = await call(serve(make, handler), make, { body: { id: 5 } })
  expect(reply).toMatchObject({ status: 400, body: { code: 'VALIDATION_ERROR', details: { id: expect.any(String) } } })
  expect(handler).not.toHaveBeenCalled()
})

test('a handler that does not come back is answered for before the function ends', async () => {
  const stuck = serve(silent, () => new Promise<undefined>(() => undefined))
  const reply = await call(stuck, silent, { remainingMs: 520 })
  expect(reply).toMatchObject({
    status: 503,
    body: { code: 'UNAVAILABLE', path: '/api/v1/things', requestId: reply.headers['x-request-id'] },
  })
})

test('past its limit an address is refused, with the limit told before and after', async () => {
  const few = { ...silent, limitPerMinute: 2 }
  const handler = serve(few, () => undefined)
  const event = { rawPath: '/', headers: {}, requestContext: { http: { sourceIp: '198.51.100.1' } } }
  const context = { functionName: 'f', getRemainingTimeInMillis: () => 30_000 }
  jest.useFakeTimers({
    now: Date.parse('2026-01-01T00:00:30Z'),
    doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'setTimeout', 'clearTimeout'],
  })
  const replies = []
  for (let n = 0; n < 3; n++) replies.push(await handler(event, context))
  jest.useRealTimers()
  expect(replies.map(({ statusCode, headers }) => [statusCode, headers?.ratelimit, headers?.['retry-after']])).toEqual([
    [204, '"default";r=1;t=30', undefined],
    [204, '"default";r=0;t=30', undefined],
    [429, '"default";r=0;t=30', '30'],
  ])
})

test('an error is described with its causes, masked, and never in circles', () => {
  const inner = new Error('to ada@example.com')
  expect(describeError(new Error('outer', { cause: inner }))).toMatchObject({ message: 'outer', cause: { message: 'to a***@e***' } })
  expect(describeError('plain ada@example.com')).toEqual({ message: 'plain a***@e***' })
  inner.cause = inner
  expect(() => describeError(inner)).not.toThrow()
})
