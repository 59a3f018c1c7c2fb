import {
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  DescribeUserPoolCommand,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { addUser, CALLER, OTHER_POOL, PASSWORD, POOL, refusal, signInAs, startTestPools, type TestPools } from './test-pools.ts'

let pools: TestPools
beforeAll(async () => {
  pools = await startTestPools()
  await addUser(pools, 'ada')
})
afterAll(() => pools.close())

const create = (Username: string, UserAttributes: Record<string, string> = {}, more: object = {}) =>
  pools.sdk.send(
    new AdminCreateUserCommand({ UserPoolId: POOL, Username, MessageAction: 'SUPPRESS', UserAttributes: list(UserAttributes), ...more }),
  )
const update = (Username: string, UserAttributes: Record<string, string>) =>
  pools.sdk.send(new AdminUpdateUserAttributesCommand({ UserPoolId: POOL, Username, UserAttributes: list(UserAttributes) }))
const list = (values: Record<string, string>) => Object.entries(values).map(([Name, Value]) => ({ Name, Value }))
async function attributesOf(Username: string) {
  const { UserAttributes = [] } = await pools.sdk.send(new AdminGetUserCommand({ UserPoolId: POOL, Username }))
  return Object.fromEntries(UserAttributes.map(({ Name, Value }) => [Name, Value]))
}

// API reference, AdminCreateUser and AdminGetUser.
describe('a new user', () => {
  test('is enabled, has to change the password, and is shown alike by every operation', async () => {
    const { User } = await create('bea', { email: 'bea@example.com', given_name: 'Bea', 'custom:home': 'org_1' })
    const shown = { Username: 'bea', Enabled: true, UserStatus: 'FORCE_CHANGE_PASSWORD', UserCreateDate: new Date(pools.now()) }
    expect(User).toMatchObject(shown)
    expect(await pools.sdk.send(new AdminGetUserCommand({ UserPoolId: POOL, Username: 'BEA' }))).toMatchObject(shown)
    expect(await attributesOf('bea')).toEqual({
      sub: expect.stringMatching(/^[0-9a-f-]{36}$/),
      email: 'bea@example.com',
      given_name: 'Bea',
      'custom:home': 'org_1',
    })
  })

  test('is written in lower case where the pool tells no case apart (developer guide, "User pool case sensitivity")', async () => {
    const { User } = await create('USR_01ABC', { email: 'Mixed@Example.com' })
    expect(User?.Username).toBe('usr_01abc')
    expect((await attributesOf('Usr_01Abc')).email).toBe('mixed@example.com')
  })

  test('gets the temporary password by mail unless that is suppressed, and once more on demand', async () => {
    const sent = pools.mails.length
    await create('cora', {}, { MessageAction: undefined })
    const [first] = pools.mails.slice(sent)
    expect((await signInAs(pools, 'cora', first?.code)).ChallengeName).toBe('NEW_PASSWORD_REQUIRED')
    await create('cora', {}, { MessageAction: 'RESEND' })
    expect((await signInAs(pools, 'cora', pools.mails.at(-1)?.code)).ChallengeName).toBe('NEW_PASSWORD_REQUIRED')
    expect(await refusal(create('ada', {}, { MessageAction: 'RESEND' }))).toContain('UnsupportedUserStateException')
    expect(await refusal(create('nobody', {}, { MessageAction: 'RESEND' }))).toContain('UserNotFoundException')
  })

  test('of a name wins against all others of that name, in whatever case, even at the same moment', async () => {
    const names = Array.from({ length: 10 }, (_, n) => (n % 2 ? 'DINA' : 'dina'))
    const answers = await Promise.all(names.map((name) => refusal(create(name))))
    expect(answers.filter((answer) => answer === 'no refusal')).toHaveLength(1)
    expect(answers).toContain('UsernameExistsException: User account already exists')
  })

  test.each([
    [{ 'custom:unknown': 'x' }, 'InvalidParameterException: user.custom:unknown: Attribute does not exist in schema.'],
    [{ sub: 'x' }, 'InvalidParameterException: user.sub: Attribute cannot be updated.'],
  ])('is refused with the attributes %j', async (attributes, expected) => {
    expect(await refusal(create('eli', attributes))).toBe(expected)
  })

  test('is refused with a mail address for a name, a weak password, or no name', async () => {
    expect(await refusal(create('eli@example.com'))).toContain('Username cannot be of email format')
    expect(await refusal(create('eli', {}, { TemporaryPassword: 'weak' }))).toContain('InvalidPasswordException')
    expect(await refusal(create(''))).toContain("Value null at 'username' failed to satisfy constraint: Member must not be null")
  })
})

// API reference, AdminUpdateUserAttributes; developer guide, "Customizing sign-in attributes".
describe('a mail address as alias', () => {
  test('signs in once verified, and nobody else can have it then', async () => {
    await create('fred', { email: 'shared@example.com' })
    await create('gina', { email: 'shared@example.com' })
    await pools.sdk.send(new AdminSetUserPasswordCommand({ UserPoolId: POOL, Username: 'fred', Password: PASSWORD, Permanent: true }))
    expect(await refusal(signInAs(pools, 'shared@example.com'))).toContain('Incorrect')
    await update('fred', { email_verified: 'true' })
    expect((await signInAs(pools, 'shared@example.com')).AuthenticationResult).toBeDefined()
    expect(await refusal(update('gina', { email_verified: 'true' }))).toContain('AliasExistsException')
    expect((await attributesOf('gina')).email_verified).toBeUndefined()
    expect(await refusal(create('hugo', { email: 'Shared@Example.com', email_verified: 'true' }))).toContain('AliasExistsException')
    expect(await refusal(attributesOf('hugo'))).toContain('UserNotFoundException')
  })

  test('that changes frees the old one and needs verification anew, unless the administrator vouches for it', async () => {
    await addUser(pools, 'iris')
    await update('iris', { email: 'second@example.com' })
    expect(await attributesOf('iris')).toMatchObject({ email: 'second@example.com', email_verified: 'false' })
    expect(await refusal(signInAs(pools, 'iris@example.com'))).toContain('Incorrect')
    await update('iris', { email: 'third@example.com', email_verified: 'true' })
    expect((await signInAs(pools, 'third@example.com')).AuthenticationResult).toBeDefined()
    await update('iris', { email: 'third@example.com', family_name: 'Ito' })
    expect(await attributesOf('iris')).toMatchObject({ email_verified: 'true', family_name: 'Ito' })
    await update('iris', { family_name: '' })
    expect(await attributesOf('iris')).not.toHaveProperty('family_name')
  })
})

test('in a pool whose users sign in by mail address, the username is made up', async () => {
  const call = { UserPoolId: OTHER_POOL, Username: 'jill@example.com', MessageAction: 'SUPPRESS' as const }
  const { User } = await pools.sdk.send(new AdminCreateUserCommand(call))
  expect(User?.Username).toMatch(/^[0-9a-f-]{36}$/)
  expect(User?.Attributes).toContainEqual({ Name: 'email', Value: 'jill@example.com' })
  expect(await refusal(pools.sdk.send(new AdminCreateUserCommand(call)))).toContain('UsernameExistsException')
  const other = await pools.sdk.send(new AdminCreateUserCommand({ ...call, Username: 'Jill@example.com' }))
  expect(other.User?.Username).not.toBe(User?.Username)
})

test('a deleted user is gone, and one of the same name is somebody else', async () => {
  await addUser(pools, 'kate')
  const { sub } = await attributesOf('kate')
  await pools.sdk.send(new AdminDeleteUserCommand({ UserPoolId: POOL, Username: 'kate' }))
  const gone = 'UserNotFoundException: User does not exist.'
  expect(await refusal(attributesOf('kate'))).toBe(gone)
  expect(await refusal(pools.sdk.send(new AdminDeleteUserCommand({ UserPoolId: POOL, Username: 'kate' })))).toBe(gone)
  await addUser(pools, 'kate')
  expect((await attributesOf('kate')).sub).not.toBe(sub)
})

test('a user deleted while the password is being hashed does not come back', async () => {
  await addUser(pools, 'lena')
  const setting = refusal(
    pools.sdk.send(new AdminSetUserPasswordCommand({ UserPoolId: POOL, Username: 'lena', Password: 'Another pass 22!', Permanent: true })),
  )
  const deleting = pools.sdk.send(new AdminDeleteUserCommand({ UserPoolId: POOL, Username: 'lena' }))
  await Promise.all([setting, deleting])
  expect(await refusal(attributesOf('lena'))).toContain('UserNotFoundException')
})

// API reference, ListUsers.
describe('the list of users', () => {
  const find = async (Filter?: string, Limit?: number, PaginationToken?: string) => {
    const answer = await pools.sdk.send(new ListUsersCommand({ UserPoolId: POOL, Filter, Limit, PaginationToken }))
    return { names: answer.Users?.map(({ Username }) => Username), next: answer.PaginationToken }
  }

  test.each([
    ['email = "ada@example.com"', ['ada']],
    ['username ^= "ad"', ['ada']],
    ['cognito:user_status = "ARCHIVED"', []],
    ['status = "Disabled"', []],
    ['given_name = "with \\"quotes\\""', []],
  ])('filtered by %s', async (filter, names) => {
    expect((await find(filter)).names).toEqual(names)
  })

  test('comes in pages and refuses a filter it cannot read', async () => {
    const first = await find(undefined, 1)
    expect(first.names).toHaveLength(1)
    expect((await find(undefined, 1, first.next)).names).not.toEqual(first.names)
    expect(await refusal(find('email like "a"'))).toBe('InvalidParameterException: Error while parsing filter.')
  })
})

test('the pool describes itself', async () => {
  const { UserPool } = await pools.sdk.send(new DescribeUserPoolCommand({ UserPoolId: POOL }))
  expect(UserPool).toMatchObject({
    Id: POOL,
    Arn: `arn:aws:cognito-idp:eu-central-1:000000000000:userpool/${POOL}`,
    MfaConfiguration: 'OPTIONAL',
    Policies: { PasswordPolicy: { MinimumLength: 10, RequireSymbols: true } },
  })
})

// Service Authorization Reference, "Actions, resources, and condition keys for Amazon Cognito User Pools".
describe('permissions', () => {
  const needs = (operation: string, input: Record<string, unknown>) =>
    pools.cognito.service.needs({
      service: 'cognito-idp',
      operation,
      input,
      method: 'POST',
      path: '/',
      headers: {},
      body: Buffer.alloc(0),
      caller: CALLER,
    })

  test.each([
    'AdminCreateUser',
    'AdminInitiateAuth',
    'AdminRespondToAuthChallenge',
    'AdminUserGlobalSignOut',
    'DescribeUserPool',
    'ListUsers',
  ])('%s asks for itself on the pool', (operation) => {
    const resource = `arn:aws:cognito-idp:eu-central-1:000000000000:userpool/${POOL}`
    expect(needs(operation, { UserPoolId: POOL })).toEqual([{ action: `cognito-idp:${operation}`, resource, context: {} }])
  })

  test.each([
    'InitiateAuth',
    'RespondToAuthChallenge',
    'GetUser',
    'ChangePassword',
    'AssociateSoftwareToken',
    'VerifySoftwareToken',
    'ForgotPassword',
    'ConfirmForgotPassword',
    'RevokeToken',
    'GetTokensFromRefreshToken',
    'DeleteUser',
    'UpdateUserAttributes',
    'GlobalSignOut',
    'SetUserMFAPreference',
  ])('%s asks IAM for nothing', (operation) => expect(needs(operation, { UserPoolId: POOL })).toEqual([]))

  test('on a pool that does not exist are still asked for, by its id', () => {
    expect(needs('AdminGetUser', { UserPoolId: 'x_1' })[0]?.resource).toBe('arn:aws:cognito-idp:eu-central-1:000000000000:userpool/x_1')
  })

  test('do not make up for an operation that does not exist', async () => {
    const call = {
      service: 'cognito-idp',
      operation: 'toString',
      input: {},
      method: 'POST',
      path: '/',
      headers: {},
      body: Buffer.alloc(0),
      caller: CALLER,
    }
    expect(await refusal(pools.cognito.service.handle(call))).toContain('UnknownOperationException')
  })
})

test.each([
  [{ AuthParameters: { USERNAME: 7 } }, 'AuthParameters must be a map of strings'],
  [{ AuthFlow: 7 }, "Value null at 'authFlow'"],
])('a malformed call is refused: %j', async (change, message) => {
  const input = { UserPoolId: POOL, ClientId: 'api', AuthFlow: 'ADMIN_USER_PASSWORD_AUTH', AuthParameters: {}, ...change }
  const call = new AdminInitiateAuthCommand(input as never)
  expect(await refusal(pools.sdk.send(call))).toContain(message)
})

test('attributes that are no list are refused', async () => {
  const call = { UserPoolId: POOL, Username: 'ada', UserAttributes: 'email' }
  const request = { service: 'cognito-idp', operation: 'AdminUpdateUserAttributes', input: call, method: 'POST', path: '/', headers: {} }
  expect(await refusal(pools.cognito.service.handle({ ...request, body: Buffer.alloc(0), caller: CALLER }))).toContain('must be a list')
})
