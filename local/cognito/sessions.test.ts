import { createHmac } from 'node:crypto'
import {
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminInitiateAuthCommand,
  AdminUserGlobalSignOutCommand,
  DescribeUserPoolClientCommand,
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
  GlobalSignOutCommand,
  InitiateAuthCommand,
  RevokeTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { decodeJwt, generateKeyPair, SignJWT } from 'jose'
import { addUser, POOL, refusal, startTestPools, type TestPools, tokensOf } from './test-pools.ts'

let pools: TestPools
beforeAll(async () => {
  pools = await startTestPools()
  await addUser(pools, 'ada')
})
afterAll(() => pools.close())

const refresh = async (RefreshToken: string | undefined, ClientId = 'api') => {
  const { AuthenticationResult } = await pools.sdk.send(new GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken }))
  return { RefreshToken: '', AccessToken: '', IdToken: '', ...AuthenticationResult }
}
const getUser = (AccessToken: string) => pools.sdk.send(new GetUserCommand({ AccessToken }))
const oldRefresh = (REFRESH_TOKEN: string, ClientId: string) =>
  pools.sdk.send(new InitiateAuthCommand({ ClientId, AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters: { REFRESH_TOKEN } }))
const DAY = 86_400_000

// API reference, GetTokensFromRefreshToken; developer guide, "Refresh tokens".
describe('a refresh', () => {
  test('keeps origin_jti and auth_time and makes everything else anew', async () => {
    const first = await tokensOf(pools, 'ada')
    pools.pass(60_000)
    const second = await refresh(first.RefreshToken)
    const [before, after] = [decodeJwt(first.AccessToken), decodeJwt(second.AccessToken)]
    expect(after).toMatchObject({ origin_jti: before.origin_jti, auth_time: before.auth_time, sub: before.sub })
    expect(after.jti).not.toBe(before.jti)
    expect(after.iat).toBe((before.iat ?? 0) + 60)
    expect(decodeJwt(second.IdToken).origin_jti).toBe(before.origin_jti)
    expect(second.RefreshToken).not.toBe(first.RefreshToken)
  })

  test('takes a rotated token again within the grace period, and refuses it as reused afterwards', async () => {
    const { RefreshToken } = await tokensOf(pools, 'ada')
    const next = await refresh(RefreshToken)
    pools.pass(29_999)
    expect((await refresh(RefreshToken)).AccessToken).toBeTruthy()
    pools.pass(1)
    expect(await refusal(refresh(RefreshToken))).toContain('RefreshTokenReuseException')
    expect((await refresh(next.RefreshToken)).AccessToken).toBeTruthy()
  })

  test('does not prolong the session: the seven days run from the sign-in', async () => {
    let { RefreshToken } = await tokensOf(pools, 'ada')
    for (let day = 0; day < 6; day += 1) {
      pools.pass(DAY)
      RefreshToken = (await refresh(RefreshToken)).RefreshToken
    }
    pools.pass(DAY - 1)
    RefreshToken = (await refresh(RefreshToken)).RefreshToken
    pools.pass(1)
    expect(await refusal(refresh(RefreshToken))).toBe('NotAuthorizedException: Refresh Token has expired')
  })

  test('goes by REFRESH_TOKEN_AUTH only where tokens do not rotate, and then keeps the token', async () => {
    const plain = await tokensOf(pools, 'ada', 'plain')
    const { AuthenticationResult } = await oldRefresh(plain.RefreshToken, 'plain')
    expect(AuthenticationResult).toMatchObject({ AccessToken: expect.any(String) })
    expect(AuthenticationResult?.RefreshToken).toBeUndefined()
    expect((await refresh(plain.RefreshToken, 'plain')).RefreshToken).toBe('')
    const rotating = await tokensOf(pools, 'ada')
    expect(await refusal(oldRefresh(rotating.RefreshToken, 'api'))).toBe('InvalidParameterException: Auth flow not enabled for this client')
  })

  test('is refused for invented, foreign and wrong-kind tokens', async () => {
    const { RefreshToken, AccessToken, IdToken } = await tokensOf(pools, 'ada')
    const invalid = 'NotAuthorizedException: Invalid Refresh Token'
    expect(await refusal(refresh(RefreshToken, 'plain'))).toBe(invalid)
    for (const token of ['x'.repeat(80), AccessToken, IdToken, `${RefreshToken}x`]) expect(await refusal(refresh(token))).toBe(invalid)
    expect((await refresh(RefreshToken)).AccessToken).toBeTruthy()
  })

  test('is refused once the user is disabled or deleted', async () => {
    for (const [name, command] of [
      ['bob', new AdminDisableUserCommand({ UserPoolId: POOL, Username: 'bob' })],
      ['cy', new AdminDeleteUserCommand({ UserPoolId: POOL, Username: 'cy' })],
    ] as const) {
      await addUser(pools, name)
      const { RefreshToken, AccessToken } = await tokensOf(pools, name)
      await pools.sdk.send(command as AdminDisableUserCommand)
      expect(await refusal(refresh(RefreshToken))).toContain('NotAuthorizedException')
      expect(await refusal(getUser(AccessToken))).toMatch(/revoked|UserNotFoundException/)
    }
  })
})

