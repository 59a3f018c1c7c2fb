import { describe, expect, test } from '@jest/globals'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import * as z from 'zod'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { readIncoming, traceHeaders } from './incoming.ts'

const Inner = z.object({ city: z.string() })
const create = endpoint({
  route: 'POST /api/v1/things/{id}',
  summary: 'x',
  public: 'test',
  params: z.object({ id: z.string().regex(/^thg_\d+$/) }),
  query: z.object({ dry: z.string().optional() }),
  body: z.object({
    name: z.string().trim().max(50),
    count: z.number().optional(),
    address: Inner.optional(),
    places: z.array(Inner).optional(),
    either: z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]).optional(),
    tags: z.record(z.string(), z.unknown()).optional(),
    late: z
      .pipe(
        Inner,
        z.transform((inner) => inner.city),
      )
      .optional(),
  }),
})

interface Given {
  contract?: Endpoint
  body?: string
  base64?: boolean
  headers?: Record<string, string> | undefined
  params?: Record<string, string>
  query?: Record<string, string>
  userAgent?: string
}

function read({
  contract = create,
  body,
  base64 = false,
  params = { id: 'thg_1' },
  query,
  userAgent = 'x'.repeat(2_000),
  ...rest
}: Given = {}) {
  const headers = 'headers' in rest ? rest.headers : { 'content-type': 'application/json' }
  const event = {
    rawPath: '/api/v1/things/thg_1',
    headers,
    pathParameters: params,
    body,
    isBase64Encoded: base64,
    ...(query ? { queryStringParameters: query } : {}),
    requestContext: { http: { sourceIp: '192.0.2.7', userAgent } },
  } as unknown as APIGatewayProxyEventV2
  const { incoming, invalid } = readIncoming(contract, event, new Date('2026-01-01T00:00:00Z'))
  return { incoming, code: invalid?.code, details: invalid?.details }
}
const readBody = (value: unknown, given: Given = {}) => read({ body: JSON.stringify(value), ...given })
const bytes = (...parts: (string | number[])[]) => Buffer.concat(parts.map((part) => Buffer.from(part as string))).toString('base64')

