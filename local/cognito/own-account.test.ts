import {
  AdminGetUserCommand,
  AssociateSoftwareTokenCommand,
  ChangePasswordCommand,
  DeleteUserCommand,
  GetUserCommand,
  GlobalSignOutCommand,
  SetUserMFAPreferenceCommand,
  UpdateUserAttributesCommand,
  VerifySoftwareTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { codeIn, openApp } from './hosted/test-app.ts'
import { addUser, PASSWORD, POOL, refusal, signInAs, startTestPools, type TestPools, tokensOf } from './test-pools.ts'

const LambdaConfig = { PreTokenGenerationConfig: { LambdaArn: 'arn:aws:lambda:::function:pre-token', LambdaVersion: 'V2_0' } }

let pools: TestPools
let suppressed: string[] = []
beforeAll(async () => {
  const invoke = async (_name: string, event: unknown) => {
    const accessTokenGeneration = { scopesToSuppress: suppressed }
    return { ...(event as object), response: { claimsAndScopeOverrideDetails: { accessTokenGeneration } } }
  }
  pools = await startTestPools({ pool: { LambdaConfig }, invoke })
})
afterAll(() => pools.close())

const attributesOf = async (Username: string) => {
  const { UserAttributes = [] } = await pools.sdk.send(new AdminGetUserCommand({ UserPoolId: POOL, Username }))
  return Object.fromEntries(UserAttributes.map(({ Name, Value }) => [Name, Value]))
}
const update = (AccessToken: string, Name: string, Value: string) =>
  pools.sdk.send(new UpdateUserAttributesCommand({ AccessToken, UserAttributes: [{ Name, Value }] }))

// API reference, UpdateUserAttributes and DeleteUser; developer guide, "Attribute permissions and scopes".
describe('a person’s own access token', () => {
  test('changes attributes, and a new address has to be verified anew', async () => {
    await addUser(pools, 'ada')
    const { AccessToken } = await tokensOf(pools, 'ada')
    await update(AccessToken, 'locale', 'de')
    await update(AccessToken, 'email', 'countess@example.com')
    expect(await attributesOf('ada')).toMatchObject({ locale: 'de', email: 'countess@example.com', email_verified: 'false' })
  })

  test.each([
    ['api', 'email_verified', 'true'],
    ['plain', 'email', 'other@example.com'],
  ])('of the client %s does not write %s', async (clientId, name, value) => {
    const username = `writer-${clientId}`
    await addUser(pools, username)
    const { AccessToken } = await tokensOf(pools, username, clientId)
    const refused = 'NotAuthorizedException: A client attempted to write unauthorized attribute'
    expect(await refusal(update(AccessToken, name, value))).toBe(refused)
    expect(await refusal(update(AccessToken, 'locale', 'de'))).toBe('no refusal')
  })

  test('deletes the user with all that was theirs', async () => {
    await addUser(pools, 'bea')
    const { AccessToken } = await tokensOf(pools, 'bea')
    await pools.sdk.send(new DeleteUserCommand({ AccessToken }))
    expect(await refusal(signInAs(pools, 'bea'))).toContain('Incorrect username or password')
    expect(await refusal(pools.sdk.send(new GetUserCommand({ AccessToken })))).toContain('UserNotFoundException')
  })
})

const OWN = (AccessToken: string) => ({
  AssociateSoftwareToken: () => pools.sdk.send(new AssociateSoftwareTokenCommand({ AccessToken })),
  ChangePassword: () =>
    pools.sdk.send(new ChangePasswordCommand({ AccessToken, PreviousPassword: PASSWORD, ProposedPassword: 'Another pass 22!' })),
  DeleteUser: () => pools.sdk.send(new DeleteUserCommand({ AccessToken })),
  GetUser: () => pools.sdk.send(new GetUserCommand({ AccessToken })),
  GlobalSignOut: () => pools.sdk.send(new GlobalSignOutCommand({ AccessToken })),
  SetUserMFAPreference: () =>
    pools.sdk.send(new SetUserMFAPreferenceCommand({ AccessToken, SoftwareTokenMfaSettings: { Enabled: false } })),
  UpdateUserAttributes: () => update(AccessToken, 'locale', 'de'),
  VerifySoftwareToken: () => pools.sdk.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode: '123456' })),
})

// Developer guide, "Understanding the access token": these operations demand aws.cognito.signin.user.admin.
describe('a token without the scope for one’s own account is refused by', () => {
  const tokens: Record<string, string> = {}
  beforeAll(async () => {
    await addUser(pools, 'cleo')
    suppressed = ['aws.cognito.signin.user.admin']
    tokens.api = (await tokensOf(pools, 'cleo')).AccessToken
    suppressed = []
    const app = openApp(pools)
    tokens.hosted = (await app.exchange(codeIn(await app.signIn('cleo')))).body.access_token ?? ''
  })
  const cases = Object.keys(OWN('')).flatMap((operation) => ['api', 'hosted'].map((client) => [operation, client] as const))
  test.each(cases)('%s, when of the client %s', async (operation, client) => {
    const run = OWN(tokens[client] ?? '')[operation as keyof ReturnType<typeof OWN>]
    expect(await refusal(run())).toBe('NotAuthorizedException: Access Token does not have required scopes')
  })
})
