import {
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminInitiateAuthCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  AdminUserGlobalSignOutCommand,
  type AuthenticationResultType,
  CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
  GetTokensFromRefreshTokenCommand,
  RevokeTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { config } from './config.ts'
import { Problem, problem } from './errors.ts'
import { nameOf, toProblem, weak } from './identity-problems.ts'
import type { Meter } from './store/meter.ts'
import { describeError, logger } from './telemetry.ts'

/** The only holder of a Cognito client. A username there is the person's `usr_` id. */
let client: CognitoIdentityProviderClient | undefined
const cognito = () => {
  client ??= new CognitoIdentityProviderClient({})
  return client
}

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
}

/** Cognito wants one more step; `session` continues it for three minutes. */
export interface Challenge {
  challenge: string
  session: string
}

/** One metered call; Cognito's exceptions leave as problems. */
export async function ask<T>(counts: Meter, run: (cognito: CognitoIdentityProviderClient) => Promise<T>): Promise<T> {
  try {
    return await counts.during(() => run(cognito()))
  } catch (error) {
    throw toProblem(error)
  }
}

export const user = (userId: string) => ({ UserPoolId: config.userPoolId, Username: userId })

/** Sets the password for good. `field` is what a weak one is called in the request. */
export async function setPassword(counts: Meter, userId: string, password: string, field = 'password'): Promise<void> {
  try {
    await ask(counts, (cognito) => cognito.send(new AdminSetUserPasswordCommand({ ...user(userId), Password: password, Permanent: true })))
  } catch (error) {
    // Cognito's technical limits (spaces around it, length) arrive as a wrong parameter.
    const unusable = nameOf(error) === 'InvalidParameterException'
    if (unusable || (error instanceof Problem && error.code === 'WEAK_PASSWORD'))
      throw weak(field, error instanceof Problem ? error.cause : error)
    throw error
  }
}

/**
 * Makes a person able to sign in, without a mail address yet. Safe to repeat: somebody who exists gets this password.
 * `field` is what a weak password is called in the request; nobody remains then.
 */
export async function createIdentity(counts: Meter, userId: string, password: string, field = 'password'): Promise<void> {
  let isNew = true
  await ask(counts, (cognito) => cognito.send(new AdminCreateUserCommand({ ...user(userId), MessageAction: 'SUPPRESS' }))).catch(
    (error) => {
      if (nameOf(error) !== 'UsernameExistsException') throw error
      isNew = false
    },
  )
  try {
    await setPassword(counts, userId, password, field)
  } catch (error) {
    if (isNew) await deleteIdentity(counts, userId)
    throw error
  }
}

/** For what need not succeed: our own records decide about every request. */
async function leniently(counts: Meter, run: (cognito: CognitoIdentityProviderClient) => Promise<unknown>): Promise<void> {
  await ask(counts, run).catch((error) => logger.warn('Cognito did not follow', { error: describeError(error) }))
}

/** Best effort: a person without a user record reaches nothing. */
export const deleteIdentity = (counts: Meter, userId: string) =>
  leniently(counts, (cognito) => cognito.send(new AdminDeleteUserCommand(user(userId))))

/** The claims of a token that came straight from Cognito, so its signature needs no check. */
const claimsIn = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>

export function signedIn(result: AuthenticationResultType, previousRefreshToken = ''): SignedIn {
  const { AccessToken = '', IdToken = '', RefreshToken = previousRefreshToken, ExpiresIn = 3600 } = result
  const { username, origin_jti, org } = claimsIn(AccessToken)
  return {
    tokens: { accessToken: AccessToken, idToken: IdToken, refreshToken: RefreshToken, expiresIn: ExpiresIn, tokenType: 'Bearer' },
    userId: String(username),
    sessionId: String(origin_jti),
    organizationId: String(org ?? ''),
  }
}

/** Throws `INVALID_CREDENTIALS` for a wrong password and for nobody alike. */
export async function signIn(counts: Meter, userId: string, password: string): Promise<SignedIn | Challenge> {
  const reply = await ask(counts, (cognito) =>
    cognito.send(
      new AdminInitiateAuthCommand({
        UserPoolId: config.userPoolId,
        ClientId: config.userPoolClientId,
        AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: userId, PASSWORD: password },
        // The pre-authentication trigger then asks nothing: the caller of this has looked at everything itself.
        ClientMetadata: { askedBy: 'api' },
      }),
    ),
  ).catch((error) => {
    // A password that Cognito could never have taken is simply wrong.
    throw nameOf(error) === 'InvalidParameterException' ? problem('INVALID_CREDENTIALS', { cause: error }) : error
  })
  if (reply.AuthenticationResult) return signedIn(reply.AuthenticationResult)
  return { challenge: reply.ChallengeName ?? '', session: reply.Session ?? '' }
}

/** New tokens of the same session. Throws `INVALID_SESSION` for a token that is unknown, revoked, expired or retired. */
export async function refreshTokens(counts: Meter, refreshToken: string): Promise<SignedIn> {
  const input = { ClientId: config.userPoolClientId, RefreshToken: refreshToken }
  const reply = await ask(counts, (cognito) => cognito.send(new GetTokensFromRefreshTokenCommand(input))).catch((error) => {
    const ended = (error instanceof Problem && error.code === 'INVALID_CREDENTIALS') || nameOf(error) === 'InvalidParameterException'
    throw ended ? problem('INVALID_SESSION', { cause: error }) : error
  })
  return signedIn(reply.AuthenticationResult ?? {}, refreshToken)
}

/** Ends a session at Cognito; best effort. */
export const revokeTokens = (counts: Meter, refreshToken: string) =>
  leniently(counts, (cognito) => cognito.send(new RevokeTokenCommand({ ClientId: config.userPoolClientId, Token: refreshToken })))

/** No refresh token of the person works any more; best effort. */
export const signOutEverywhere = (counts: Meter, userId: string) =>
  leniently(counts, (cognito) => cognito.send(new AdminUserGlobalSignOutCommand(user(userId))))

/** Lets the person sign in to the hosted login with this address; an address that is not verified opens nothing there. */
export const setMail = (counts: Meter, userId: string, email: string, isVerified: boolean) =>
  ask(counts, (cognito) =>
    cognito.send(
      new AdminUpdateUserAttributesCommand({
        ...user(userId),
        UserAttributes: [
          { Name: 'email', Value: email },
          { Name: 'email_verified', Value: String(isVerified) },
        ],
      }),
    ),
  )

/** Does the user pool answer? */
export const describeUserPool = () => cognito().send(new DescribeUserPoolCommand({ UserPoolId: config.userPoolId }))
