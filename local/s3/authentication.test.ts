import { describe, expect, test } from '@jest/globals'
import type { Credentials, Session } from '../sts/credentials.ts'
import { type Asked, authenticate } from './authentication.ts'
import { authenticateForm } from './form-policy.ts'

// Keys, requests and signatures of the examples in "Authenticating Requests (AWS Signature Version 4)", Amazon S3 API Reference.
const id = 'AKIAIOSFODNN7EXAMPLE'
const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const session = { accessKeyId: id, secretAccessKey, sessionToken: undefined, expiresAt: Number.POSITIVE_INFINITY } as unknown as Session
const known = (of: Partial<Session> = {}): Credentials =>
  ({ find: (key: string) => (key === id ? { ...session, ...of } : undefined), clock: () => 0 }) as unknown as Credentials

const NOW = Date.parse('2013-05-24T00:00:00Z')
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const scope = `${id}/20130524/us-east-1/s3/aws4_request`

function signed(asked: Partial<Asked>, signedHeaders: string, signature: string, payloadHash = EMPTY): Asked {
  const { headers = {}, ...rest } = asked
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=${signedHeaders},Signature=${signature}`
  const common = { host: 'examplebucket.s3.amazonaws.com', 'x-amz-date': '20130524T000000Z', 'x-amz-content-sha256': payloadHash }
  return { method: 'GET', path: '/', query: '', ...rest, headers: { ...common, ...headers, authorization } }
}
const own = 'host;x-amz-content-sha256;x-amz-date'

const examples: [string, Asked][] = [
  [
    'GET object',
    signed(
      { path: '/test.txt', headers: { range: 'bytes=0-9' } },
      'host;range;x-amz-content-sha256;x-amz-date',
      'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    ),
  ],
  [
    'PUT object',
    signed(
      {
        method: 'PUT',
        path: '/test%24file.text',
        headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
      },
      'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
      '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
      '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
    ),
  ],
  ['GET bucket lifecycle', signed({ query: 'lifecycle' }, own, 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543')],
  ['GET bucket (list)', signed({ query: 'max-keys=2&prefix=J' }, own, '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7')],
]

const presigned = (changes: Record<string, string | undefined> = {}, more: Partial<Asked> = {}): Asked => {
  const parameters = {
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': scope,
    'X-Amz-Date': '20130524T000000Z',
    'X-Amz-Expires': '86400',
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Signature': 'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    ...changes,
  }
  const pairs = Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : `${name}=${encodeURIComponent(value)}`))
  return { method: 'GET', path: '/test.txt', query: pairs.join('&'), headers: { host: 'examplebucket.s3.amazonaws.com' }, ...more }
}

describe('a signature of the manual', () => {
  test.each([...examples, ['presigned GET', presigned()] as const])('%s is accepted, and on no other path', (_, asked) => {
    expect(authenticate(asked, known(), NOW).session.accessKeyId).toBe(id)
    expect(() => authenticate({ ...asked, path: '/other.txt' }, known(), NOW)).toThrow('does not match the signature you provided')
  })
  test('tells IAM how and how long ago it was made, where another may use it', () => {
    expect(authenticate(presigned(), known(), NOW + 90_000).context).toEqual({
      's3:authType': ['REST-QUERY-STRING'],
      's3:signatureAge': ['90000'],
    })
    expect(authenticate(examples[0]?.[1] as Asked, known(), NOW).context).toEqual({ 's3:authType': ['REST-HEADER'] })
  })
})

describe('refused is', () => {
  const day = 86_400_000
  test.each<[string, Asked, string, number?, Credentials?]>([
    ['nobody', { ...presigned(), query: '' }, 'AccessDenied'],
    ['two ways at once', { ...presigned(), headers: { ...presigned().headers, authorization: 'x' } }, 'InvalidArgument'],
    ['another key', presigned(), 'InvalidAccessKeyId', NOW, { find: () => undefined } as unknown as Credentials],
    ['a token that is not its own', presigned(), 'InvalidToken', NOW, known({ sessionToken: 'token' })],
    ['a session that has ended', presigned(), 'ExpiredToken', NOW, known({ expiresAt: 0 })],
    ['another service', presigned({ 'X-Amz-Credential': scope.replace('/s3/', '/ses/') }), 'AuthorizationHeaderMalformed'],
    ['a parameter left out', presigned({ 'X-Amz-Expires': undefined }), 'AuthorizationQueryParametersError'],
    ['an end that is no number', presigned({ 'X-Amz-Expires': 'soon' }), 'AuthorizationQueryParametersError'],
    ['an end in more than a week', presigned({ 'X-Amz-Expires': '604801' }), 'AuthorizationQueryParametersError'],
    ['an end that is put off', presigned({ 'X-Amz-Expires': '86401' }), 'SignatureDoesNotMatch'],
    ['a parameter put in', presigned({ 'response-content-type': 'text/html' }), 'SignatureDoesNotMatch'],
    ['another method', presigned({}, { method: 'DELETE' }), 'SignatureDoesNotMatch'],
    ['another host', presigned({}, { headers: { host: 'other' } }), 'SignatureDoesNotMatch'],
    ['a header put in', presigned({}, { headers: { host: 'x', 'x-amz-acl': 'public-read' } }), 'AccessDenied'],
    ['a path that cannot be read', presigned({}, { path: '/%zz' }), 'InvalidURI'],
    ['an address after its end', presigned(), 'AccessDenied', NOW + day + 1000],
    ['an address before its beginning', presigned(), 'AccessDenied', NOW - 16 * 60_000],
    ['a header signed long ago', examples[0]?.[1] as Asked, 'RequestTimeTooSkewed', NOW + 16 * 60_000],
    ['a header of no form', signed({}, '', ''), 'AuthorizationHeaderMalformed'],
    ['a header without a hash of the body', signed({}, own, 'a'.repeat(64), ''), 'InvalidRequest'],
    ['signed chunks', signed({}, own, 'a'.repeat(64), 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'), 'NotImplemented'],
  ])('%s', (_, asked, code, now = NOW, credentials = known()) => {
    expect(() => authenticate(asked, credentials, now)).toThrow(expect.objectContaining({ code }))
  })
})

describe('a form', () => {
  const form = {
    policy:
      'eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2UvIl0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRpb24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9',
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `${id}/20151229/us-east-1/s3/aws4_request`,
    'x-amz-date': '20151229T000000Z',
    'x-amz-signature': '8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e',
  }
  const at = Date.parse('2015-12-29T00:10:00Z')
  test('of the manual is accepted', () => {
    expect(authenticateForm(new Map(Object.entries(form)), known(), at).context).toEqual({
      's3:authType': ['POST'],
      's3:signatureAge': ['600000'],
    })
  })
  test.each([
    ['another policy', { policy: 'e30=' }, 'SignatureDoesNotMatch'],
    ['another signature', { 'x-amz-signature': '8'.repeat(64) }, 'SignatureDoesNotMatch'],
    ['no signature', { 'x-amz-signature': '' }, 'SignatureDoesNotMatch'],
    ['another day', { 'x-amz-date': '20151228T000000Z' }, 'InvalidArgument'],
    ['another algorithm', { 'x-amz-algorithm': 'AWS4-HMAC-MD5' }, 'InvalidArgument'],
    ['a token', { 'x-amz-security-token': 'token' }, 'InvalidToken'],
  ])('with %s is refused', (_, change, code) => {
    const fields = new Map(Object.entries({ ...form, ...change }))
    expect(() => authenticateForm(fields, known(), at)).toThrow(expect.objectContaining({ code }))
  })
  test('without a policy is nobody’s', () => {
    expect(() => authenticateForm(new Map(), known(), at)).toThrow('Access Denied')
  })
})
