import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminInitiateAuthCommand,
  AdminResetUserPasswordCommand,
  AdminRespondToAuthChallengeCommand,
  AdminSetUserPasswordCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from 'jose'
import { addUser, OTHER_POOL, PASSWORD, POOL, refusal, signInAs, startTestPools, type TestPools, tokensOf } from './test-pools.ts'

let pools: TestPools
beforeAll(async () => {
  pools = await startTestPools()
  await addUser(pools, 'ada')
})
afterAll(() => pools.close())

async function published({ cognito }: TestPools): Promise<JSONWebKeySet> {
  const response = await fetch(`${cognito.issuer(POOL)}/.well-known/jwks.json`)
  return response.json() as Promise<JSONWebKeySet>
}

describe('a sign-in with the right password', () => {
  test('gives tokens signed by the published key, with the claims Cognito documents', async () => {
    const { AuthenticationResult, ChallengeName } = await signInAs(pools, 'ada')
    expect(ChallengeName).toBeUndefined()
    expect(AuthenticationResult).toMatchObject({ ExpiresIn: 3600, TokenType: 'Bearer' })
    const keys = createLocalJWKSet(await published(pools))
    const rules = { issuer: pools.cognito.issuer(POOL), currentDate: new Date(pools.now()) }
    const access = (await jwtVerify(AuthenticationResult?.AccessToken ?? '', keys, rules)).payload
    const id = (await jwtVerify(AuthenticationResult?.IdToken ?? '', keys, rules)).payload
    const seconds = pools.now() / 1000
    expect(access).toMatchObject({
      token_use: 'access',
      client_id: 'api',
      username: 'ada',
      scope: 'aws.cognito.signin.user.admin',
      auth_time: seconds,
      iat: seconds,
      exp: seconds + 3600,
    })
    expect(access.aud).toBeUndefined()
    expect(id).toMatchObject({ token_use: 'id', aud: 'api', 'cognito:username': 'ada', email: 'ada@example.com', email_verified: true })
    expect(id.sub).toBe(access.sub)
    expect(id.origin_jti).toBe(access.origin_jti)
    expect(id.jti).not.toBe(access.jti)
  })

  test.each([
    'ada',
    'ADA',
    'ada@example.com',
    'Ada@Example.COM',
  ])('works under the name %s in a case-insensitive pool with mail alias', async (name) => {
    expect((await signInAs(pools, name)).AuthenticationResult?.AccessToken).toBeTruthy()
  })

  test('is open to callers without credentials where the client allows it', async () => {
    const AuthParameters = { USERNAME: 'ada', PASSWORD }
    const answer = await pools.sdk.send(new InitiateAuthCommand({ ClientId: 'api', AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters }))
    expect(answer.AuthenticationResult?.RefreshToken).toBeTruthy()
  })
})

// Errors: API reference, AdminInitiateAuth and InitiateAuth.
describe('a sign-in is refused', () => {
  test('alike for a wrong password and an unknown user where the client hides who exists', async () => {
    const wrong = await refusal(signInAs(pools, 'ada', 'Wrong password 1'))
    expect(wrong).toBe('NotAuthorizedException: Incorrect username or password.')
    expect(await refusal(signInAs(pools, 'nobody'))).toBe(wrong)
    await signInAs(pools, 'ada')
  })

  test('with UserNotFoundException for an unknown user where the client does not hide who exists', async () => {
    expect(await refusal(signInAs(pools, 'nobody', PASSWORD, 'plain'))).toBe('UserNotFoundException: User does not exist.')
  })

  test('for a disabled user, and works again once enabled', async () => {
    await addUser(pools, 'dora')
    await pools.sdk.send(new AdminDisableUserCommand({ UserPoolId: POOL, Username: 'dora' }))
    expect(await refusal(signInAs(pools, 'dora'))).toBe('NotAuthorizedException: User is disabled.')
    expect(await refusal(signInAs(pools, 'dora', 'Wrong password 1'))).toBe('NotAuthorizedException: Incorrect username or password.')
    await pools.sdk.send(new AdminEnableUserCommand({ UserPoolId: POOL, Username: 'dora' }))
    expect((await signInAs(pools, 'dora')).AuthenticationResult).toBeDefined()
  })

  test('until a password that an administrator reset has been replaced', async () => {
    await addUser(pools, 'rita')
    await pools.sdk.send(new AdminResetUserPasswordCommand({ UserPoolId: POOL, Username: 'rita' }))
    expect(await refusal(signInAs(pools, 'rita'))).toBe('PasswordResetRequiredException: Password reset required for the user')
  })

  test.each([
    [{ ClientId: 'hosted' }, 'InvalidParameterException: Auth flow not enabled for this client'],
    [{ ClientId: 'other' }, 'ResourceNotFoundException: User pool client other does not exist.'],
    [{ ClientId: 'nowhere' }, 'ResourceNotFoundException: User pool client nowhere does not exist.'],
    [{ UserPoolId: 'eu-central-1_Nowhere' }, 'ResourceNotFoundException: User pool eu-central-1_Nowhere does not exist.'],
    [{ AuthFlow: 'USER_PASSWORD_AUTH' as const }, 'InvalidParameterException: Initiate Auth method not supported.'],
    [{ AuthParameters: { USERNAME: 'ada' } }, 'InvalidParameterException: Missing required parameter PASSWORD'],
    [
      { AuthParameters: { USERNAME: 'ada', PASSWORD, SECRET_HASH: 'x' } },
      /NotAuthorizedException: Client api is not configured for secret/,
    ],
  ])('when the call is wrong: %j', async (change, expected) => {
    const usual = {
      UserPoolId: POOL,
      ClientId: 'api',
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH' as const,
      AuthParameters: { USERNAME: 'ada', PASSWORD },
    }
    const refused = await refusal(pools.sdk.send(new AdminInitiateAuthCommand({ ...usual, ...change })))
    expect(refused).toEqual(expected instanceof RegExp ? expect.stringMatching(expected) : expected)
  })
})

