import type { AuthenticationResultType } from '@aws-sdk/client-cognito-identity-provider'
import { config } from './config.ts'
import { isProblem, Problem, problem } from './errors.ts'
import { type Answered, type Asked, ask, callCognito, type Operation } from './identity-call.ts'
import { nameOf, weak } from './identity-problems.ts'
import { refreshProof } from './refresh-proof.ts'
import type { Meter } from './store/meter.ts'
import { describeError, logger } from './telemetry.ts'
import { newToken } from './tokens.ts'

/** Persons and their tokens at Cognito. A username there is the person's `usr_` id. */

export interface Tokens {
  accessToken: string
  idToken: string
  refreshToken: string
  expiresIn: number
  tokenType: 'Bearer'
}

/** Tokens with what the access token says: whose session it is, and which. */
export interface SignedIn {
  tokens: Tokens
  userId: string
  /** `origin_jti`, which every token of this sign-in carries. */
  sessionId: string
  /** The organization that the token acts in by default. */
  organizationId: string
  /** When the person proved who they are (epoch seconds); renewed tokens keep it. */
  authTime: number
}

/** Cognito wants one more step; `session` continues it for three minutes. */
export interface Challenge {
  challenge: string
  session: string
}

export const user = (userId: string) => ({ UserPoolId: config.userPoolId, Username: userId })

/** Sets the password for good. `field` is what a weak one is called in the request. */
export async function setPassword(counts: Meter, userId: string, password: string, field = 'password'): Promise<void> {
  try {
    await ask(counts, 'AdminSetUserPassword', { ...user(userId), Password: password, Permanent: true })
  } catch (error) {
    // Cognito's technical limits (spaces around it, length) arrive as a wrong parameter.
    const unusable = nameOf(error) === 'InvalidParameterException'
    if (unusable || isProblem(error, 'WEAK_PASSWORD')) throw weak(field, error instanceof Problem ? error.cause : error)
    throw error
  }
}

/** Nobody knows the password afterwards: only a reset lets the person in again. */
export const invalidatePassword = (counts: Meter, userId: string) => setPassword(counts, userId, `aA1${newToken()}`)

/**
 * Makes a person able to sign in, without a mail address yet. Safe to repeat: somebody who exists gets this password.
 * `field` is what a weak password is called in the request; nobody remains then.
 */
export async function createIdentity(counts: Meter, userId: string, password: string, field = 'password'): Promise<void> {
  let isNew = true
  await ask(counts, 'AdminCreateUser', { ...user(userId), MessageAction: 'SUPPRESS' }).catch((error) => {
    if (nameOf(error) !== 'UsernameExistsException') throw error
    isNew = false
  })
  try {
    await setPassword(counts, userId, password, field)
  } catch (error) {
    if (isNew) await deleteIdentity(counts, userId)
    throw error
  }
}

/** For what need not succeed: our own records decide about every request. */
async function leniently<O extends Operation>(counts: Meter, operation: O, input: Asked<O>): Promise<void> {
  await ask(counts, operation, input).catch((error) => logger.warn('Cognito did not follow', { error: describeError(error) }))
}

/** Best effort: a person without a user record reaches nothing. */
export const deleteIdentity = (counts: Meter, userId: string) => leniently(counts, 'AdminDeleteUser', user(userId))

/** The claims of a token that came straight from Cognito, so its signature needs no check. */
const claimsIn = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>

export function signedIn(result: AuthenticationResultType, previousRefreshToken = ''): SignedIn {
  const { AccessToken = '', IdToken = '', RefreshToken = previousRefreshToken, ExpiresIn = 3600 } = result
  const { username, origin_jti, org, auth_time } = claimsIn(AccessToken)
  return {
    tokens: { accessToken: AccessToken, idToken: IdToken, refreshToken: RefreshToken, expiresIn: ExpiresIn, tokenType: 'Bearer' },
    userId: String(username),
    sessionId: String(origin_jti),
    organizationId: String(org ?? ''),
    authTime: Number(auth_time),
  }
}

/** A way in that hands tokens to people: each has its own client of the user pool. */
export type Door = 'api' | 'hosted'

