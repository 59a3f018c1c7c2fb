import { beforeAll, describe, expect, test } from '@jest/globals'
import { baseUrl, clientOf, founder, freshMail, PASSWORD, raw, refusal, type Someone } from './journey.ts'

let ada: Someone
beforeAll(async () => {
  ada = await founder()
})
const json = { 'content-type': 'application/json' }
const problemOf = async (response: Response) => [response.status, ((await response.json()) as { code: string }).code]

describe('addresses and methods', () => {
  test.each([
    '/',
    '/api/v1',
    '/api/v1/nothing',
    '/api/v2/users',
    '/api/v1/users/',
    '/api/v1/users/x/y/z',
  ])('%s is not there', async (path) => {
    const response = await raw(path, { person: ada })
    const body = (await response.json()) as Record<string, unknown>
    expect([response.status, body.code, body.success, body.path]).toEqual([404, 'NOT_FOUND', false, path])
    expect(response.headers.get('x-request-id')).toBe(body.requestId)
    expect(response.headers.get('strict-transport-security')).toBeTruthy()
  })

  test.each([
    ['DELETE', '/api/v1/users', 'GET, POST'],
    ['PUT', '/api/v1/auth/login', 'POST'],
    ['PATCH', '/health', 'GET'],
    ['HEAD', '/api/v1/users', 'GET, POST'],
    ['OPTIONS', '/api/v1/users', 'GET, POST'],
    ['PROPFIND', '/api/v1/organization', 'GET, PATCH'],
  ])('%s %s is told what the address takes', async (method, path, allow) => {
    const response = await raw(path, { method })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')?.split(', ').sort()).toEqual(allow.split(', ').sort())
  })

  test.each([
    '/api/v1/users/..%2f..%2fetc',
    '/api/v1/users/%00',
    `/api/v1/users/${'x'.repeat(3000)}`,
    '/api/v1/users/usr_%2523',
  ])('no spelling of an id does harm: %.40s', async (path) => {
    expect([400, 404]).toContain((await raw(path, { person: ada })).status)
  })
})

describe('bodies', () => {
  const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = json) =>
    raw('/api/v1/users', { method: 'POST', person: ada, body, headers })

  test('of another type than JSON are refused with 415', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    expect(await problemOf(await post('a=1', form))).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE'])
    expect(await problemOf(await post('{}', { 'content-type': 'text/plain' }))).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE'])
  })

  test('above 1 MB are refused with 413, just below are read', async () => {
    const padded = (bytes: number) => `{"email":"x"${' '.repeat(bytes - 13)}}`
    expect(await problemOf(await post(padded(1_000_001)))).toEqual([413, 'PAYLOAD_TOO_LARGE'])
    expect(await problemOf(await post(padded(1_000_000)))).toEqual([400, 'VALIDATION_ERROR'])
  })

  test('that are no JSON, or not UTF-8, are refused with 400', async () => {
    expect(await problemOf(await post('{"a":'))).toEqual([400, 'MALFORMED_JSON'])
    expect((await post(new Uint8Array([0x22, 0xff, 0xfe, 0x22]))).status).toBe(400)
  })

  test.each([
    'null',
    '[]',
    '"x"',
    '42',
    '{"__proto__":{"email":"a@b.c"}}',
    '{"email":{"$gt":""}}',
    '',
  ])('such as %s are refused with 400', async (body) => {
    expect((await problemOf(await post(body)))[1]).toMatch(/VALIDATION_ERROR|MALFORMED_JSON/)
  })

  test('name every wrong field at once', async () => {
    const response = await post(JSON.stringify({ email: 'nonsense', firstName: '', surprise: 1 }))
    const { details } = (await response.json()) as { details: Record<string, string> }
    expect(Object.keys(details).sort()).toEqual(['email', 'firstName', 'lastName', 'surprise'])
    expect(details.email).toBe('Invalid email format')
  })
})

describe('CORS', () => {
  const preflight = (origin: string) =>
    raw('/api/v1/users', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,idempotency-key' },
    })

  test('a configured origin may ask with our headers, and read ours', async () => {
    const { status, headers } = await preflight(baseUrl)
    expect([status, headers.get('access-control-allow-origin')]).toEqual([204, baseUrl])
    expect(headers.get('access-control-allow-methods')).toContain('POST')
    for (const name of ['authorization', 'idempotency-key', 'if-match']) expect(headers.get('access-control-allow-headers')).toContain(name)
    const actual = await raw('/api/v1/users', { person: ada, headers: { origin: baseUrl } })
    expect(actual.headers.get('access-control-allow-origin')).toBe(baseUrl)
    expect(actual.headers.get('access-control-expose-headers')).toContain('etag')
  })

  test('another origin gets no leave', async () => {
    for (const response of [
      await preflight('https://evil.example'),
      await raw('/api/v1/users', { person: ada, headers: { origin: 'null' } }),
    ])
      expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })
})

describe('compression', () => {
  const encoding = async (path: string, accept: string) => {
    const response = await raw(path, { person: ada, headers: { 'accept-encoding': accept } })
    await response.json()
    return [response.headers.get('content-encoding'), response.headers.get('vary')]
  }
  test('packs what is above 1 KB as the caller can unpack it, and leaves the rest', async () => {
    await ada.api.updateUser({ params: { id: ada.userId }, body: { metadata: { filling: 'x'.repeat(2_000) } } })
    const path = `/api/v1/users/${ada.userId}`
    expect(await encoding(path, 'gzip')).toEqual(['gzip', 'Accept-Encoding'])
    expect(await encoding(path, 'gzip, deflate, br')).toEqual(['br', 'Accept-Encoding'])
    expect(await encoding(path, 'identity')).toEqual([null, 'Accept-Encoding'])
    expect((await encoding('/api/v1/notifications', 'gzip, br'))[0]).toBeNull()
  })
})