// Developer guide, "Lockout behavior for failed sign-in attempts": after the n-th failure 2^(n-5) seconds, about 15 minutes at most.
describe('the lockout', () => {
  const wrong = (name: string) => refusal(signInAs(pools, name, 'Wrong password 1'))

  test('refuses even the right password after five failures, for a second that doubles with each further failure', async () => {
    await addUser(pools, 'lou')
    for (let n = 0; n < 5; n += 1) expect(await wrong('lou')).toContain('Incorrect username or password')
    expect(await refusal(signInAs(pools, 'lou'))).toBe('NotAuthorizedException: Password attempts exceeded')
    pools.pass(1000)
    expect(await wrong('lou')).toContain('Incorrect username or password')
    pools.pass(1999)
    expect(await refusal(signInAs(pools, 'lou'))).toContain('Password attempts exceeded')
    pools.pass(1)
    expect((await signInAs(pools, 'lou')).AuthenticationResult).toBeDefined()
    expect(await wrong('lou')).toContain('Incorrect username or password')
  })

  test('counts guesses made in parallel one by one', async () => {
    await addUser(pools, 'pam')
    const answers = await Promise.all(Array.from({ length: 12 }, () => wrong('pam')))
    expect(answers.filter((answer) => answer.includes('Incorrect'))).toHaveLength(5)
    expect(answers.filter((answer) => answer.includes('Password attempts exceeded'))).toHaveLength(7)
  })
})

