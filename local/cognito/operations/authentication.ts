import { AwsError } from '../../types.ts'
import { parameter, respond } from '../challenges.ts'
import { assertClientSecret, assertSecretHash, clientIn, clientMetadata, type Input, optionalText, text, texts } from '../input.ts'
import type { Session } from '../session-store.ts'
import { type Progress, signIn } from '../sign-in.ts'
import { mintTokens, SELF_SERVICE, startSession } from '../tokens.ts'
import type { ClientOfRealm, World } from '../world.ts'

export const adminInitiateAuth = (world: World, input: Input) => initiateAuth(world, input, 'ADMIN_USER_PASSWORD_AUTH')
export const publicInitiateAuth = (world: World, input: Input) => initiateAuth(world, input, 'USER_PASSWORD_AUTH')

async function initiateAuth(world: World, input: Input, passwordFlow: string) {
  const found = clientIn(world, input)
  const flow = text(input, 'AuthFlow')
  const parameters = texts(input, 'AuthParameters')
  if (flow === 'REFRESH_TOKEN_AUTH' || flow === 'REFRESH_TOKEN') return refreshWithoutRotation(world, found, parameters)
  if (flow !== passwordFlow) throw new AwsError('InvalidParameterException', 'Initiate Auth method not supported.')
  assertFlow(found, `ALLOW_${flow}`)
  const username = parameter(parameters, 'USERNAME')
  assertSecretHash(found, username, parameters.SECRET_HASH)
  const progress = await signIn(world, {
    ...found,
    username,
    password: parameter(parameters, 'PASSWORD'),
    source: 'TokenGeneration_Authentication',
    validationData: texts(input, 'ClientMetadata'),
  })
  return answerOf(world, found, progress)
}

/** RespondToAuthChallenge and AdminRespondToAuthChallenge. */
export async function respondToAuthChallenge(world: World, input: Input) {
  const found = clientIn(world, input)
  const responses = texts(input, 'ChallengeResponses')
  assertSecretHash(found, parameter(responses, 'USERNAME'), responses.SECRET_HASH)
  const answer = { ...found, name: text(input, 'ChallengeName'), session: text(input, 'Session'), responses }
  return answerOf(world, found, await respond(world, answer), clientMetadata(input))
}

async function answerOf(world: World, { realm, client }: ClientOfRealm, progress: Progress, metadata?: Record<string, string>) {
  if ('challenge' in progress) {
    return { ChallengeName: progress.challenge, Session: progress.session, ChallengeParameters: progress.parameters }
  }
  const { proven: user, source } = progress
  const start = { realm, client, user, source, scopes: [SELF_SERVICE], hosted: false, clientMetadata: metadata }
  const tokens = await startSession(world, start)
  return { ChallengeParameters: {}, AuthenticationResult: result(tokens, tokens.refreshToken) }
}

async function refreshWithoutRotation(world: World, found: ClientOfRealm, parameters: Record<string, string>) {
  assertFlow(found, 'ALLOW_REFRESH_TOKEN_AUTH')
  if (found.client.rotationGraceSeconds !== undefined) {
    throw new AwsError('InvalidParameterException', 'Refresh token rotation is enabled for this client: use GetTokensFromRefreshToken')
  }
  const token = parameter(parameters, 'REFRESH_TOKEN')
  const session = found.realm.sessions.byToken(token)
  assertSecretHash(found, session?.username ?? '', parameters.SECRET_HASH)
  return { ChallengeParameters: {}, AuthenticationResult: await refreshed(world, found, token) }
}

export async function getTokensFromRefreshToken(world: World, input: Input) {
  const found = clientIn(world, input)
  assertClientSecret(found, optionalText(input, 'ClientSecret'))
  return { AuthenticationResult: await refreshed(world, found, text(input, 'RefreshToken'), clientMetadata(input)) }
}

async function refreshed(world: World, found: ClientOfRealm, token: string, metadata?: Record<string, string>) {
  const { tokens, refreshToken } = await refresh(world, found, token, metadata)
  return result(tokens, refreshToken)
}

/** New tokens of the same session: `origin_jti` and `auth_time` stay. */
export async function refresh(world: World, { realm, client }: ClientOfRealm, token: string, metadata?: Record<string, string>) {
  const user = realm.users.find(realm.sessions.byToken(token)?.username ?? '')
  if (user && !user.enabled) throw new AwsError('NotAuthorizedException', 'User is disabled.')
  if (!user) throw new AwsError('NotAuthorizedException', 'Invalid Refresh Token')
  const { session, refreshToken } = realm.sessions.refresh(token, client, world.now())
  const source = 'TokenGeneration_RefreshTokens'
  const tokens = await mintTokens(world, { realm, client, user, session, source, clientMetadata: metadata })
  return { tokens, refreshToken, session }
}

export async function revokeToken(world: World, input: Input) {
  const found = clientIn(world, input)
  assertClientSecret(found, optionalText(input, 'ClientSecret'))
  revoke(found, text(input, 'Token'))
  return {}
}

/** Ends the session of a refresh token. An unknown token is no error (RFC 7009); one of another client is left alone. */
export function revoke({ realm, client }: ClientOfRealm, token: string): Session | undefined {
  if (!client.revocation) throw new AwsError('UnsupportedOperationException', 'Token revocation is not enabled for this client.')
  if (token.split('.').length === 3) throw new AwsError('UnsupportedTokenTypeException', 'Unsupported token type')
  const session = realm.sessions.byToken(token)
  if (session?.clientId !== client.id) return undefined
  realm.sessions.revoke(session)
  return session
}

function assertFlow({ client }: ClientOfRealm, flow: string): void {
  if (!client.authFlows.includes(flow)) throw new AwsError('InvalidParameterException', 'Auth flow not enabled for this client')
}

const result = (tokens: { accessToken: string; idToken: string; expiresIn: number }, refreshToken: string | undefined) => ({
  AccessToken: tokens.accessToken,
  IdToken: tokens.idToken,
  ExpiresIn: tokens.expiresIn,
  TokenType: 'Bearer',
  ...(refreshToken ? { RefreshToken: refreshToken } : {}),
})
