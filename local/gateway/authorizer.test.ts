import { beforeAll, describe, expect, test } from '@jest/globals'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { createAuthorizer, type JwtAuthorizer } from './authorizer.ts'

type Keys = Awaited<ReturnType<typeof generateKeyPair>>

const now = Date.UTC(2026, 0, 1)
const authorizer: JwtAuthorizer = { issuer: 'http://issuer', audience: ['client'], identitySource: '$request.header.Authorization' }
const good: JWTPayload = { iss: 'http://issuer', client_id: 'client', iat: now / 1000 - 10, exp: now / 1000 + 60, scope: 'read write' }

let own: Keys
let foreign: Keys
beforeAll(async () => {
  own = await generateKeyPair('RS256')
  foreign = await generateKeyPair('RS256')
})

const sign = (claims: JWTPayload, { keys = own, kid = 'own', alg = 'RS256' } = {}) =>
  new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(keys.privateKey)

const publish = async (kid = 'own', keys = own) => ({ keys: [{ ...(await exportJWK(keys.publicKey)), kid }] })

async function judge(token: string | undefined, scopes: string[] = []) {
  const check = createAuthorizer(
    () => publish(),
    () => now,
  )
  return check(authorizer, { headers: token === undefined ? {} : { authorization: token }, query: {} }, scopes)
}

describe('a valid token', () => {
  test.each(['', 'Bearer ', 'bearer '])('is let in with "%s" before it', async (prefix) => {
    expect(await judge(prefix + (await sign(good)))).toMatchObject({ allowed: true, authorization: { scopes: null } })
  })

  test('is let in for its audience, which goes before the client', async () => {
    expect(await judge(await sign({ ...good, client_id: 'other', aud: ['client', 'x'] }))).toMatchObject({ allowed: true })
    expect(await judge(await sign({ ...good, aud: 'other' }))).toMatchObject({ allowed: false, status: 401 })
  })

  test('is taken from the query where the authorizer says so', async () => {
    const check = createAuthorizer(
      () => publish(),
      () => now,
    )
    const source = { headers: {}, query: { token: await sign(good) } }
    expect(await check({ ...authorizer, identitySource: '$request.querystring.token' }, source, [])).toMatchObject({ allowed: true })
  })

  test('shows its claims as texts', async () => {
    const verdict = await judge(await sign({ ...good, n: 7, yes: true, groups: ['a', 'b'], nested: { b: [1], a: null } }))
    expect(verdict).toMatchObject({
      authorization: {
        claims: { client_id: 'client', exp: String(good.exp), n: '7', yes: 'true', groups: '[a b]', nested: 'map[a:null b:[1]]' },
      },
    })
  })
})

describe('scopes', () => {
  test('one of the route is enough', async () => {
    expect(await judge(await sign(good), ['admin', 'write'])).toMatchObject({ allowed: true, authorization: { scopes: ['read', 'write'] } })
    expect(await judge(await sign({ ...good, scope: undefined, scp: ['write'] }), ['write'])).toMatchObject({ allowed: true })
  })

  test.each([['read'], [undefined]])('a token with %s is forbidden where another is needed', async (scope) => {
    const challenge = 'Bearer scope="admin" error="insufficient_scope"'
    expect(await judge(await sign({ ...good, scope }), ['admin'])).toEqual({ allowed: false, status: 403, message: 'Forbidden', challenge })
  })
})

describe('unauthorized', () => {
  test.each([[undefined], [''], ['Bearer ']])('nothing but %j', async (token) => {
    expect(await judge(token)).toEqual({ allowed: false, status: 401, message: 'Unauthorized', challenge: 'Bearer' })
  })

  const refused: [what: string, claims: JWTPayload, reason: string][] = [
    ['expired', { ...good, exp: now / 1000 - 1 }, 'the token has expired'],
    ['without expiry', { ...good, exp: undefined }, 'the token has an invalid exp claim'],
    ['not valid yet', { ...good, nbf: now / 1000 + 5 }, 'the token is not valid yet'],
    ['issued in the future', { ...good, iat: now / 1000 + 5 }, 'the token was issued in the future'],
    ['of another issuer', { ...good, iss: 'http://other' }, 'the token has an invalid iss claim'],
    ['for another client', { ...good, client_id: 'other' }, 'the token does not have a valid audience'],
  ]
  test.each(refused)('a token %s', async (_, claims, reason) => {
    const challenge = `Bearer scope="" error="invalid_token" error_description="${reason}"`
    expect(await judge(await sign(claims))).toEqual({ allowed: false, status: 401, message: 'Unauthorized', challenge })
  })

  test('a token signed by somebody else, one of an unknown key, a malformed one, and one with a shared secret', async () => {
    const secret = new TextEncoder().encode('x'.repeat(32))
    const shared = await new SignJWT(good).setProtectedHeader({ alg: 'HS256', kid: 'own' }).sign(secret)
    const parts = (await sign(good)).split('.')
    const unsigned = [Buffer.from('{"alg":"none"}').toString('base64url'), parts[1], ''].join('.')
    for (const token of [await sign(good, { keys: foreign }), await sign(good, { kid: 'unknown' }), 'abc', shared, unsigned]) {
      expect(await judge(token)).toMatchObject({ allowed: false, status: 401 })
    }
  })

  test('any token while the issuer cannot be reached', async () => {
    const check = createAuthorizer(
      () => Promise.reject(new TypeError('fetch failed')),
      () => now,
    )
    const verdict = await check(authorizer, { headers: { authorization: await sign(good) }, query: {} }, [])
    expect(verdict).toMatchObject({ challenge: expect.stringContaining('OIDC discovery endpoint communication error') })
  })
})

test('keys are fetched once, and again when an unknown key shows up, but not at every such token', async () => {
  let time = now
  let fetched = 0
  let published = await publish()
  const check = createAuthorizer(
    () => {
      fetched += 1
      return Promise.resolve(published)
    },
    () => time,
  )
  const ask = async (token: string) => (await check(authorizer, { headers: { authorization: token }, query: {} }, [])).allowed
  expect([await ask(await sign(good)), await ask(await sign(good)), fetched]).toEqual([true, true, 1])
  const rotated = await sign(good, { keys: foreign, kid: 'new' })
  published = await publish('new', foreign)
  expect([await ask(rotated), fetched]).toEqual([false, 1])
  time += 6000
  expect([await ask(rotated), fetched]).toEqual([true, 2])
})