describe('a body', () => {
  test('is read as the schema says', () => {
    expect(readBody({ name: ' Ada ', late: { city: 'Nelson' } }).incoming.body).toEqual({ name: 'Ada', late: 'Nelson' })
  })

  test.each([
    ['at the top', { name: 'x', extra: 1 }, 'extra'],
    ['in an object', { name: 'x', address: { city: 'c', extra: 1 } }, 'address.extra'],
    ['in an element', { name: 'x', places: [{ city: 'c' }, { city: 'c', extra: 1 }] }, 'places.1.extra'],
    ['before a transform', { name: 'x', late: { city: 'c', extra: 1 } }, 'late.extra'],
  ])('with an unknown field %s is refused, naming it', (_, value, field) => {
    expect(readBody(value)).toMatchObject({ code: 'VALIDATION_ERROR', details: { [field]: 'Unknown field' } })
  })

  test('with fields of no alternative is refused, and one alternative alone accepted', () => {
    expect(readBody({ name: 'x', either: { b: 'b' } }).code).toBeUndefined()
    expect(readBody({ name: 'x', either: { a: 'a', b: 'b' } })).toMatchObject({ code: 'VALIDATION_ERROR' })
  })

  test.each([
    ['nothing', {}, { 'either.a': 'Required' }],
    ['a strange field', { c: 1 }, { 'either.c': 'Unknown field', 'either.a': 'Required' }],
    ['a wrong field of the second', { b: 1 }, { 'either.b': 'Invalid input: expected string, received number' }],
    ['fields of both', { a: 'a', b: 'b' }, { 'either.b': 'Unknown field' }],
    ['no object', 'text', { either: 'Invalid input: expected object, received string' }],
  ])('with %s where it may be one of two is told what the nearest of them wants', (_, either, details) => {
    expect(readBody({ name: 'x', either }).details).toEqual(details)
  })

  test('keeps what an open record holds', () => {
    expect(readBody({ name: 'x', tags: { any: { thing: [1, null] } } }).incoming.body).toMatchObject({
      tags: { any: { thing: [1, null] } },
    })
  })

  test('names what is missing and what is wrong', () => {
    expect(readBody({ count: 'many', address: {} }).details).toEqual({
      name: 'Required',
      count: 'Invalid input: expected number, received string',
      'address.city': 'Required',
    })
  })

  test.each([
    ['an array', '[]'],
    ['null', 'null'],
    ['a number', '5'],
    ['a text', '"x"'],
    ['nothing', undefined],
    ['an empty text', ''],
  ])('that is %s where an object is due is refused', (_, body) => {
    expect(read({ ...(body === undefined ? {} : { body }) })).toMatchObject({
      code: 'VALIDATION_ERROR',
      details: { body: expect.any(String) },
    })
  })

  test.each([
    ['cut short', { body: '{"name":' }],
    ['with a trailing comma', { body: '{"name":"x",}' }],
    ['in invalid UTF-8', { body: bytes('{"name":"', [0xc3, 0x28], '"}'), base64: true }],
    ['in UTF-16', { body: Buffer.from('{"name":"x"}', 'utf16le').toString('base64'), base64: true }],
  ])('%s is malformed', (_, given) => {
    expect(read(given).code).toBe('MALFORMED_JSON')
  })

  test('may begin with a byte order mark', () => {
    expect(read({ body: bytes([0xef, 0xbb, 0xbf], '{"name":"x"}'), base64: true }).incoming.body).toEqual({ name: 'x' })
  })

  test('keeps its Unicode, and refuses half of a character', () => {
    expect(readBody({ name: 'Zoë 👩‍🚀 漢' }).incoming.body).toEqual({ name: 'Zoë 👩‍🚀 漢' })
    expect(read({ body: '{"name":"\\ud83d"}' })).toMatchObject({ code: 'VALIDATION_ERROR', details: { name: expect.any(String) } })
  })

  test('holds no code point that is no character, for which a queue would refuse the event that tells of it', () => {
    for (const odd of ['\uffff', '\ufffe', '\ufdd0', '\u{1fffe}'])
      for (const body of [`{"name":"a${odd}"}`, `{"name":"a","tags":{"a${odd}":1}}`])
        expect(read({ body })).toMatchObject({ code: 'VALIDATION_ERROR' })
  })

  test.each([
    ['beyond 2^53', '9007199254740993'],
    ['beyond any float', '1e400'],
    ['too small for the table', '1e-200'],
  ])('with a number %s is refused wherever it stands, instead of being kept as another', (_, number) => {
    expect(read({ body: `{"name":"x","count":${number}}` })).toMatchObject({
      code: 'VALIDATION_ERROR',
      details: { count: expect.any(String) },
    })
    expect(read({ body: `{"name":"x","tags":{"deep":[0,${number}]}}` }).details).toEqual({ 'tags.deep.1': expect.any(String) })
  })

  test('may hold the largest exact number', () => {
    expect(read({ body: '{"name":"x","count":-9007199254740991,"tags":{"n":1e-7,"zero":0}}' }).code).toBeUndefined()
  })

  test('nested deeper than the table keeps is refused, also 100,000 levels deep', () => {
    const nested = (levels: number) => `{"name":"x","tags":{"n":${'['.repeat(levels)}${']'.repeat(levels)}}}`
    expect(read({ body: nested(15) }).code).toBeUndefined()
    expect(read({ body: nested(40) }).code).toBe('VALIDATION_ERROR')
    expect(read({ body: nested(100_000) }).code).toMatch(/VALIDATION_ERROR|MALFORMED_JSON/)
  })

  test.each([
    '{"name":"x","__proto__":{"isAdmin":true}}',
    '{"name":"x","tags":{"__proto__":{"isAdmin":true}}}',
    '{"name":"x","tags":{"":1}}',
  ])('with an impossible name is refused and changes no prototype: %s', (body) => {
    expect(read({ body }).code).toBe('VALIDATION_ERROR')
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
  })

  test('with the names of inherited properties is told about like any other', () => {
    expect(readBody({ name: 'x', constructor: 1, toString: 2 }).details).toEqual({
      constructor: 'Unknown field',
      toString: 'Unknown field',
    })
    expect(readBody({ name: 'x', tags: { constructor: 1 } }).incoming.body).toEqual({ name: 'x', tags: { constructor: 1 } })
  })

  test('above the limit is too large, counted in bytes and before it is parsed', () => {
    expect(read({ body: `"${'é'.repeat(500_000)}"` }).code).toBe('PAYLOAD_TOO_LARGE')
    const small = { ...create, maxBodyBytes: 20 }
    expect(readBody({ name: 'twenty-one bytes' }, { contract: small }).code).toBe('PAYLOAD_TOO_LARGE')
    expect(readBody({ name: 'twenty' }, { contract: small }).code).toBeUndefined()
  })

  test.each([
    ['application/json; charset=UTF-8', undefined],
    ['Application/JSON', undefined],
    ['application/merge-patch+json', undefined],
    ['text/plain', 'UNSUPPORTED_MEDIA_TYPE'],
    ['application/x-www-form-urlencoded', 'UNSUPPORTED_MEDIA_TYPE'],
    ['application/jsonp', 'UNSUPPORTED_MEDIA_TYPE'],
    ['', 'UNSUPPORTED_MEDIA_TYPE'],
  ])('of type %j gives %s', (type, code) => {
    expect(readBody({ name: 'x' }, { headers: { 'content-type': type } }).code).toBe(code)
  })

  test('without any header is of no known type', () => {
    expect(readBody({ name: 'x' }, { headers: undefined }).code).toBe('UNSUPPORTED_MEDIA_TYPE')
  })
})

