import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  AdminRespondToAuthChallengeCommand,
  AdminSetUserMFAPreferenceCommand,
  AdminSetUserPasswordCommand,
  AssociateSoftwareTokenCommand,
  GetUserCommand,
  RespondToAuthChallengeCommand,
  SetUserMFAPreferenceCommand,
  VerifySoftwareTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  addAuthenticator,
  addUser,
  OTHER_POOL,
  PASSWORD,
  POOL,
  refusal,
  signInAs,
  startTestPools,
  type TestPools,
  tokensOf,
} from './test-pools.ts'
import { totpCode } from './totp.ts'

let pools: TestPools
beforeAll(async () => {
  pools = await startTestPools()
})
afterAll(() => pools.close())

const answer = (Session: string | undefined, USERNAME: string, code: string) =>
  pools.sdk.send(
    new AdminRespondToAuthChallengeCommand({
      UserPoolId: POOL,
      ClientId: 'api',
      ChallengeName: 'SOFTWARE_TOKEN_MFA',
      ChallengeResponses: { USERNAME, SOFTWARE_TOKEN_MFA_CODE: code },
      Session,
    }),
  )
const wrongCodeFor = (secret: string) => (totpCode(secret, pools.now()) === '000000' ? '999999' : '000000')

// API reference, RespondToAuthChallenge: SOFTWARE_TOKEN_MFA.
describe('a user with an authenticator', () => {
  test('gets tokens for password and code only; a wrong code leaves the session usable, a used one does not', async () => {
    await addUser(pools, 'ada')
    const secret = await addAuthenticator(pools, 'ada')
    const { ChallengeName, Session, AuthenticationResult } = await signInAs(pools, 'ada')
    expect(ChallengeName).toBe('SOFTWARE_TOKEN_MFA')
    expect(AuthenticationResult).toBeUndefined()
    expect(await refusal(answer(Session, 'ada', wrongCodeFor(secret)))).toBe('CodeMismatchException: Invalid code received for user')
    expect((await answer(Session, 'ada', totpCode(secret, pools.now()))).AuthenticationResult?.AccessToken).toBeTruthy()
    pools.pass(30_000)
    expect(await refusal(answer(Session, 'ada', totpCode(secret, pools.now())))).toMatch(/^NotAuthorizedException: Invalid session/)
  })

  test('cannot use a code a second time, nor an older one afterwards', async () => {
    await addUser(pools, 'ben')
    const secret = await addAuthenticator(pools, 'ben')
    const code = totpCode(secret, pools.now())
    await answer((await signInAs(pools, 'ben')).Session, 'ben', code)
    const { Session } = await signInAs(pools, 'ben')
    const used = 'ExpiredCodeException: Your software token has already been used once.'
    expect(await refusal(answer(Session, 'ben', code))).toBe(used)
    expect(await refusal(answer(Session, 'ben', totpCode(secret, pools.now() - 30_000)))).toBe(used)
    pools.pass(30_000)
    expect((await answer(Session, 'ben', totpCode(secret, pools.now()))).AuthenticationResult).toBeDefined()
  })

  test('is locked by wrong codes as by wrong passwords, and the right password alone forgets nothing', async () => {
    await addUser(pools, 'cat')
    const secret = await addAuthenticator(pools, 'cat')
    const { Session } = await signInAs(pools, 'cat')
    for (let n = 0; n < 3; n += 1) await refusal(answer(Session, 'cat', wrongCodeFor(secret)))
    const second = await signInAs(pools, 'cat')
    for (let n = 0; n < 2; n += 1) await refusal(answer(second.Session, 'cat', wrongCodeFor(secret)))
    const code = totpCode(secret, pools.now())
    expect(await refusal(answer(second.Session, 'cat', code))).toBe('NotAuthorizedException: Password attempts exceeded')
    expect(await refusal(signInAs(pools, 'cat'))).toBe('NotAuthorizedException: Password attempts exceeded')
    pools.pass(1000)
    expect((await answer(second.Session, 'cat', totpCode(secret, pools.now()))).AuthenticationResult).toBeDefined()
  })

  test('can answer by the unsigned operation, and has the session for three minutes', async () => {
    await addUser(pools, 'dan')
    const secret = await addAuthenticator(pools, 'dan')
    const { Session } = await signInAs(pools, 'dan')
    pools.pass(180_000)
    const respond = (held: string | undefined) =>
      pools.sdk.send(
        new RespondToAuthChallengeCommand({
          ClientId: 'api',
          ChallengeName: 'SOFTWARE_TOKEN_MFA',
          ChallengeResponses: { USERNAME: 'dan', SOFTWARE_TOKEN_MFA_CODE: totpCode(secret, pools.now()) },
          Session: held,
        }),
      )
    expect(await refusal(respond(Session))).toContain('session is expired')
    const { Session: fresh } = await signInAs(pools, 'dan')
    expect((await respond(fresh)).AuthenticationResult).toBeDefined()
  })

  test("of another user's session cannot sign in with the own code", async () => {
    await addUser(pools, 'eve')
    await addUser(pools, 'fay')
    const own = await addAuthenticator(pools, 'eve')
    await addAuthenticator(pools, 'fay')
    const { Session } = await signInAs(pools, 'fay')
    expect(await refusal(answer(Session, 'eve', totpCode(own, pools.now())))).toBe('NotAuthorizedException: Invalid session for the user.')
    expect(await refusal(answer(Session, 'fay', totpCode(own, pools.now())))).toContain('CodeMismatchException')
  })
})