const clientIdOf = (door: Door) => (door === 'hosted' ? config.hostedClientId : config.userPoolClientId)

function provePassword(counts: Meter, clientId: string, userId: string, password: string): Promise<Answered<'AdminInitiateAuth'>> {
  return ask(counts, 'AdminInitiateAuth', {
    UserPoolId: config.userPoolId,
    ClientId: clientId,
    AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: userId, PASSWORD: password },
    // The pre-authentication trigger then asks nothing: the caller of this has looked at everything itself.
    ClientMetadata: { askedBy: 'api' },
  }).catch((error) => {
    // A password that Cognito could never have taken is simply wrong.
    throw nameOf(error) === 'InvalidParameterException' ? problem('INVALID_CREDENTIALS', { cause: error }) : error
  })
}

/** Throws `INVALID_CREDENTIALS` for a wrong password and for nobody alike. */
export async function signIn(counts: Meter, userId: string, password: string): Promise<SignedIn | Challenge> {
  const reply = await provePassword(counts, config.userPoolClientId, userId, password)
  if (reply.AuthenticationResult) return signedIn(reply.AuthenticationResult)
  return { challenge: reply.ChallengeName ?? '', session: reply.Session ?? '' }
}

/** Tokens that may set up a second factor at Cognito: they are kept on the server, and no session of the product comes of them. */
export interface Enrolment {
  accessToken: string
  refreshToken: string
}

/** Throws `INVALID_CREDENTIALS` for a wrong password, and `INVALID_TRANSITION` where a second factor is on already. */
export async function beginEnrolment(counts: Meter, userId: string, password: string): Promise<Enrolment> {
  const { AuthenticationResult } = await provePassword(counts, config.enrolmentClientId, userId, password)
  if (!AuthenticationResult) {
    throw problem('INVALID_TRANSITION', { message: 'A second factor is on already. Turn it off before you set up another.' })
  }
  return { accessToken: AuthenticationResult.AccessToken ?? '', refreshToken: AuthenticationResult.RefreshToken ?? '' }
}

/** New tokens of the same session. Throws `INVALID_SESSION` for a token that is unknown, revoked, expired or retired. */
export async function refreshTokens(counts: Meter, refreshToken: string, door: Door = 'api'): Promise<SignedIn> {
  // Without the proof the pre token generation trigger gives nothing, so that nobody exchanges tokens past the product's own record.
  const ClientMetadata = { proof: refreshProof(Date.now()) }
  const input = { ClientId: clientIdOf(door), RefreshToken: refreshToken, ClientMetadata }
  const reply = await ask(counts, 'GetTokensFromRefreshToken', input).catch((error) => {
    const ended = isProblem(error, 'INVALID_CREDENTIALS') || nameOf(error) === 'InvalidParameterException'
    throw ended ? problem('INVALID_SESSION', { cause: error }) : error
  })
  return signedIn(reply.AuthenticationResult ?? {}, refreshToken)
}

const revoke = (counts: Meter, ClientId: string, Token: string) => leniently(counts, 'RevokeToken', { ClientId, Token })

/** Ends a session at Cognito; best effort. */
export const revokeTokens = (counts: Meter, refreshToken: string, door: Door = 'api') => revoke(counts, clientIdOf(door), refreshToken)

/** Its tokens open nothing any more; best effort, for they end by themselves within the hour. */
export const endEnrolment = (counts: Meter, refreshToken: string) => revoke(counts, config.enrolmentClientId, refreshToken)

/** No refresh token of the person works any more; best effort. */
export const signOutEverywhere = (counts: Meter, userId: string) => leniently(counts, 'AdminUserGlobalSignOut', user(userId))

/** Lets the person sign in to the hosted login with this address; an address that is not verified opens nothing there. */
export const setMail = (counts: Meter, userId: string, email: string, isVerified: boolean) =>
  ask(counts, 'AdminUpdateUserAttributes', {
    ...user(userId),
    UserAttributes: [
      { Name: 'email', Value: email },
      { Name: 'email_verified', Value: String(isVerified) },
    ],
  })

/** Does the user pool answer? */
export const describeUserPool = () => callCognito('DescribeUserPool', { UserPoolId: config.userPoolId })