describe('an endpoint that takes no body', () => {
  const act = endpoint({ route: 'POST /api/v1/things/{id}/act', summary: 'x', public: 'test' })

  test('accepts none and an empty object, and refuses fields', () => {
    expect(read({ contract: act }).code).toBeUndefined()
    expect(readBody({}, { contract: act }).incoming.body).toBeUndefined()
    expect(readBody({ reason: 'x' }, { contract: act })).toMatchObject({ code: 'VALIDATION_ERROR', details: { reason: 'Unknown field' } })
  })

  test('ignores one on a GET', () => {
    const get = endpoint({ route: 'GET /api/v1/things', summary: 'x', public: 'test' })
    expect(read({ contract: get, body: 'whatever', headers: {} }).code).toBeUndefined()
  })
})

test('a body whose fields are all optional may be left out', () => {
  const optional = { ...create, body: z.object({ note: z.string().optional() }) }
  expect(read({ contract: optional }).incoming.body).toEqual({})
})

test('an id of the wrong form names nothing, whatever else is wrong', () => {
  for (const id of ['', 'thg_x', '../thg_1', 'thg_1#ITEM', '%00', '👻', 'x'.repeat(9_000)]) {
    expect(read({ body: '{"bad":1}', params: { id } }).code).toBe('NOT_FOUND')
  }
})

test('unknown query parameters are refused, known to a contract or not', () => {
  expect(readBody({ name: 'x' }, { query: { dry: '1', page: '2' } }).details).toEqual({ page: 'Unknown field' })
  const { query: _, ...bare } = create
  expect(readBody({ name: 'x' }, { contract: bare, query: { page: '2' } }).details).toEqual({ page: 'Unknown query parameter' })
})

test('a query parameter that is called like a part of every object is refused by its name', () => {
  const { query: _, ...bare } = create
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    const query = Object.fromEntries([[name, '1']])
    for (const contract of [create, bare]) {
      const { code, details } = readBody({ name: 'x' }, { contract, query })
      expect([code, Object.keys(details ?? {})]).toEqual(['VALIDATION_ERROR', [name]])
    }
  }
})

