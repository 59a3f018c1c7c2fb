import { config } from './config.ts'
import { isProblem, Problem, problem } from './errors.ts'
import { ask } from './identity-call.ts'
import { nameOf, weak } from './identity-problems.ts'
import { type Challenge, type SignedIn, signedIn, user } from './identity-provider.ts'
import type { Meter } from './store/meter.ts'

/** The further steps of a sign-in, and the authenticator app, at Cognito. */

export const WRONG_CODE = 'This code is wrong, or was used already. Enter the one that your authenticator app shows next.'
const ENDED = 'This sign-in has expired or was finished already. Begin again with your password.'

export interface Step {
  userId: string
  /** What Cognito asked for, and the session it gave. */
  name: 'SOFTWARE_TOKEN_MFA' | 'NEW_PASSWORD_REQUIRED'
  session: string
  answer: string
}

const ANSWER = { SOFTWARE_TOKEN_MFA: 'SOFTWARE_TOKEN_MFA_CODE', NEW_PASSWORD_REQUIRED: 'NEW_PASSWORD' }

function refusalOf(error: unknown, { name }: Step): unknown {
  if (isProblem(error, 'INVALID_CODE')) return problem('INVALID_CODE', { message: WRONG_CODE, cause: error })
  if (isProblem(error, 'INVALID_CREDENTIALS') || nameOf(error) === 'SoftwareTokenMFANotFoundException')
    return problem('INVALID_SESSION', { message: ENDED, cause: error })
  const isUnusable = isProblem(error, 'WEAK_PASSWORD') || nameOf(error) === 'InvalidParameterException'
  if (!isUnusable) return error
  const cause = error instanceof Problem ? error.cause : error
  return name === 'NEW_PASSWORD_REQUIRED' ? weak('newPassword', cause) : problem('INVALID_CODE', { message: WRONG_CODE, cause })
}

/** Takes one step of a sign-in. Throws `INVALID_SESSION`, `INVALID_CODE` or `WEAK_PASSWORD`. */
export async function answerChallenge(counts: Meter, step: Step): Promise<SignedIn | Challenge> {
  const input = {
    UserPoolId: config.userPoolId,
    ClientId: config.userPoolClientId,
    ChallengeName: step.name,
    Session: step.session,
    ChallengeResponses: { USERNAME: step.userId, [ANSWER[step.name]]: step.answer },
  }
  const reply = await ask(counts, 'AdminRespondToAuthChallenge', input).catch((error) => {
    throw refusalOf(error, step)
  })
  if (reply.AuthenticationResult) return signedIn(reply.AuthenticationResult)
  return { challenge: reply.ChallengeName ?? '', session: reply.Session ?? '' }
}

const BEGIN_ANEW = 'This set-up has ended. Begin it again: POST /api/v1/auth/mfa/setup.'

/** The enrolment whose access token this was has ended. */
const notThere = (error: unknown) =>
  isProblem(error, 'INVALID_CREDENTIALS') ? problem('INVALID_TRANSITION', { message: BEGIN_ANEW, cause: error }) : error

/** A new secret for an authenticator app, by the access token of an enrolment; it counts once a code of it was given. */
export async function associateTotp(counts: Meter, accessToken: string): Promise<string> {
  const reply = await ask(counts, 'AssociateSoftwareToken', { AccessToken: accessToken }).catch((error) => {
    throw notThere(error)
  })
  return reply.SecretCode ?? ''
}

/** Throws `INVALID_CODE`, or `INVALID_TRANSITION` where no secret was asked for or the enrolment has ended. */
export async function verifyTotp(counts: Meter, accessToken: string, code: string): Promise<void> {
  const input = { AccessToken: accessToken, UserCode: code }
  await ask(counts, 'VerifySoftwareToken', input).catch((error) => {
    if (isProblem(error, 'INVALID_CODE')) throw problem('INVALID_CODE', { message: WRONG_CODE, cause: error })
    if (nameOf(error) === 'InvalidParameterException')
      throw problem('INVALID_TRANSITION', { message: 'Ask for a secret first: POST /api/v1/auth/mfa/setup.', cause: error })
    throw notThere(error)
  })
}

/** Does Cognito ask for a code at sign-in from now on? */
export const setTotp = (counts: Meter, userId: string, isOn: boolean) =>
  ask(counts, 'AdminSetUserMFAPreference', { ...user(userId), SoftwareTokenMfaSettings: { Enabled: isOn, PreferredMfa: isOn } })

/**
 * Does Cognito ask for a code at sign-in, in the pool that calls its trigger? A person's own token can turn that off at Cognito itself,
 * past our record.
 */
export const asksForTotp = async (counts: Meter, userPoolId: string, userId: string): Promise<boolean> => {
  const input = { UserPoolId: userPoolId, Username: userId }
  const { UserMFASettingList = [] } = await ask(counts, 'AdminGetUser', input)
  return UserMFASettingList.includes('SOFTWARE_TOKEN_MFA')
}