// API reference, RespondToAuthChallenge: NEW_PASSWORD_REQUIRED.
describe('a temporary password', () => {
  const create = (Username: string) =>
    pools.sdk.send(new AdminCreateUserCommand({ UserPoolId: POOL, Username, TemporaryPassword: PASSWORD, MessageAction: 'SUPPRESS' }))
  const respond = (Session: string | undefined, USERNAME: string, NEW_PASSWORD: string, ClientId = 'api') =>
    pools.sdk.send(
      new AdminRespondToAuthChallengeCommand({
        UserPoolId: ClientId === 'other' ? OTHER_POOL : POOL,
        ClientId,
        ChallengeName: 'NEW_PASSWORD_REQUIRED',
        ChallengeResponses: { USERNAME, NEW_PASSWORD },
        Session,
      }),
    )

  test('leads to a challenge, and a new password that fits the policy to tokens', async () => {
    await create('nina')
    const { ChallengeName, ChallengeParameters, Session } = await signInAs(pools, 'nina')
    expect(ChallengeName).toBe('NEW_PASSWORD_REQUIRED')
    expect(ChallengeParameters).toMatchObject({ USER_ID_FOR_SRP: 'nina' })
    expect(await refusal(respond(Session, 'nina', 'short'))).toBe(
      'InvalidPasswordException: Password did not conform with policy: Password not long enough',
    )
    expect((await respond(Session, 'nina', 'Another pass 22!')).AuthenticationResult?.AccessToken).toBeTruthy()
    expect((await signInAs(pools, 'nina', 'Another pass 22!')).AuthenticationResult).toBeDefined()
    expect(await refusal(signInAs(pools, 'nina'))).toContain('Incorrect username or password')
  })

  test('leads to a session that serves no other client, user or challenge, once only, and three minutes', async () => {
    await create('olga')
    const { Session } = await signInAs(pools, 'olga')
    const invalid = /^NotAuthorizedException: Invalid session for the user/
    const another = 'Another pass 22!'
    expect(await refusal(respond(Session, 'olga', another, 'plain'))).toMatch(invalid)
    expect(await refusal(respond(Session, 'olga', another, 'other'))).toMatch(invalid)
    expect(await refusal(respond(Session, 'ada', another))).toMatch(invalid)
    expect(await refusal(respond(`${Session}x`, 'olga', another))).toMatch(invalid)
    expect(await refusal(respond('a'.repeat(64), 'olga', another))).toMatch(invalid)
    const asTotp = new AdminRespondToAuthChallengeCommand({
      UserPoolId: POOL,
      ClientId: 'api',
      ChallengeName: 'SOFTWARE_TOKEN_MFA',
      ChallengeResponses: { USERNAME: 'olga', SOFTWARE_TOKEN_MFA_CODE: '123456' },
      Session,
    })
    expect(await refusal(pools.sdk.send(asTotp))).toMatch(invalid)
    const both = await Promise.all([refusal(respond(Session, 'olga', another)), refusal(respond(Session, 'olga', another))])
    expect(both.filter((answer) => answer === 'no refusal')).toHaveLength(1)
    expect(await refusal(respond(Session, 'olga', another))).toMatch(invalid)

    await pools.sdk.send(new AdminSetUserPasswordCommand({ UserPoolId: POOL, Username: 'olga', Password: PASSWORD, Permanent: false }))
    const late = await signInAs(pools, 'olga')
    pools.pass(180_000)
    expect(await refusal(respond(late.Session, 'olga', another))).toMatch(invalid)
  })

  test('is refused when wrong, without any challenge, and when its days are over', async () => {
    await create('tess')
    expect(await refusal(signInAs(pools, 'tess', 'Wrong password 1'))).toContain('Incorrect username or password')
    pools.pass(3 * 86_400_000)
    expect(await refusal(signInAs(pools, 'tess'))).toContain('Temporary password has expired')
  })

  test('is replaced together with missing attributes, but nobody vouches for their own address', async () => {
    await create('wilma')
    const { Session } = await signInAs(pools, 'wilma')
    const answer = (attributes: Record<string, string>) =>
      pools.sdk.send(
        new AdminRespondToAuthChallengeCommand({
          UserPoolId: POOL,
          ClientId: 'api',
          ChallengeName: 'NEW_PASSWORD_REQUIRED',
          ChallengeResponses: { USERNAME: 'wilma', NEW_PASSWORD: 'Another pass 22!', ...attributes },
          Session,
        }),
      )
    const vouched = { 'userAttributes.email': 'ada@example.com', 'userAttributes.email_verified': 'true' }
    expect(await refusal(answer(vouched))).toBe('NotAuthorizedException: A client attempted to write unauthorized attribute')
    expect(await refusal(answer({ 'userAttributes.custom:rank': 'root' }))).toContain('Attribute does not exist in schema')
    const { AuthenticationResult } = await answer({ 'userAttributes.given_name': 'Wilma', 'userAttributes.email': 'w@example.com' })
    expect(decodeJwt(AuthenticationResult?.IdToken ?? '')).toMatchObject({
      given_name: 'Wilma',
      email: 'w@example.com',
      email_verified: false,
    })
  })

  test('cannot be answered once the user is disabled', async () => {
    await create('vera')
    const { Session } = await signInAs(pools, 'vera')
    await pools.sdk.send(new AdminDisableUserCommand({ UserPoolId: POOL, Username: 'vera' }))
    expect(await refusal(respond(Session, 'vera', 'Another pass 22!'))).toBe('NotAuthorizedException: User is disabled.')
  })
})

test('users, passwords, sessions and keys survive a restart', async () => {
  const first = await startTestPools()
  await addUser(first, 'kim')
  const before = await tokensOf(first, 'kim', 'plain')
  const keys = await published(first)
  await first.close()
  const second = await startTestPools({ dataDir: first.dataDir })
  expect(await published(second)).toEqual(keys)
  expect(second.cognito.jwks(POOL)).toEqual(keys)
  expect((await signInAs(second, 'kim@example.com')).AuthenticationResult).toBeDefined()
  const AuthParameters = { REFRESH_TOKEN: before.RefreshToken }
  const again = await second.sdk.send(new InitiateAuthCommand({ ClientId: 'plain', AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters }))
  expect(again.AuthenticationResult?.AccessToken).toBeTruthy()
  await second.close()
})
