import {
  AdminCreateUserCommand,
  AdminInitiateAuthCommand,
  AdminRespondToAuthChallengeCommand,
  GetTokensFromRefreshTokenCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { decodeJwt } from 'jose'
import { FunctionError } from '../types.ts'
import { codeIn, openApp } from './hosted/test-app.ts'
import { readPools } from './pools.ts'
import { addUser, deploymentOf, PASSWORD, POOL, refusal, signInAs, startTestPools, type TestPools, tokensOf } from './test-pools.ts'

interface TriggerEvent {
  triggerSource: string
  request: Record<string, unknown>
  response: Record<string, unknown>
}

const PRE_TOKEN = 'arn:aws:lambda:eu-central-1:000000000000:function:pre-token'
const PRE_AUTHENTICATION = 'arn:aws:lambda:eu-central-1:000000000000:function:pre-authentication'
const LambdaConfig = {
  PreTokenGenerationConfig: { LambdaArn: PRE_TOKEN, LambdaVersion: 'V2_0' },
  PreAuthentication: PRE_AUTHENTICATION,
}

let pools: TestPools
let seen: { name: string; event: TriggerEvent }[] = []
let details: unknown
let react: (name: string) => void = () => undefined

beforeAll(async () => {
  const invoke = async (name: string, event: unknown) => {
    const copy = structuredClone(event) as TriggerEvent
    seen.push({ name, event: copy })
    react(name)
    return name === PRE_TOKEN ? { ...copy, response: { claimsAndScopeOverrideDetails: details } } : copy
  }
  pools = await startTestPools({ pool: { LambdaConfig }, invoke })
  await addUser(pools, 'ada')
})
afterAll(() => pools.close())
beforeEach(() => {
  seen = []
  details = null
  react = () => undefined
})

const sources = () => seen.map(({ event }) => event.triggerSource)
const claimsOf = async () => {
  const { AccessToken, IdToken } = await tokensOf(pools, 'ada')
  return { access: decodeJwt(AccessToken), id: decodeJwt(IdToken) }
}

// Developer guide, "Pre token generation Lambda trigger", event version V2_0, and "Pre authentication Lambda trigger".
describe('the events', () => {
  test('of a sign-in have the documented shapes and come in the documented order', async () => {
    await pools.sdk.send(
      new AdminInitiateAuthCommand({
        UserPoolId: POOL,
        ClientId: 'api',
        AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: 'ada@example.com', PASSWORD },
        ClientMetadata: { device: 'phone' },
      }),
    )
    const userAttributes = { sub: expect.any(String), email: 'ada@example.com', email_verified: 'true', 'cognito:user_status': 'CONFIRMED' }
    const common = {
      region: 'eu-central-1',
      userPoolId: POOL,
      userName: 'ada',
      callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: 'api' },
    }
    expect(seen).toEqual([
      {
        name: PRE_AUTHENTICATION,
        event: {
          ...common,
          version: '1',
          triggerSource: 'PreAuthentication_Authentication',
          request: { userAttributes, validationData: { device: 'phone' } },
          response: {},
        },
      },
      {
        name: PRE_TOKEN,
        event: {
          ...common,
          version: '2',
          triggerSource: 'TokenGeneration_Authentication',
          request: {
            userAttributes,
            groupConfiguration: { groupsToOverride: [], iamRolesToOverride: [], preferredRole: null },
            scopes: ['aws.cognito.signin.user.admin'],
          },
          response: { claimsAndScopeOverrideDetails: null },
        },
      },
    ])
  })

  test('name the flow: a refresh, and a first password', async () => {
    const { RefreshToken } = await tokensOf(pools, 'ada')
    seen = []
    await pools.sdk.send(new GetTokensFromRefreshTokenCommand({ ClientId: 'api', RefreshToken }))
    expect(sources()).toEqual(['TokenGeneration_RefreshTokens'])
    const create = { UserPoolId: POOL, Username: 'new', TemporaryPassword: PASSWORD, MessageAction: 'SUPPRESS' as const }
    await pools.sdk.send(new AdminCreateUserCommand(create))
    seen = []
    const { Session } = await signInAs(pools, 'new')
    const ChallengeResponses = { USERNAME: 'new', NEW_PASSWORD: 'Another pass 22!' }
    const answer = { UserPoolId: POOL, ClientId: 'api', ChallengeName: 'NEW_PASSWORD_REQUIRED' as const, ChallengeResponses, Session }
    await pools.sdk.send(new AdminRespondToAuthChallengeCommand(answer))
    expect(sources()).toEqual(['PreAuthentication_Authentication', 'TokenGeneration_NewPasswordChallenge'])
  })

  const ClientMetadata = { proof: 'p' }
  const metadataOf = (of: string) => seen.find(({ event }) => event.triggerSource === of)?.event.request.clientMetadata
  const newUser = async (Username: string) => {
    const create = { UserPoolId: POOL, Username, TemporaryPassword: PASSWORD, MessageAction: 'SUPPRESS' as const }
    await pools.sdk.send(new AdminCreateUserCommand(create))
    const { Session } = await signInAs(pools, Username)
    const ChallengeResponses = { USERNAME: Username, NEW_PASSWORD: 'Another pass 22!' }
    return { ClientId: 'api', ChallengeName: 'NEW_PASSWORD_REQUIRED' as const, ChallengeResponses, Session }
  }

  // API reference, ClientMetadata of each operation; the token endpoint knows `aws_client_metadata` for client credentials only.
  test.each([
    [
      'GetTokensFromRefreshToken',
      'TokenGeneration_RefreshTokens',
      ClientMetadata,
      async () => {
        const { RefreshToken } = await tokensOf(pools, 'ada')
        seen = []
        await pools.sdk.send(new GetTokensFromRefreshTokenCommand({ ClientId: 'api', RefreshToken, ClientMetadata }))
      },
    ],
    [
      'RespondToAuthChallenge',
      'TokenGeneration_NewPasswordChallenge',
      ClientMetadata,
      async () => pools.sdk.send(new RespondToAuthChallengeCommand({ ...(await newUser('bea')), ClientMetadata })),
    ],
    [
      'AdminRespondToAuthChallenge',
      'TokenGeneration_NewPasswordChallenge',
      ClientMetadata,
      async () => pools.sdk.send(new AdminRespondToAuthChallengeCommand({ UserPoolId: POOL, ...(await newUser('cleo')), ClientMetadata })),
    ],
    [
      'AdminInitiateAuth',
      'TokenGeneration_Authentication',
      undefined,
      () => {
        const AuthParameters = { USERNAME: 'ada', PASSWORD }
        const flow = { AuthFlow: 'ADMIN_USER_PASSWORD_AUTH' as const, AuthParameters, ClientMetadata }
        return pools.sdk.send(new AdminInitiateAuthCommand({ UserPoolId: POOL, ClientId: 'api', ...flow }))
      },
    ],
    [
      'InitiateAuth',
      'TokenGeneration_Authentication',
      undefined,
      () => {
        const AuthParameters = { USERNAME: 'ada', PASSWORD }
        return pools.sdk.send(new InitiateAuthCommand({ ClientId: 'api', AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters, ClientMetadata }))
      },
    ],
    [
      'the token endpoint',
      'TokenGeneration_RefreshTokens',
      undefined,
      async () => {
        const app = openApp(pools)
        const { refresh_token = '' } = (await app.exchange(codeIn(await app.signIn()))).body
        const sent = { aws_client_metadata: JSON.stringify(ClientMetadata) }
        await app.post('/oauth2/token', { grant_type: 'refresh_token', client_id: 'hosted', refresh_token, ...sent })
      },
    ],
  ])('of %s carry what the application sent along only where Cognito says so', async (_, source, expected, work) => {
    await work()
    expect(sources()).toContain(source)
    expect(metadataOf(source)).toEqual(expected)
  })

  test('of a wrong password and of an unknown name reach the pre-authentication function alike', async () => {
    await refusal(signInAs(pools, 'ada', 'Wrong password 1'))
    await refusal(signInAs(pools, 'nobody'))
    expect(sources()).toEqual(['PreAuthentication_Authentication', 'PreAuthentication_Authentication'])
    expect(seen[1]?.event.request).toEqual({ userAttributes: {}, validationData: {}, userNotFound: true })
    await signInAs(pools, 'ada')
  })
})

