import { beforeAll, describe, expect, test } from '@jest/globals'
import { decodeJwt } from 'jose'
import { openBrowser } from '../../local/cognito/hosted/test-browser.ts'
import { challenge, enrol } from './authenticator.ts'
import { clientId, exchange, newFlow } from './hosted.ts'
import { anonymous, elsewhere, founder, inboxUrl, loginUrl, member, PASSWORD, raw, refusal, type Someone, type Tokens } from './journey.ts'

/** Cognito answers the whole internet beside the product: no token that the product hands out opens anything there past it. */

let grace: Someone
/** By the way in: what a client of the product has in its hands. */
const held: Record<'api' | 'hosted', Tokens> = {} as never
const clients: Record<'api' | 'hosted', string> = {} as never

/** Through the forms of the hosted login; by the user name, which it knows at once. */
async function hostedTokens({ userId }: Someone): Promise<Tokens> {
  const [flow, browser] = [await newFlow(), openBrowser(loginUrl)]
  const page = await browser.follow(flow.url.replace(loginUrl, ''))
  const done = await browser.submit(page, { username: userId, password: PASSWORD })
  const code = new URL(done.location ?? 'missing:').searchParams.get('code') ?? ''
  const body = (await (await exchange(flow, code)).json()) as Record<string, string>
  return { accessToken: body.access_token ?? '', idToken: body.id_token ?? '', refreshToken: body.refresh_token ?? '' }
}

beforeAll(async () => {
  grace = await member(await founder())
  held.api = grace.tokens as Tokens
  held.hosted = await hostedTokens(grace)
  clients.api = String(decodeJwt(held.api.accessToken).client_id)
  clients.hosted = await clientId()
})