describe('tracing', () => {
  test('a request id and a trace parent come back; what is no such id is replaced', async () => {
    const traceparent = `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01`
    const response = await raw('/api/v1/auth/me', { person: ada, headers: { 'x-request-id': 'mine-1', traceparent } })
    expect([response.headers.get('x-request-id'), response.headers.get('traceparent')]).toEqual(['mine-1', traceparent])
    const other = await raw('/api/v1/auth/me', { person: ada, headers: { 'x-request-id': 'a b "c"' } })
    expect(other.headers.get('x-request-id')).toMatch(/^[\w-]{20,}$/)
  })

  test('failures carry the id too, and never an inner message', async () => {
    const refused = await refusal(ada.api.getUser({ params: { id: 'nonsense' }, headers: { 'x-request-id': 'mine-2' } }))
    expect([refused.status, refused.headers.get('x-request-id')]).toEqual([404, 'mine-2'])
    expect(refused.requestId).toBe(refused.headers.get('x-tessera-request-id'))
    expect(refused.requestId).toMatch(/^[\da-f-]{36}$/)
  })
})

describe('answers', () => {
  test('of lists say limit and cursor, of new things where they are, of removed ones nothing', async () => {
    const list = (await (await raw('/api/v1/users?limit=5', { person: ada })).json()) as Record<string, unknown>
    expect(list).toMatchObject({ success: true, meta: { limit: 5, nextCursor: null } })
    const made = await ada.api.createUser({ body: { email: freshMail(), firstName: 'Grace', lastName: 'Hopper' } })
    expect([made.status, made.headers.get('location'), made.etag]).toEqual([201, `/api/v1/users/${made.data.id}`, '"1"'])
    const removed = await raw(`/api/v1/users/${made.data.id}`, { method: 'DELETE', person: ada })
    expect([removed.status, await removed.text()]).toEqual([204, ''])
  })

  test('are not kept by caches, framed or sniffed', async () => {
    const { headers } = await raw('/api/v1/auth/me', { person: ada })
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(headers.get('referrer-policy')).toBe('strict-origin-when-cross-origin')
  })

  test('never hold a password, a hash or an internal field', async () => {
    const texts = [await raw('/api/v1/auth/me', { person: ada }), await raw('/api/v1/organization', { person: ada })]
    for (const response of texts) expect(await response.text()).not.toMatch(/password|cursorKey|g1pk|"pk"|TENANT#/i)
  })
})

describe('the organization header', () => {
  test('opens where the person belongs, and nothing else', async () => {
    const eve = await founder()
    expect((await ada.api.getMe({ organizationId: ada.organizationId })).status).toBe(200)
    for (const organizationId of [eve.organizationId, 'org_nonsense', '*', `${ada.organizationId}#USER`])
      expect((await refusal(ada.api.getMe({ organizationId }))).status).toBe(404)
  })
})

describe('rate limits', () => {
  test('stand in every answer, and past the limit the caller is told when to come back', async () => {
    const busy = await founder()
    const { headers } = await busy.api.getMe()
    expect(headers.get('ratelimit-policy')).toBe('"default";q=300;w=60')
    expect(headers.get('ratelimit')).toMatch(/^"default";r=\d+;t=\d+$/)
    // Of few calls a minute, which the slowest machine makes; and a minute may end in the middle.
    const found = ({ api }: Someone) => api.foundOrganization({ body: { name: 'One more' } })
    let refused: Awaited<ReturnType<typeof refusal>> | undefined
    for (let n = 0; n < 35 && !refused; n++) {
      const calls = await Promise.allSettled(Array.from({ length: 20 }, () => found(busy)))
      refused = calls.flatMap((call) => (call.status === 'rejected' ? [call.reason] : [])).find((each) => each.status === 429)
    }
    expect([refused?.status, refused?.code]).toEqual([429, 'RATE_LIMIT_EXCEEDED'])
    expect(Number(refused?.headers.get('retry-after'))).toBe(refused?.details.retryAfter)
    expect(refused?.headers.get('ratelimit')).toMatch(/^"default";r=0;t=\d+$/)
    expect((await found(await founder())).status).toBe(201)
    expect((await busy.api.getOrganization()).status).toBe(200)
  })
})

test('a token in a query, a cookie or another scheme opens nothing', async () => {
  const token = ada.tokens?.accessToken ?? ''
  expect((await raw(`/api/v1/auth/me?access_token=${token}`)).status).toBe(401)
  expect((await raw('/api/v1/auth/me', { headers: { cookie: `token=${token}` } })).status).toBe(401)
  expect((await raw('/api/v1/auth/me', { headers: { authorization: `Basic ${token}` } })).status).toBe(401)
  const unsigned = `${token.split('.').slice(0, 2).join('.')}.`
  expect((await raw('/api/v1/auth/me', { headers: { authorization: `Bearer ${unsigned}` } })).status).toBe(401)
  expect((await clientOf(ada).getMe()).data.user.email).not.toContain(PASSWORD)
})