// API reference, RevokeToken, GlobalSignOut, AdminUserGlobalSignOut.
describe('revocation', () => {
  const revoke = (Token: string, ClientId = 'api') => pools.sdk.send(new RevokeTokenCommand({ Token, ClientId }))

  test('of any refresh token of a session ends that session and no other', async () => {
    const first = await tokensOf(pools, 'ada')
    const other = await tokensOf(pools, 'ada')
    const rotated = await refresh(first.RefreshToken)
    await revoke(first.RefreshToken)
    expect(await refusal(refresh(rotated.RefreshToken))).toBe('NotAuthorizedException: Refresh Token has been revoked')
    expect(await refusal(getUser(first.AccessToken))).toBe('NotAuthorizedException: Access Token has been revoked')
    expect(await refusal(getUser(rotated.AccessToken))).toBe('NotAuthorizedException: Access Token has been revoked')
    expect((await getUser(other.AccessToken)).Username).toBe('ada')
  })

  test('takes refresh tokens only, ignores foreign ones, and can be switched off', async () => {
    const { RefreshToken, AccessToken } = await tokensOf(pools, 'ada')
    expect(await refusal(revoke(AccessToken))).toContain('UnsupportedTokenTypeException')
    await revoke(RefreshToken, 'plain')
    await revoke('unknown')
    expect((await refresh(RefreshToken)).AccessToken).toBeTruthy()
    expect(await refusal(revoke(RefreshToken, 'irrevocable'))).toContain('UnsupportedOperationException')
  })

  test('of everything, by the user or an administrator, leaves no session and allows new ones', async () => {
    for (const signOut of [
      (AccessToken: string) => pools.sdk.send(new GlobalSignOutCommand({ AccessToken })),
      () => pools.sdk.send(new AdminUserGlobalSignOutCommand({ UserPoolId: POOL, Username: 'ada' })),
    ]) {
      const sessions = [await tokensOf(pools, 'ada'), await tokensOf(pools, 'ada', 'plain')]
      await signOut(sessions[0]?.AccessToken ?? '')
      for (const { AccessToken } of sessions) expect(await refusal(getUser(AccessToken))).toContain('revoked')
      expect(await refusal(refresh(sessions[0]?.RefreshToken))).toContain('revoked')
      expect((await getUser((await tokensOf(pools, 'ada')).AccessToken)).Username).toBe('ada')
    }
  })
})

