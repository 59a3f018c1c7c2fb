import { AwsError } from '../types.ts'
import { attemptedWhileLocked, failedAttempt, isLocked, NO_FAILURES } from './lockout.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { pretendToVerify, verifyPassword } from './passwords.ts'
import type { Client } from './pools.ts'
import { askPreAuthentication } from './triggers.ts'
import type { User } from './user-store.ts'
import { userNotFound } from './user-store.ts'
import type { Challenge, Realm, TokenSource, World } from './world.ts'

export const CHALLENGE_SECONDS = 180

/** Where a sign-in stands: proven, or one more challenge to answer with the session. */
export type Progress =
  | { proven: User; source: TokenSource }
  | { challenge: Challenge['name']; session: string; parameters: Record<string, string> }

export interface Attempt {
  realm: Realm
  client: Client
  username: string
  password: string
  source: TokenSource
  validationData?: Record<string, string>
}

/** First step of every sign-in, by the API and by the hosted page alike. */
export async function signIn(world: World, attempt: Attempt): Promise<Progress> {
  const { realm, client, username, password } = attempt
  const user = realm.users.find(username)
  if (!user && !client.hidesUnknownUsers) throw userNotFound()
  await askPreAuthentication({ world, realm, client, username, user, validationData: attempt.validationData ?? {} })
  if (!user) {
    await pretendToVerify(password)
    throw wrongCredentials()
  }
  await provePassword(world, realm, user, password)
  assertUsable(user)
  if (user.status === 'FORCE_CHANGE_PASSWORD') {
    if (world.now() >= (user.temporaryUntil ?? 0)) {
      throw refused('Temporary password has expired and must be reset by an administrator.')
    }
    return challenge(world, attempt, user, 'NEW_PASSWORD_REQUIRED')
  }
  return secondFactor(world, attempt, user)
}

/** What remains once the password is proven and settled: the second factor, or nothing. */
export function secondFactor(world: World, attempt: Pick<Attempt, 'realm' | 'client' | 'source'>, user: User): Progress {
  const { mfa, totp } = attempt.realm.pool
  if (totp && user.mfa.enabled && user.totp?.verified) return challenge(world, attempt, user, 'SOFTWARE_TOKEN_MFA')
  if (mfa === 'ON') return challenge(world, attempt, user, 'MFA_SETUP')
  return proven(attempt.realm, user, attempt.source)
}

/** The whole sign-in has succeeded: failures are forgotten only now, not at the right password alone. */
export function proven(realm: Realm, user: User, source: TokenSource): Progress {
  realm.users.update(user, { failures: NO_FAILURES })
  return { proven: user, source }
}

function challenge(world: World, attempt: Pick<Attempt, 'realm' | 'client' | 'source'>, user: User, name: Challenge['name']): Progress {
  const { realm, client, source } = attempt
  const held: Challenge = { name, realm, clientId: client.id, username: user.username, source, setUp: false }
  return { challenge: name, session: world.challenges.issue(held, CHALLENGE_SECONDS), parameters: parametersOf(user, name) }
}

function parametersOf(user: User, name: Challenge['name']): Record<string, string> {
  if (name === 'NEW_PASSWORD_REQUIRED') {
    return { USER_ID_FOR_SRP: user.username, requiredAttributes: '[]', userAttributes: JSON.stringify(user.attributes) }
  }
  if (name === 'MFA_SETUP') return { USER_ID_FOR_SRP: user.username, MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]' }
  return { USER_ID_FOR_SRP: user.username, FRIENDLY_DEVICE_NAME: 'TOTP device' }
}

const queue = oneAtATime()

/** Compares the password and counts failures; while the user is locked, the right password is refused too. */
export function provePassword(world: World, realm: Realm, user: User, password: string): Promise<void> {
  return queue(`${realm.pool.id}/${user.username}`, async () => {
    assertNotLocked(world, realm, user)
    if (await verifyPassword(password, user.passwordHash)) return
    countFailure(world, realm, user)
    throw wrongCredentials()
  })
}

export function assertNotLocked(world: World, realm: Realm, user: User): void {
  if (!isLocked(user.failures, world.now())) return
  realm.users.update(user, { failures: attemptedWhileLocked(user.failures, world.now()) })
  throw refused('Password attempts exceeded')
}

export function countFailure(world: World, realm: Realm, user: User): void {
  realm.users.update(user, { failures: failedAttempt(user.failures, world.now()) })
}

/** Refuses disabled users and those whose password an administrator has reset. */
export function assertUsable(user: User): void {
  if (!user.enabled) throw refused('User is disabled.')
  if (user.status === 'RESET_REQUIRED') throw new AwsError('PasswordResetRequiredException', 'Password reset required for the user')
}

export const wrongCredentials = () => refused('Incorrect username or password.')

const refused = (message: string) => new AwsError('NotAuthorizedException', message)