describe('the pre token generation function', () => {
  test('adds, replaces and suppresses claims of each token by itself', async () => {
    details = {
      accessTokenGeneration: {
        claimsToAddOrOverride: { org: 'org_1', mfa: true, roles: ['a', 'b'], limits: { users: 3 } },
        scopesToAdd: ['reports/read'],
        scopesToSuppress: ['aws.cognito.signin.user.admin'],
      },
      idTokenGeneration: { claimsToAddOrOverride: { org: 'org_2', email: 'shown@example.com' }, claimsToSuppress: ['email_verified'] },
      groupOverrideDetails: { groupsToOverride: ['admins'] },
    }
    const { access, id } = await claimsOf()
    expect(access).toMatchObject({ org: 'org_1', mfa: true, roles: ['a', 'b'], limits: { users: 3 }, scope: 'reports/read' })
    expect(access['cognito:groups']).toEqual(['admins'])
    expect(id).toMatchObject({ org: 'org_2', email: 'shown@example.com', 'cognito:groups': ['admins'] })
    expect(id).not.toHaveProperty('email_verified')
    expect(id).not.toHaveProperty('roles')
  })

  const inBoth = 'acr amr at_hash auth_time azp exp iat iss jti nbf nonce origin_jti sub token_use dev:x'.split(' ')

  test.each([...inBoth, 'client_id', 'username'])('can neither set nor suppress %s in the access token', async (name) => {
    const before = (await claimsOf()).access
    details = { accessTokenGeneration: { claimsToAddOrOverride: { [name]: 'forged' } } }
    expect((await claimsOf()).access[name]).not.toBe('forged')
    details = { accessTokenGeneration: { claimsToSuppress: [name] } }
    expect(name in (await claimsOf()).access).toBe(name in before)
  })

  test.each([...inBoth, 'aud', 'cognito:username'])('can neither set nor suppress %s in the id token', async (name) => {
    const before = (await claimsOf()).id
    details = { idTokenGeneration: { claimsToAddOrOverride: { [name]: 'forged' } } }
    expect((await claimsOf()).id[name]).not.toBe('forged')
    details = { idTokenGeneration: { claimsToSuppress: [name] } }
    expect(name in (await claimsOf()).id).toBe(name in before)
  })

  test("may give the access token an audience, but only the client's own id", async () => {
    details = { accessTokenGeneration: { claimsToAddOrOverride: { aud: 'api' } } }
    expect((await claimsOf()).access.aud).toBe('api')
  })

  test.each([
    [undefined],
    [{}],
    [{ accessTokenGeneration: null, idTokenGeneration: null }],
  ])('changes nothing by answering %j', async (answer) => {
    details = answer
    expect((await claimsOf()).access).toMatchObject({ username: 'ada', scope: 'aws.cognito.signin.user.admin' })
  })

  test('that answers something else is an error', async () => {
    details = { accessTokenGeneration: { claimsToSuppress: 'sub' } }
    expect(await refusal(signInAs(pools, 'ada'))).toBe('InvalidLambdaResponseException: Unrecognizable lambda output')
  })
})

