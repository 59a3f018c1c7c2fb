import { describe, expect, test } from '@jest/globals'
import { isSignedBy, readAuthorization, type SignedRequest } from './sigv4.ts'

// Requests and signatures of AWS's "Signature Version 4 test suite".
const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const scope = 'AKIDEXAMPLE/20150830/us-east-1/service/aws4_request'
const headers = { host: 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z' }
const bare = { method: 'GET', url: '/', headers, body: Buffer.alloc(0) }

const suite: Array<[name: string, request: SignedRequest, signedHeaders: string, signature: string]> = [
  ['get-vanilla', bare, 'host;x-amz-date', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  ['post-vanilla', { ...bare, method: 'POST' }, 'host;x-amz-date', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  [
    'get-vanilla-query-order-key-case',
    { ...bare, url: '/?Param2=value2&Param1=value1' },
    'host;x-amz-date',
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
  [
    'post-x-www-form-urlencoded',
    {
      method: 'POST',
      url: '/',
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      body: Buffer.from('Param1=value1'),
    },
    'content-type;host;x-amz-date',
    'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  ],
]

describe('a signature of the test suite', () => {
  test.each(suite)('%s is accepted', (_name, request, signedHeaders, signature) => {
    const claim = readAuthorization(`AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`)
    expect(claim && isSignedBy(secret, request, claim)).toBe(true)
    expect(claim && isSignedBy(`${secret}x`, request, claim)).toBe(false)
  })

  test('does not cover another method, path, query, header or body', () => {
    const [, request, signedHeaders, signature] = suite[3] as (typeof suite)[number]
    const claim = readAuthorization(`AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`)
    const changes: Array<Partial<SignedRequest>> = [
      { method: 'PUT' },
      { url: '/other' },
      { url: '/?a=b' },
      { headers: { ...request.headers, host: 'other.amazonaws.com' } },
      { body: Buffer.from('Param1=value2') },
    ]
    expect(changes.map((change) => claim && isSignedBy(secret, { ...request, ...change }, claim))).toEqual(changes.map(() => false))
  })
})

test('a header of another form is not read', () => {
  expect(readAuthorization('Bearer token')).toBeUndefined()
  expect(readAuthorization(`AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=short`)).toBeUndefined()
})
