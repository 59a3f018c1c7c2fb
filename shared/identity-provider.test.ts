import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Problem } from './errors.ts'
import { associateTotp, verifyTotp } from './identity-challenges.ts'
import { clientName } from './identity-clients.ts'
import {
  beginEnrolment,
  createIdentity,
  deleteIdentity,
  endEnrolment,
  invalidatePassword,
  refreshTokens,
  revokeTokens,
  setMail,
  setPassword,
  signIn,
  signOutEverywhere,
} from './identity-provider.ts'
import { useKeyring } from './keyring.ts'
import { isRefreshProof } from './refresh-proof.ts'
import { meter } from './store/meter.ts'

/** What Cognito answers to each operation: an exception, or a result. */
let answers: Record<string, { error?: string; message?: string; result?: object | '' }> = {}
const asked: string[] = []
const signed = new Map<string, boolean>()
let last: Record<string, unknown> = {}
let server: Server

beforeAll(async () => {
  server = createServer((request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? ''
    asked.push(operation)
    signed.set(operation, request.headers.authorization !== undefined)
    const { error, message, result } = answers[operation] ?? {}
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      last = JSON.parse(body)
      response.writeHead(error ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' })
      response.end(result === '' ? '' : JSON.stringify(error ? { __type: error, message } : (result ?? {})))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: 'eu-central-1',
    AWS_MAX_ATTEMPTS: '1',
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
    TESSERA_USER_POOL: 'eu-central-1_Pool',
    TESSERA_USER_POOL_CLIENT: 'client',
    TESSERA_HOSTED_CLIENT: 'hosted-client',
    TESSERA_ENROLMENT_CLIENT: 'enrolment-client',
  })
  useKeyring('a secret of an installation, long enough')
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

const failure = async (work: Promise<unknown>) => {
  const error = (await work.catch((thrown: unknown) => thrown)) as Problem
  return { code: error.code ?? error.name, details: error.details }
}
const counts = meter()

test.each([
  ['NotAuthorizedException', 'INVALID_CREDENTIALS'],
  ['UserNotFoundException', 'INVALID_CREDENTIALS'],
  ['PasswordResetRequiredException', 'INVALID_CREDENTIALS'],
  ['InvalidParameterException', 'INVALID_CREDENTIALS'],
  ['TooManyRequestsException', 'UNAVAILABLE'],
  ['LimitExceededException', 'UNAVAILABLE'],
  ['InternalErrorException', 'UNAVAILABLE'],
  ['InvalidUserPoolConfigurationException', 'InvalidUserPoolConfigurationException'],
])('a sign-in that ends with %s is %s', async (error, code) => {
  answers = { AdminInitiateAuth: { error, message: 'x' } }
  expect((await failure(signIn(counts, 'usr_1', 'x'))).code).toBe(code)
})

test.each([
  ['PreTokenGeneration failed with error ACCOUNT_LOCKED.', 'ACCOUNT_LOCKED'],
  ['PreTokenGeneration failed with error Something else.', 'FORBIDDEN'],
  ['PreTokenGeneration failed with error NO_SUCH_CODE.', 'FORBIDDEN'],
])('what the trigger refuses (%s) is %s', async (message, code) => {
  answers = { AdminInitiateAuth: { error: 'UserLambdaValidationException', message } }
  expect((await failure(signIn(counts, 'usr_1', 'x'))).code).toBe(code)
})

test('a step that Cognito still wants is handed on', async () => {
  answers = { AdminInitiateAuth: { result: { ChallengeName: 'SOFTWARE_TOKEN_MFA', Session: 's' } } }
  expect(await signIn(counts, 'usr_1', 'x')).toEqual({ challenge: 'SOFTWARE_TOKEN_MFA', session: 's' })
  answers = {}
  expect(await signIn(counts, 'usr_1', 'x')).toEqual({ challenge: '', session: '' })
})

test('the tokens say whose session it is, which, where and since when', async () => {
  const payload = Buffer.from(JSON.stringify({ username: 'usr_1', origin_jti: 'sid', org: 'org_1', auth_time: 1_750_000_000 })).toString(
    'base64url',
  )
  const AuthenticationResult = { AccessToken: `h.${payload}.s`, IdToken: 'id', ExpiresIn: 60 }
  answers = { GetTokensFromRefreshToken: { result: { AuthenticationResult } } }
  expect(await refreshTokens(counts, 'old')).toEqual({
    tokens: { accessToken: AuthenticationResult.AccessToken, idToken: 'id', refreshToken: 'old', expiresIn: 60, tokenType: 'Bearer' },
    userId: 'usr_1',
    sessionId: 'sid',
    organizationId: 'org_1',
    authTime: 1_750_000_000,
  })
})

test.each([
  ['api', 'client'],
  ['hosted', 'hosted-client'],
] as const)('a refresh token of the door %s is exchanged and revoked with its own client', async (door, ClientId) => {
  answers = {}
  await refreshTokens(counts, 'old', door).catch(() => undefined)
  expect(last).toMatchObject({ ClientId, RefreshToken: 'old' })
  await revokeTokens(counts, 'old', door)
  expect(last).toEqual({ ClientId, Token: 'old' })
})

test('a refresh proves to the trigger that the product asks for it', async () => {
  answers = {}
  await refreshTokens(counts, 'old').catch(() => undefined)
  expect(isRefreshProof((last.ClientMetadata as { proof: string }).proof, Date.now())).toBe(true)
})

test('an enrolment has tokens of a client of its own, which end with it', async () => {
  answers = { AdminInitiateAuth: { result: { AuthenticationResult: { AccessToken: 'a', RefreshToken: 'r' } } } }
  expect(await beginEnrolment(counts, 'usr_1', 'x')).toEqual({ accessToken: 'a', refreshToken: 'r' })
  expect(last).toMatchObject({ ClientId: 'enrolment-client', AuthParameters: { USERNAME: 'usr_1', PASSWORD: 'x' } })
  await endEnrolment(counts, 'r')
  expect(last).toEqual({ ClientId: 'enrolment-client', Token: 'r' })
})

test.each([
  [{ error: 'NotAuthorizedException' }, 'INVALID_CREDENTIALS'],
  [{ result: { ChallengeName: 'SOFTWARE_TOKEN_MFA', Session: 's' } }, 'INVALID_TRANSITION'],
  [{ error: 'TooManyRequestsException' }, 'UNAVAILABLE'],
])('an enrolment that Cognito answers with %j is %s', async (answer, code) => {
  answers = { AdminInitiateAuth: answer }
  expect((await failure(beginEnrolment(counts, 'usr_1', 'x'))).code).toBe(code)
})

test.each([
  ['AssociateSoftwareToken', 'NotAuthorizedException', 'INVALID_TRANSITION'],
  ['VerifySoftwareToken', 'NotAuthorizedException', 'INVALID_TRANSITION'],
  ['VerifySoftwareToken', 'InvalidParameterException', 'INVALID_TRANSITION'],
  ['VerifySoftwareToken', 'EnableSoftwareTokenMFAException', 'INVALID_CODE'],
])('%s that ends with %s is %s', async (operation, error, code) => {
  answers = { [operation]: { error, message: 'x' } }
  const work = operation === 'AssociateSoftwareToken' ? associateTotp(counts, 'a') : verifyTotp(counts, 'a', '123456')
  expect((await failure(work)).code).toBe(code)
})

test('a password is made void by one that nobody knows and every policy takes', async () => {
  answers = {}
  await invalidatePassword(counts, 'usr_1')
  const { Password, ...rest } = last as { Password: string }
  expect(rest).toEqual({ UserPoolId: 'eu-central-1_Pool', Username: 'usr_1', Permanent: true })
  expect(Password).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d).{40,}$/)
  await invalidatePassword(counts, 'usr_1')
  expect(last.Password).not.toBe(Password)
})

test('the name of a client is asked for once, and again only after a failure', async () => {
  asked.length = 0
  answers = { DescribeUserPoolClient: { error: 'TooManyRequestsException' } }
  expect((await failure(clientName(counts, 'pool', 'id'))).code).toBe('UNAVAILABLE')
  answers = { DescribeUserPoolClient: { result: { UserPoolClient: { ClientName: 'enrolment' } } } }
  expect(await Promise.all([clientName(counts, 'pool', 'id'), clientName(counts, 'pool', 'id')])).toEqual(['enrolment', 'enrolment'])
  expect(await clientName(counts, 'pool', 'id')).toBe('enrolment')
  expect(asked).toHaveLength(2)
  expect(last).toEqual({ UserPoolId: 'pool', ClientId: 'id' })
})

test('the function’s credentials go with what administrators may ask, and not with what a token allows', async () => {
  answers = { AssociateSoftwareToken: { result: { SecretCode: 's' } } }
  await Promise.all([
    associateTotp(counts, 'a'),
    verifyTotp(counts, 'a', '123456'),
    revokeTokens(counts, 'x'),
    deleteIdentity(counts, 'usr_1'),
  ])
  await refreshTokens(counts, 'old').catch(() => undefined)
  expect(
    ['AssociateSoftwareToken', 'VerifySoftwareToken', 'RevokeToken', 'GetTokensFromRefreshToken'].map((name) => signed.get(name)),
  ).toEqual(Array(4).fill(false))
  expect(signed.get('AdminDeleteUser')).toBe(true)
})

test('an answer without a body is an answer', async () => {
  answers = { AdminUpdateUserAttributes: { result: '' } }
  expect(await setMail(counts, 'usr_1', 'a@example.com', true)).toEqual({})
})

test.each([
  ['NotAuthorizedException', 'INVALID_SESSION'],
  ['RefreshTokenReuseException', 'INVALID_SESSION'],
  ['InvalidParameterException', 'INVALID_SESSION'],
  ['TooManyRequestsException', 'UNAVAILABLE'],
])('a refresh that ends with %s is %s', async (error, code) => {
  answers = { GetTokensFromRefreshToken: { error, message: 'x' } }
  expect((await failure(refreshTokens(counts, 'x'))).code).toBe(code)
})

test('what a password lacks is named under the field it came in', async () => {
  answers = { AdminSetUserPassword: { error: 'InvalidPasswordException', message: 'Password must have symbol characters' } }
  expect(await failure(setPassword(counts, 'usr_1', 'x', 'newPassword'))).toEqual({
    code: 'WEAK_PASSWORD',
    details: { newPassword: 'Add a symbol' },
  })
})

test('a person whose password is refused does not remain, unless they were there before', async () => {
  const refusal = { error: 'InvalidPasswordException', message: 'x' }
  answers = { AdminSetUserPassword: refusal }
  asked.length = 0
  await failure(createIdentity(counts, 'usr_1', 'x'))
  expect(asked).toEqual(['AdminCreateUser', 'AdminSetUserPassword', 'AdminDeleteUser'])
  answers = { AdminSetUserPassword: refusal, AdminCreateUser: { error: 'UsernameExistsException' } }
  asked.length = 0
  await failure(createIdentity(counts, 'usr_1', 'x'))
  expect(asked).toEqual(['AdminCreateUser', 'AdminSetUserPassword'])
})

test('a person who cannot be made is no person with a password', async () => {
  answers = { AdminCreateUser: { error: 'TooManyRequestsException' } }
  asked.length = 0
  expect((await failure(createIdentity(counts, 'usr_1', 'x'))).code).toBe('UNAVAILABLE')
  expect(asked).toEqual(['AdminCreateUser'])
})

test('what need not succeed does not fail the request', async () => {
  answers = Object.fromEntries(
    ['AdminDeleteUser', 'RevokeToken', 'AdminUserGlobalSignOut'].map((name) => [name, { error: 'InternalErrorException' }]),
  )
  await Promise.all([deleteIdentity(counts, 'usr_1'), revokeTokens(counts, 'x'), signOutEverywhere(counts, 'usr_1')])
})

test('an address that belongs to somebody else there is taken', async () => {
  answers = { AdminUpdateUserAttributes: { error: 'AliasExistsException' } }
  expect((await failure(setMail(counts, 'usr_1', 'a@example.com', true))).code).toBe('EMAIL_TAKEN')
})

test('calls are counted as waves', async () => {
  const own = meter()
  answers = {}
  await Promise.all([signOutEverywhere(own, 'usr_1'), revokeTokens(own, 'x')])
  await signOutEverywhere(own, 'usr_1')
  expect(own.waves).toBe(2)
})