describe('an access token', () => {
  test('is refused when expired', async () => {
    const { AccessToken } = await tokensOf(pools, 'ada')
    pools.pass(3_600_000)
    expect(await refusal(getUser(AccessToken))).toBe('NotAuthorizedException: Access Token has expired')
  })

  test('is no id token and no refresh token', async () => {
    const { IdToken, RefreshToken } = await tokensOf(pools, 'ada')
    for (const token of [IdToken, RefreshToken, 'rubbish']) {
      expect(await refusal(getUser(token))).toBe('NotAuthorizedException: Invalid Access Token')
    }
  })

  test('is refused when signed by another key, unsigned, altered, or from another pool', async () => {
    const { AccessToken } = await tokensOf(pools, 'ada')
    const claims = decodeJwt(AccessToken)
    const [header = '', , signature = ''] = AccessToken.split('.')
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const { privateKey } = await generateKeyPair('RS256')
    const forged = [
      await new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey),
      await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from('secret secret secret secret 1234')),
      `${encode({ alg: 'none' })}.${encode(claims)}.`,
      `${header}.${encode({ ...claims, sub: 'someone-else' })}.${signature}`,
      `${header}.${encode({ ...claims, iss: 'http://localhost:3001/elsewhere' })}.${signature}`,
    ]
    for (const token of forged) expect(await refusal(getUser(token))).toBe('NotAuthorizedException: Invalid Access Token')
  })
})

test('sessions are forgotten a day after they could last be refreshed, and not before', async () => {
  const first = await startTestPools()
  await addUser(first, 'kim')
  const { RefreshToken } = await tokensOf(first, 'kim')
  first.pass(8 * DAY)
  await tokensOf(first, 'kim')
  const late = await refusal(first.sdk.send(new GetTokensFromRefreshTokenCommand({ ClientId: 'api', RefreshToken })))
  expect(late).toBe('NotAuthorizedException: Refresh Token has expired')
  first.pass(1)
  await tokensOf(first, 'kim')
  const later = await refusal(first.sdk.send(new GetTokensFromRefreshTokenCommand({ ClientId: 'api', RefreshToken })))
  expect(later).toBe('NotAuthorizedException: Invalid Refresh Token')
  await first.close()
})

test.each([
  ['irrevocable', 'Not to be revoked'],
  ['api', 'api'],
])('the client %s is called %s, by the template or after its place in it', async (ClientId, ClientName) => {
  const { UserPoolClient } = await pools.sdk.send(new DescribeUserPoolClientCommand({ UserPoolId: POOL, ClientId }))
  expect(UserPoolClient).toMatchObject({ ClientId, ClientName, UserPoolId: POOL })
})

test('a client with a secret must prove it at every step', async () => {
  const described = await pools.sdk.send(new DescribeUserPoolClientCommand({ UserPoolId: POOL, ClientId: 'confidential' }))
  const secret = described.UserPoolClient?.ClientSecret ?? ''
  const hashFor = (name: string) => createHmac('sha256', secret).update(`${name}confidential`).digest('base64')
  const signIn = (SECRET_HASH?: string) =>
    pools.sdk.send(
      new AdminInitiateAuthCommand({
        UserPoolId: POOL,
        ClientId: 'confidential',
        AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: 'ada', PASSWORD: 'correct horse Battery 9', ...(SECRET_HASH ? { SECRET_HASH } : {}) },
      }),
    )
  expect(await refusal(signIn())).toContain('SECRET_HASH was not received')
  expect(await refusal(signIn(hashFor('bob')))).toContain('SecretHash does not match')
  const { AuthenticationResult } = await signIn(hashFor('ada'))
  const again = (ClientSecret?: string) =>
    pools.sdk.send(
      new GetTokensFromRefreshTokenCommand({ ClientId: 'confidential', RefreshToken: AuthenticationResult?.RefreshToken, ClientSecret }),
    )
  expect(await refusal(again())).toContain('NotAuthorizedException')
  expect(await refusal(again('wrong'))).toContain('NotAuthorizedException')
  expect((await again(secret)).AuthenticationResult?.AccessToken).toBeTruthy()
})