// API reference, UserLambdaValidationException and UnexpectedLambdaException.
describe('a function that throws refuses', () => {
  const throwFrom = (name: string, error: Error) => {
    react = (called) => {
      if (called === name) throw error
    }
  }

  test('the sign-in, in its own words', async () => {
    throwFrom(PRE_AUTHENTICATION, new FunctionError('Error', 'Account is locked'))
    const locked = 'UserLambdaValidationException: PreAuthentication failed with error Account is locked.'
    expect(await refusal(signInAs(pools, 'ada'))).toBe(locked)
    expect(await refusal(signInAs(pools, 'nobody'))).toBe(locked)
  })

  test('the tokens, at a sign-in and at a refresh', async () => {
    const { RefreshToken } = await tokensOf(pools, 'ada')
    throwFrom(PRE_TOKEN, new FunctionError('Error', 'No membership'))
    const refused = 'UserLambdaValidationException: PreTokenGeneration failed with error No membership.'
    expect(await refusal(signInAs(pools, 'ada'))).toBe(refused)
    expect(await refusal(pools.sdk.send(new GetTokensFromRefreshTokenCommand({ ClientId: 'api', RefreshToken })))).toBe(refused)
  })

  test('without telling what broke when it could not be run at all', async () => {
    throwFrom(PRE_TOKEN, new Error('worker died'))
    const refused = await refusal(signInAs(pools, 'ada'))
    expect(refused).toBe('UnexpectedLambdaException: PreTokenGeneration invocation failed due to an unexpected error.')
  })
})

test('a template with a trigger of version V1_0 is refused at the start', () => {
  const old = { LambdaConfig: { PreTokenGeneration: PRE_TOKEN } }
  expect(() => readPools(deploymentOf(old))).toThrow('V2_0 only, not V1_0')
})
