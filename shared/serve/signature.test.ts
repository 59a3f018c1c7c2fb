import { createHmac } from 'node:crypto'
import { beforeEach, describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import { type Endpoint, endpoint } from '../endpoint.ts'
import type { UnverifiedCall } from './call.ts'
import { type LambdaHandler, serve } from './serve.ts'

/** Routes that know who calls by a signature over the body's bytes: webhooks. */

const about = { summary: 'x', public: 'The signature is the proof.', rawBody: true } as const
const hook = endpoint({
  route: 'POST /api/v1/hooks/{id}',
  ...about,
  maxBodyBytes: 100,
  params: z.object({ id: z.string().regex(/^hok_\d+$/) }),
  body: z.looseObject({ amount: z.number() }),
  reply: z.unknown(),
})
const form = endpoint({
  route: 'POST /api/v1/forms',
  ...about,
  accepts: ['application/x-www-form-urlencoded'],
  body: z.object({ command: z.string(), text: z.string().optional() }),
  reply: z.unknown(),
})
const unread = endpoint({ route: 'POST /api/v1/files', ...about, reply: z.unknown() })

const sign = (bytes: string | Uint8Array) => createHmac('sha256', 'secret').update(bytes).digest('hex')
let asked: number
let handled: number
beforeEach(() => {
  asked = 0
  handled = 0
})
const verify = async ({ rawBody, headers }: Pick<UnverifiedCall<typeof unread>, 'rawBody' | 'headers'>) => {
  asked++
  return headers['x-signature'] === sign(rawBody) ? 'ada' : undefined
}
const handler = (call: { body?: unknown; rawBody: Uint8Array; verified: string }) => {
  handled++
  return { by: call.verified, body: call.body, text: Buffer.from(call.rawBody).toString() }
}
const handlers = new Map<Endpoint, LambdaHandler>([
  [hook, serve(hook, { verify }, handler)],
  [form, serve(form, { verify }, handler)],
  [unread, serve(unread, { verify }, handler)],
])

interface Sent {
  signature?: string
  type?: string
  id?: string
  query?: Record<string, string>
  isBase64?: boolean
}

let ips = 0
async function post(contract: Endpoint, text: string, { signature, type = 'application/json', id = 'hok_1', query, isBase64 }: Sent = {}) {
  const event = {
    rawPath: '/',
    pathParameters: { id },
    queryStringParameters: query,
    isBase64Encoded: isBase64 === true,
    body: isBase64 ? Buffer.from(text).toString('base64') : text,
    headers: { 'content-type': type, ...(signature === undefined ? {} : { 'x-signature': signature }) },
    requestContext: { http: { sourceIp: `192.0.2.${ips++}`, userAgent: 'jest' } },
  }
  const answer = await handlers.get(contract)?.(event, { functionName: 'hooks', getRemainingTimeInMillis: () => 30_000 })
  const { code, data } = JSON.parse(answer?.body ?? '{}') as { code?: string; data?: unknown }
  return { status: answer?.statusCode, code, data }
}
const postSigned = (contract: Endpoint, text: string, sent: Sent = {}) => post(contract, text, { ...sent, signature: sign(text) })

const malformed: [string, string, Sent, unknown[]][] = [
  ['malformed JSON', '{"amount":', {}, [400, 'MALFORMED_JSON']],
  ['another type than it takes', 'hello', { type: 'text/plain' }, [415, 'UNSUPPORTED_MEDIA_TYPE']],
  ['a wrong field', '{"amount":"x"}', {}, [400, 'VALIDATION_ERROR']],
  ['no body', '', {}, [400, 'VALIDATION_ERROR']],
  ['an unknown parameter', '{"amount":1}', { query: { surprise: '1' } }, [400, 'VALIDATION_ERROR']],
]

describe('a signature', () => {
  test('that fits lets in, over the exact bytes, and says who sent them', async () => {
    const text = '{ "amount" : 1.0, "more": "é" }\n'
    for (const isBase64 of [false, true]) {
      expect(await postSigned(hook, text, { isBase64 })).toMatchObject({
        status: 200,
        data: { by: 'ada', body: { amount: 1, more: 'é' }, text },
      })
    }
    expect(await post(hook, text, { signature: sign(JSON.stringify(JSON.parse(text))) })).toMatchObject({ status: 401 })
  })

  test.each(malformed)('that is missing or wrong is told before %s', async (_, text, sent) => {
    for (const signature of [undefined, sign(`${text} `)]) {
      const reply = await post(hook, text, { ...sent, ...(signature ? { signature } : {}) })
      expect([reply.status, reply.code]).toEqual([401, 'INVALID_SIGNATURE'])
    }
    expect([asked, handled]).toEqual([2, 0])
  })

  test.each(malformed)('that fits leads to what is wrong about %s', async (_, text, sent, answer) => {
    const { status, code } = await postSigned(hook, text, sent)
    expect([status, code]).toEqual(answer)
    expect([asked, handled]).toEqual([1, 0])
  })

  test('is not asked for over more than may be sent, nor where the path names nothing', async () => {
    expect((await postSigned(hook, `{"amount":1,"more":"${'x'.repeat(100)}"}`)).code).toBe('PAYLOAD_TOO_LARGE')
    expect((await postSigned(hook, '{"amount":1}', { id: '../x' })).code).toBe('NOT_FOUND')
    expect([asked, handled]).toEqual([0, 0])
  })

  test('cannot be left out of a handler', () => {
    expect(() => serve(hook, () => null)).toThrow('POST /api/v1/hooks/{id}: say how the signature over the raw body is verified.')
  })
})

describe('the type of a signed body is its contract’s to say', () => {
  const type = 'application/x-www-form-urlencoded'

  test('a form is read into fields, and judged like JSON', async () => {
    const reply = await postSigned(form, 'command=%2Fstandup&text=a+%C3%A9', { type: `${type}; charset=utf-8` })
    expect(reply.data).toMatchObject({ body: { command: '/standup', text: 'a é' } })
    for (const text of ['text=x', 'command=x&surprise=1', 'command=x&__proto__=1']) {
      expect((await postSigned(form, text, { type })).code).toBe('VALIDATION_ERROR')
    }
    expect((await postSigned(form, '{"command":"x"}')).code).toBe('UNSUPPORTED_MEDIA_TYPE')
    expect((await postSigned(hook, 'amount=1', { type })).code).toBe('UNSUPPORTED_MEDIA_TYPE')
  })

  test('without a schema nothing is read, and any type is taken', async () => {
    for (const [text, kind] of [
      ['{"a":', 'application/json'],
      ['<a/>', 'text/xml'],
    ] as const) {
      expect(await postSigned(unread, text, { type: kind })).toMatchObject({ status: 200, data: { by: 'ada', text } })
    }
    expect((await post(unread, '<a/>', { type: 'text/xml' })).code).toBe('INVALID_SIGNATURE')
  })
})