describe('headers', () => {
  const json = { 'content-type': 'application/json' }
  const withHeader = (headers: Record<string, string>) => readBody({ name: 'x' }, { headers: { ...json, ...headers } })

  test('a request id of the caller stands beside our own, unless it could harm a log, and is what comes back', () => {
    const headers = { 'x-request-id': 'abc-1.2:3_4' }
    const { incoming } = withHeader(headers)
    expect(incoming).toMatchObject({ requestId: expect.stringMatching(/^[\da-f-]{36}$/), clientRequestId: 'abc-1.2:3_4' })
    expect(traceHeaders(incoming, headers)).toEqual({ 'x-request-id': 'abc-1.2:3_4', 'x-tessera-request-id': incoming.requestId })
    for (const odd of ['', 'a b', 'a\nb', 'é', 'x'.repeat(129), 'one,two']) {
      const { requestId, clientRequestId, ...rest } = withHeader({ 'x-request-id': odd }).incoming
      expect([requestId, clientRequestId]).toEqual([expect.stringMatching(/^[\da-f-]{36}$/), undefined])
      expect(traceHeaders({ requestId, ...rest }, {})).toEqual({ 'x-request-id': requestId, 'x-tessera-request-id': requestId })
    }
  })

  test('two requests that call themselves the same are two', () => {
    const [one, two] = [withHeader({ 'x-request-id': 'same' }), withHeader({ 'x-request-id': 'same' })]
    expect(one.incoming.requestId).not.toBe(two.incoming.requestId)
  })

  test('a trace ties requests together; a void one does not', () => {
    const trace = '0af7651916cd43dd8448eb211c80319c'
    expect(withHeader({ traceparent: `00-${trace}-b7ad6b7169203331-01` }).incoming.correlationId).toBe(trace)
    for (const odd of [`00-${'0'.repeat(32)}-b7ad6b7169203331-01`, `ff-${trace}-b7ad6b7169203331-01`, 'nonsense']) {
      const { incoming } = withHeader({ traceparent: odd })
      expect(incoming.correlationId).toBe(incoming.requestId)
    }
  })

  test('a user agent is cut to what a record should hold', () => {
    expect(read().incoming.client).toEqual({ ip: '192.0.2.7', userAgent: 'x'.repeat(512) })
    const cut = read({ userAgent: `${'x'.repeat(510)}\uffff👩` }).incoming.client.userAgent
    expect(cut).toBe(`${'x'.repeat(510)}\ufffd\ufffd`)
  })

  test('an Idempotency-Key that cannot be one is refused, not ignored', () => {
    for (const odd of ['', ' ', 'a b', 'ключ', 'k'.repeat(256)]) {
      expect(withHeader({ 'idempotency-key': odd })).toMatchObject({
        code: 'VALIDATION_ERROR',
        details: { 'Idempotency-Key': expect.any(String) },
      })
    }
    expect(withHeader({ 'idempotency-key': 'k'.repeat(255) }).incoming.idempotencyKey).toHaveLength(255)
  })

  test('an empty If-Match is a precondition that nothing meets, not none', () => {
    expect(withHeader({ 'if-match': '' }).incoming.ifMatch).toBe('')
    expect(withHeader({}).incoming.ifMatch).toBeUndefined()
  })
})

describe('the raw body', () => {
  const signed = endpoint({ route: 'POST /api/v1/hook', summary: 'x', public: 'test', rawBody: true, body: z.object({ a: z.number() }) })

  test('is handed over byte by byte beside what it says, where the contract asks for it', () => {
    const text = '{ "a" : 1.0 }\n'
    for (const given of [{ body: text }, { body: Buffer.from(text).toString('base64'), base64: true }]) {
      const { incoming } = read({ contract: signed, ...given, params: {} })
      expect([incoming.body, Buffer.from(incoming.rawBody ?? []).toString()]).toEqual([{ a: 1 }, text])
    }
  })

  test('is not handed over where nobody asks for it', () => {
    expect(read({ body: '{"name":"x"}' }).incoming).not.toHaveProperty('rawBody')
  })
})
