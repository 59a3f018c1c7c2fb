import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { verifyBearer } from './bearer.ts'

let server: Server
let origin: string
let ours: CryptoKey
let foreign: CryptoKey
let isDown = false
let fetched = 0

beforeAll(async () => {
  const pair = await generateKeyPair('RS256')
  ours = pair.privateKey
  foreign = (await generateKeyPair('RS256')).privateKey
  const jwks = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'ours', alg: 'RS256', use: 'sig' }] }
  server = createServer((_, response) => {
    fetched += 1
    response.writeHead(isDown ? 500 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(jwks))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const clients = { TESSERA_USER_POOL_CLIENT: 'api', TESSERA_HOSTED_CLIENT: 'hosted', TESSERA_ENROLMENT_CLIENT: 'enrolment' }
  Object.assign(process.env, { TESSERA_ISSUER: `${origin}/pool`, ...clients })
})
afterAll(() => {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(resolve))
})

const now = () => Math.floor(Date.now() / 1000)
const usual = () => ({
  token_use: 'access',
  client_id: 'api',
  username: 'usr_1',
  origin_jti: 'sid',
  iss: `${origin}/pool`,
  iat: now(),
  exp: now() + 60,
})

const token = (change: JWTPayload = {}, { key = ours, kid = 'ours', alg = 'RS256' } = {}) =>
  new SignJWT({ ...usual(), ...change }).setProtectedHeader({ alg, kid }).sign(key)

const verdict = (authorization: string) =>
  verifyBearer({ authorization }).then(
    () => 'taken',
    (error: { code: string }) => error.code,
  )

test('a request without a token has no caller', async () => {
  expect(await verifyBearer({})).toBeUndefined()
})

test.each([
  'api',
  'hosted',
])('an access token of the client %s is taken with its claims, and the keys are fetched once', async (client_id) => {
  fetched = 0
  const claims = await verifyBearer({ authorization: `Bearer ${await token({ client_id })}` })
  expect(claims).toMatchObject({ client_id, username: 'usr_1', origin_jti: 'sid' })
  await verifyBearer({ authorization: `bearer  ${await token({ client_id })}` })
  expect(fetched).toBeLessThanOrEqual(1)
})

describe('a token is refused', () => {
  test.each<[string, () => Promise<string>]>([
    ['of the enrolment client', () => token({ client_id: 'enrolment' })],
    ['of another client', () => token({ client_id: 'other' })],
    ['that is an id token', () => token({ token_use: 'id', aud: 'api' })],
    ['without a use', () => token({ token_use: undefined })],
    ['of another pool', () => token({ iss: `${origin}/other` })],
    ['that has expired', () => token({ exp: now() - 1 })],
    ['that never expires', () => token({ exp: undefined })],
    ['that is not valid yet', () => token({ nbf: now() + 60 })],
    ['signed by another key', () => token({}, { key: foreign })],
    ['with a key that is unknown', () => token({}, { key: foreign, kid: 'theirs' })],
    ['without signature', async () => new UnsecuredJWT(usual()).encode()],
    ['with a signature cut off', async () => (await token()).replace(/\.[^.]+$/, '.')],
    [
      'signed with the public key as a secret',
      () => new SignJWT(usual()).setProtectedHeader({ alg: 'HS256', kid: 'ours' }).sign(Buffer.alloc(32)),
    ],
  ])('%s', async (_, make) => {
    expect(await verdict(`Bearer ${await make()}`)).toBe('INVALID_TOKEN')
  })

  test.each(['', 'Bearer', 'Bearer ', 'Basic dXNlcg==', 'Bearer a b'])('in the header %j', async (authorization) => {
    expect(await verdict(authorization)).toBe('INVALID_TOKEN')
  })

  test('that is anything at all, and never as our own failure', async () => {
    const part = fc.oneof(
      fc.string(),
      fc.json().map((text) => Buffer.from(text).toString('base64url')),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 5 }), async (parts) => {
        expect(await verdict(`Bearer ${parts.join('.')}`)).toBe('INVALID_TOKEN')
      }),
    )
  })
})

test('when the keys cannot be had, the failure is ours and passes', async () => {
  process.env.TESSERA_ISSUER = `${origin}/anew`
  isDown = true
  const authorization = `Bearer ${await token({ iss: `${origin}/anew` })}`
  expect(await verdict(authorization)).toBe('UNAVAILABLE')
  isDown = false
  expect(await verdict(authorization)).toBe('taken')
})