// API reference, AssociateSoftwareToken, VerifySoftwareToken, SetUserMFAPreference, AdminSetUserMFAPreference.
describe('setting up an authenticator', () => {
  test('changes nothing until a code has proven it and the preference is set', async () => {
    await addUser(pools, 'gus')
    const { AccessToken } = await tokensOf(pools, 'gus')
    const prefer = (Enabled: boolean, PreferredMfa = Enabled) =>
      pools.sdk.send(new SetUserMFAPreferenceCommand({ AccessToken, SoftwareTokenMfaSettings: { Enabled, PreferredMfa } }))
    const verify = (UserCode: string) => pools.sdk.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode }))
    expect(await refusal(verify('123456'))).toContain('InvalidParameterException')
    const { SecretCode = '' } = await pools.sdk.send(new AssociateSoftwareTokenCommand({ AccessToken }))
    expect(await refusal(prefer(true))).toBe('InvalidParameterException: User has not verified software token mfa')
    expect(await refusal(verify(wrongCodeFor(SecretCode)))).toBe(
      'EnableSoftwareTokenMFAException: Code mismatch and fail enable Software Token MFA',
    )
    expect((await verify(totpCode(SecretCode, pools.now()))).Status).toBe('SUCCESS')
    expect((await signInAs(pools, 'gus')).AuthenticationResult).toBeDefined()
    expect(await refusal(prefer(false, true))).toContain('InvalidParameterException')
    await prefer(true)
    expect((await signInAs(pools, 'gus')).ChallengeName).toBe('SOFTWARE_TOKEN_MFA')
    const seen = await pools.sdk.send(new GetUserCommand({ AccessToken }))
    expect(seen).toMatchObject({ PreferredMfaSetting: 'SOFTWARE_TOKEN_MFA', UserMFASettingList: ['SOFTWARE_TOKEN_MFA'] })
  })

  test('can be undone by an administrator', async () => {
    await addUser(pools, 'hub')
    await addAuthenticator(pools, 'hub')
    const off = { UserPoolId: POOL, Username: 'hub', SoftwareTokenMfaSettings: { Enabled: false, PreferredMfa: false } }
    await pools.sdk.send(new AdminSetUserMFAPreferenceCommand(off))
    expect((await signInAs(pools, 'hub')).AuthenticationResult).toBeDefined()
    await pools.sdk.send(new AdminSetUserMFAPreferenceCommand({ UserPoolId: POOL, Username: 'hub' }))
    const seen = await pools.sdk.send(new AdminGetUserCommand({ UserPoolId: POOL, Username: 'hub' }))
    expect(seen.UserMFASettingList).toBeUndefined()
  })

  test('happens in the middle of a sign-in only where the whole pool demands a second factor', async () => {
    const Username = 'ivy@example.com'
    await pools.sdk.send(new AdminCreateUserCommand({ UserPoolId: OTHER_POOL, Username, MessageAction: 'SUPPRESS' }))
    const password = { UserPoolId: OTHER_POOL, Username, Password: PASSWORD, Permanent: true }
    await pools.sdk.send(new AdminSetUserPasswordCommand(password))
    const start = { UserPoolId: OTHER_POOL, ClientId: 'other', AuthFlow: 'ADMIN_USER_PASSWORD_AUTH' as const }
    const signIn = () => pools.sdk.send(new AdminInitiateAuthCommand({ ...start, AuthParameters: { USERNAME: Username, PASSWORD } }))
    const finish = (Session: string | undefined) =>
      pools.sdk.send(
        new RespondToAuthChallengeCommand({
          ClientId: 'other',
          ChallengeName: 'MFA_SETUP',
          ChallengeResponses: { USERNAME: Username },
          Session,
        }),
      )
    const first = await signIn()
    expect(first).toMatchObject({ ChallengeName: 'MFA_SETUP', ChallengeParameters: { MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]' } })
    expect(await refusal(finish(first.Session))).toContain('has not set up software token mfa')
    const { SecretCode = '', Session } = await pools.sdk.send(new AssociateSoftwareTokenCommand({ Session: first.Session }))
    expect(await refusal(pools.sdk.send(new AssociateSoftwareTokenCommand({ Session: first.Session })))).toContain('Invalid session')
    const UserCode = totpCode(SecretCode, pools.now())
    const verified = await pools.sdk.send(new VerifySoftwareTokenCommand({ Session, UserCode }))
    expect((await finish(verified.Session)).AuthenticationResult?.AccessToken).toBeTruthy()
    expect((await signIn()).ChallengeName).toBe('SOFTWARE_TOKEN_MFA')
  })

  test('is refused with the session of another challenge and in a pool without authenticators', async () => {
    await addUser(pools, 'jo')
    await addAuthenticator(pools, 'jo')
    const { Session } = await signInAs(pools, 'jo')
    expect(await refusal(pools.sdk.send(new AssociateSoftwareTokenCommand({ Session })))).toContain('Invalid session')
    const plain = await startTestPools({ pool: { MfaConfiguration: 'OFF' } })
    await addUser(plain, 'jo')
    const { AccessToken } = await tokensOf(plain, 'jo')
    const refused = await refusal(plain.sdk.send(new AssociateSoftwareTokenCommand({ AccessToken })))
    expect(refused).toBe('SoftwareTokenMFANotFoundException: Software Token MFA is not enabled for the userPool.')
    await plain.close()
  })
})