/** As anybody may ask, without credentials of AWS. */
async function cognito(operation: string, input: object): Promise<{ status: number; type: string; body: Record<string, unknown> }> {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AWSCognitoIdentityProviderService.${operation}` }
  const response = await fetch(loginUrl, { method: 'POST', headers, body: JSON.stringify(input) })
  const body = (await response.json()) as Record<string, unknown>
  return { status: response.status, type: String(body.__type ?? ''), body }
}

const oauth = async (path: string, form: Record<string, string>) => {
  const response = await fetch(`${loginUrl}${path}`, { method: 'POST', body: new URLSearchParams(form) })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const DOORS = ['api', 'hosted'] as const
const pairs = DOORS.flatMap((door) => DOORS.map((client) => [door, client] as const))

/** Each would change or tell something, were the token taken. */
const OWN_ACCOUNT: Record<string, object> = {
  AssociateSoftwareToken: {},
  ChangePassword: { PreviousPassword: PASSWORD, ProposedPassword: 'Another-Horse-7-Staple' },
  DeleteUser: {},
  GetUser: {},
  GlobalSignOut: {},
  SetUserMFAPreference: { SoftwareTokenMfaSettings: { Enabled: false, PreferredMfa: false } },
  UpdateUserAttributes: { UserAttributes: [{ Name: 'locale', Value: 'de' }] },
  VerifySoftwareToken: { UserCode: '123456' },
}

describe('with a token of the product', () => {
  const kinds = ['accessToken', 'idToken', 'refreshToken'] as const
  const cases = Object.keys(OWN_ACCOUNT).flatMap((operation) =>
    DOORS.flatMap((door) => kinds.map((kind) => [operation, door, kind] as const)),
  )
  test.each(cases)('%s takes no %s %s', async (operation, door, kind) => {
    const answer = await cognito(operation, { AccessToken: held[door][kind], ...OWN_ACCOUNT[operation] })
    expect(answer).toMatchObject({ status: 400, type: 'NotAuthorizedException' })
  })

  test.each(DOORS)('an access token of the door %s names no scope that Cognito itself would take', (door) => {
    expect(String(decodeJwt(held[door].accessToken).scope ?? '')).not.toContain('aws.cognito')
  })

  test('userInfo tells a person of the hosted login their own address, and nobody else anything', async () => {
    const ask = (token: string) => fetch(`${loginUrl}/oauth2/userInfo`, { headers: { authorization: `Bearer ${token}` } })
    const told = await ask(held.hosted.accessToken)
    expect([told.status, await told.json()]).toMatchObject([200, { username: grace.userId, email: grace.email }])
    for (const token of [held.api.accessToken, held.api.idToken, held.hosted.idToken, held.hosted.refreshToken])
      expect((await ask(token)).status).toBe(401)
  })
})

describe('a refresh token is exchanged by the product only', () => {
  // Of sign-ins of their own: whether a refused exchange retires a token is Cognito's affair.
  const spent: Record<string, Tokens> = {}
  beforeAll(async () => {
    spent.api = (await elsewhere(grace)).tokens as Tokens
    spent.hosted = await hostedTokens(grace)
  })
  const tokenOf = (door: string) => spent[door]?.refreshToken ?? ''

  test.each(pairs)('one of the door %s, by GetTokensFromRefreshToken with the client %s', async (door, client) => {
    const forged = { proof: `${Date.now()}.x.y` }
    for (const more of [{}, { ClientMetadata: forged }]) {
      const answer = await cognito('GetTokensFromRefreshToken', { ClientId: clients[client], RefreshToken: tokenOf(door), ...more })
      expect(answer.status).toBe(400)
      expect(answer.body).not.toHaveProperty('AuthenticationResult')
      if (door === client) expect(String(answer.body.message)).toContain('POST /api/v1/auth/refresh')
    }
  })
  test.each(pairs)('one of the door %s, by InitiateAuth with the client %s', async (door, client) => {
    const AuthParameters = { REFRESH_TOKEN: tokenOf(door) }
    const answer = await cognito('InitiateAuth', { ClientId: clients[client], AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters })
    expect(answer).toMatchObject({ status: 400, type: 'InvalidParameterException' })
  })
  test.each(pairs)('one of the door %s, at the token endpoint with the client %s', async (door, client) => {
    const form = { grant_type: 'refresh_token', client_id: clients[client], refresh_token: tokenOf(door) }
    const answer = await oauth('/oauth2/token', form)
    expect(answer).toMatchObject({ status: 400, body: { error: client === 'api' ? 'invalid_client' : 'invalid_grant' } })
  })
})

test('the step of a sign-in, taken at Cognito itself, leads to tokens that open nothing', async () => {
  const ada = await founder()
  const { nextCode } = await enrol(ada)
  const Session = await challenge(ada)
  const ChallengeResponses = { USERNAME: ada.userId, SOFTWARE_TOKEN_MFA_CODE: nextCode() }
  const input = { ClientId: clients.api, ChallengeName: 'SOFTWARE_TOKEN_MFA', Session, ChallengeResponses }
  const { body } = await cognito('RespondToAuthChallenge', input)
  const { AccessToken: accessToken = '', RefreshToken: refreshToken = '' } = (body.AuthenticationResult ?? {}) as Record<string, string>
  const tokens = { accessToken, idToken: '', refreshToken }
  expect((await raw('/api/v1/auth/me', { person: { tokens } })).status).toBe(401)
  expect((await refusal(anonymous.refresh({ body: { refreshToken } }))).status).toBeGreaterThanOrEqual(400)
  expect(await cognito('GetUser', { AccessToken: accessToken })).toMatchObject({ status: 400, type: 'NotAuthorizedException' })
})

describe('without a token', () => {
  const credentials = () => ({ USERNAME: grace.userId, PASSWORD })
  test.each(
    ['USER_PASSWORD_AUTH', 'USER_SRP_AUTH', 'CUSTOM_AUTH', 'USER_AUTH'].flatMap((flow) => DOORS.map((client) => [flow, client] as const)),
  )('nobody signs in by %s with the client %s, however right the password', async (AuthFlow, client) => {
    const answer = await cognito('InitiateAuth', { ClientId: clients[client], AuthFlow, AuthParameters: credentials() })
    expect(answer).toMatchObject({ status: 400, type: 'InvalidParameterException' })
  })

  test.each(DOORS)('nobody is mailed a code by ForgotPassword with the client %s', async (client) => {
    for (const Username of [grace.email, grace.userId]) {
      const answer = await cognito('ForgotPassword', { ClientId: clients[client], Username })
      expect(answer).toMatchObject({ status: 400, type: 'NotAuthorizedException' })
    }
    const mails = (await (await fetch(`${inboxUrl}/messages?to=${encodeURIComponent(grace.email)}`)).json()) as { from: string }[]
    expect(mails.filter(({ from }) => from.includes('verificationemail.com'))).toEqual([])
  })

  test('nobody asks as an administrator', async () => {
    const pool = String(decodeJwt(held.api.accessToken).iss).split('/').at(-1)
    for (const operation of ['AdminGetUser', 'AdminSetUserPassword', 'AdminInitiateAuth', 'ListUsers', 'DescribeUserPoolClient']) {
      const answer = await cognito(operation, { UserPoolId: pool, Username: grace.userId, ClientId: clients.api })
      expect(answer).toMatchObject({ status: 400, type: 'MissingAuthenticationTokenException' })
    }
  })
})

test('after all that the person is as before: the same password, no second factor, and sessions that go on', async () => {
  for (const door of DOORS) expect((await raw('/api/v1/auth/me', { person: { tokens: held[door] } })).status).toBe(200)
  const again = await elsewhere(grace)
  expect((await again.api.getMe()).data.mfa.enabled).toBe(false)
  for (const door of DOORS) {
    const { data } = await anonymous.refresh({ body: { refreshToken: held[door].refreshToken } })
    const exchanged = { tokens: data }
    expect((await raw('/api/v1/auth/me', { person: exchanged })).status).toBe(200)
    expect(decodeJwt(data.accessToken).client_id).toBe(clients[door])
  }
})
