import { AwsError } from '../types.ts'
import { changedAttributes } from './attributes.ts'
import { checkPolicy, hashPassword } from './passwords.ts'
import type { Client } from './pools.ts'
import type { Progress } from './sign-in.ts'
import { assertNotLocked, assertUsable, countFailure, proven, secondFactor } from './sign-in.ts'
import { matchingStep } from './totp.ts'
import type { User } from './user-store.ts'
import type { Challenge, Realm, World } from './world.ts'

const ATTRIBUTE_PREFIX = 'userAttributes.'

export interface Answer {
  realm: Realm
  client: Client
  name: string
  session: string
  responses: Record<string, string>
}

interface Standing {
  answer: Answer
  challenge: Challenge
  user: User
}

/** Takes the answer to a challenge. A session serves the client, user and challenge it was made for, and one success only. */
export async function respond(world: World, answer: Answer): Promise<Progress> {
  const standing = { answer, ...standingOf(world, answer) }
  assertUsable(standing.user)
  if (standing.challenge.name === 'SOFTWARE_TOKEN_MFA') return answerTotp(world, standing)
  if (standing.challenge.name === 'NEW_PASSWORD_REQUIRED') return answerNewPassword(world, standing)
  return answerMfaSetup(world, standing)
}

function standingOf(world: World, { realm, client, name, session, responses }: Answer): { challenge: Challenge; user: User } {
  const challenge = world.challenges.look(session)
  if (!challenge) throw refused('Invalid session for the user, session is expired.')
  const user = realm.users.find(challenge.username)
  const named = realm.users.find(parameter(responses, 'USERNAME'))
  const fits = challenge.realm === realm && challenge.clientId === client.id && challenge.name === name
  if (!fits || !user || named !== user) throw refused('Invalid session for the user.')
  return { challenge, user }
}

/** A wrong code leaves the session usable and counts towards the lockout that bounds guessing. */
function answerTotp(world: World, { answer, challenge, user }: Standing): Progress {
  const { realm, session, responses } = answer
  const code = parameter(responses, 'SOFTWARE_TOKEN_MFA_CODE')
  assertNotLocked(world, realm, user)
  if (!user.totp?.verified) throw new AwsError('SoftwareTokenMFANotFoundException', 'Software Token MFA does not exist for the user.')
  const step = matchingStep(user.totp.secret, code, world.now())
  if (step === undefined) {
    countFailure(world, realm, user)
    throw new AwsError('CodeMismatchException', 'Invalid code received for user')
  }
  if (step <= user.totp.lastStep) throw new AwsError('ExpiredCodeException', 'Your software token has already been used once.')
  realm.users.update(user, { totp: { ...user.totp, lastStep: step } })
  world.challenges.take(session)
  return proven(realm, user, challenge.source)
}

/** A new password that breaks the policy leaves the session usable. */
async function answerNewPassword(world: World, { answer, challenge, user }: Standing): Promise<Progress> {
  const { realm, client, session, responses } = answer
  const password = parameter(responses, 'NEW_PASSWORD')
  checkPolicy(password, realm.pool.policy)
  const attributes = changedAttributes(realm.pool, user, givenAttributes(responses))
  world.challenges.take(session)
  const passwordHash = await hashPassword(password)
  realm.users.update(user, { passwordHash, attributes, status: 'CONFIRMED', temporaryUntil: undefined, modifiedAt: world.now() })
  const source = challenge.source === 'TokenGeneration_HostedAuth' ? challenge.source : 'TokenGeneration_NewPasswordChallenge'
  return secondFactor(world, { realm, client, source }, user)
}

/** Attributes given along with the new password. Nobody vouches for their own address. */
function givenAttributes(responses: Record<string, string>): Record<string, string> {
  const given = Object.entries(responses).filter(([name]) => name.startsWith(ATTRIBUTE_PREFIX))
  if (given.some(([name]) => name.endsWith('_verified'))) throw refused('A client attempted to write unauthorized attribute')
  return Object.fromEntries(given.map(([name, value]) => [name.slice(ATTRIBUTE_PREFIX.length), value]))
}

/** The authenticator was set up and proven with this session by AssociateSoftwareToken and VerifySoftwareToken. */
function answerMfaSetup(world: World, { answer, challenge, user }: Standing): Progress {
  if (!challenge.setUp) throw new AwsError('InvalidParameterException', 'User has not set up software token mfa')
  world.challenges.take(answer.session)
  return proven(answer.realm, user, challenge.source)
}

export function parameter(responses: Record<string, string>, name: string): string {
  const value = responses[name]
  if (!value) throw new AwsError('InvalidParameterException', `Missing required parameter ${name}`)
  return value
}

const refused = (message: string) => new AwsError('NotAuthorizedException', message)
