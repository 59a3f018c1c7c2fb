import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { problem } from '../errors.ts'
import { etagOf, failure, namesTag, securityHeaders, toResult } from './respond.ts'

const long = { text: 'long '.repeat(400) }
const ok = (body: unknown, headers = {}) => ({ status: 200, headers, body })

describe('an answer', () => {
  test('carries every security header and is not cached, unless it says otherwise', () => {
    expect(toResult(ok({})).headers).toMatchObject(securityHeaders)
    expect(toResult(ok({}, { 'cache-control': 'public, max-age=60' })).headers).toMatchObject({ 'cache-control': 'public, max-age=60' })
  })

  test('without a body has no type and no bytes', () => {
    const { body, headers } = toResult({ status: 204, headers: {} }, 'br')
    expect(body).toBeUndefined()
    expect(headers).not.toHaveProperty('content-type')
  })

  test('that is text or bytes goes out as it is, in its own type', () => {
    expect(toResult(ok('<p>', { 'content-type': 'text/html' }))).toMatchObject({ body: '<p>', headers: { 'content-type': 'text/html' } })
    const png = toResult(ok(Uint8Array.of(1, 2, 3), { 'content-type': 'image/png' }), 'gzip')
    expect(png).toMatchObject({ body: 'AQID', isBase64Encoded: true })
    expect(png.headers).not.toHaveProperty('vary')
  })
})

describe('compression', () => {
  const bodyOf = (accept: string, unpack?: (bytes: Buffer) => Buffer) => {
    const { body = '', headers, isBase64Encoded } = toResult(ok(long), accept)
    const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8')
    return { coding: headers?.['content-encoding'], json: JSON.parse(String(unpack ? unpack(bytes) : bytes)), size: bytes.length }
  }

  test.each([
    ['gzip, deflate, br', 'br', brotliDecompressSync],
    ['BR', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['br;q=0, gzip;q=0.5', 'gzip', gunzipSync],
  ])('answers %j in %s, and unpacks to the same', (accept, coding, unpack) => {
    const packed = bodyOf(accept, unpack)
    expect(packed).toMatchObject({ coding, json: long })
    expect(packed.size).toBeLessThan(500)
  })

  test.each(['', 'identity', 'deflate', 'br;q=0', 'gzip; q=0.000', 'brotli', 'x-gzip-like'])('is left out for %j', (accept) => {
    expect(bodyOf(accept)).toMatchObject({ coding: undefined, json: long })
  })

  test('is left out below a kilobyte, but caches are told that it could vary', () => {
    const { headers } = toResult(ok({ short: true }), 'br')
    expect(headers).toMatchObject({ vary: 'Accept-Encoding' })
    expect(headers).not.toHaveProperty('content-encoding')
  })
})

test('a tag is named by itself, in a list, by a star, and weakly only where weak is enough', () => {
  const tag = etagOf(3)
  for (const header of ['"3"', ' "1" , "3"', '*']) {
    expect(namesTag(header, tag, 'strong')).toBe(true)
    expect(namesTag(header, tag, 'weak')).toBe(true)
  }
  expect(namesTag('W/"3"', tag, 'weak')).toBe(true)
  expect(namesTag('W/"3"', tag, 'strong')).toBe(false)
  for (const header of ['', '3', '"33"', '"4"', "'3'"]) expect(namesTag(header, tag, 'weak')).toBe(false)
})

test('a failure tells code, words, time, path and request; only what is temporary tells when to retry', () => {
  const about = { now: '2026-01-01T00:00:00.000Z', path: '/api/v1/users', requestId: 'req-1' }
  expect(failure(problem('EMAIL_TAKEN', { details: { email: 'x' } }), about)).toEqual({
    status: 409,
    headers: {},
    body: {
      success: false,
      code: 'EMAIL_TAKEN',
      error: 'This email address is already in use.',
      details: { email: 'x' },
      timestamp: about.now,
      path: about.path,
      requestId: about.requestId,
    },
  })
  expect(failure(problem('UNAVAILABLE'), about).headers).toEqual({ 'retry-after': '2' })
})
