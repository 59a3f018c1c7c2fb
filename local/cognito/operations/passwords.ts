import { AwsError } from '../../types.ts'
import { assertSecretHash, clientIn, type Input, optionalText, text } from '../input.ts'
import { fingerprint, sameSecret } from '../keys.ts'
import { checkPolicy, hashPassword, inventCode } from '../passwords.ts'
import { provePassword } from '../sign-in.ts'
import { SELF_SERVICE, userOfAccessToken } from '../tokens.ts'
import type { User } from '../user-store.ts'
import { userNotFound } from '../user-store.ts'
import type { Realm, World } from '../world.ts'
import { touch, userIn } from './admin-users.ts'

const CODE_MS = 3_600_000
const WRONG_CODES = 5

export async function forgotPassword(world: World, input: Input) {
  const found = clientIn(world, input)
  const username = text(input, 'Username')
  assertSecretHash(found, username, optionalText(input, 'SecretHash'))
  if (!found.realm.pool.selfRecovery) throw noSelfRecovery()
  const user = found.realm.users.find(username)
  if (!user && !found.client.hidesUnknownUsers) throw userNotFound()
  // To an unknown user's name the answer looks the same as to a known one's.
  if (!user) return delivery(username)
  if (!user.enabled) throw new AwsError('NotAuthorizedException', 'User is disabled.')
  if (user.status === 'FORCE_CHANGE_PASSWORD') {
    throw new AwsError('NotAuthorizedException', 'User password cannot be reset in the current state.')
  }
  return sendResetCode(world, found.realm, user)
}

export async function adminResetUserPassword(world: World, input: Input) {
  const { realm, user } = userIn(world, input)
  if (!realm.pool.selfRecovery) throw noSelfRecovery()
  if (user.status === 'FORCE_CHANGE_PASSWORD') {
    throw new AwsError('NotAuthorizedException', 'User password cannot be reset in the current state.')
  }
  sendResetCode(world, realm, user, { status: 'RESET_REQUIRED' })
  return {}
}

function sendResetCode(world: World, realm: Realm, user: User, change: Partial<User> = {}) {
  const email = user.attributes.email
  if (!email || user.attributes.email_verified !== 'true') {
    throw new AwsError(
      'InvalidParameterException',
      'Cannot reset password for the user as there is no registered/verified email or phone_number',
    )
  }
  const code = inventCode()
  const resetCode = { fingerprint: fingerprint(code), expiresAt: world.now() + CODE_MS, wrong: 0 }
  touch(world, realm, user, { ...change, resetCode })
  world.sendCode(user, code, 'ForgotPassword')
  return delivery(email)
}

export async function confirmForgotPassword(world: World, input: Input) {
  const found = clientIn(world, input)
  const username = text(input, 'Username')
  assertSecretHash(found, username, optionalText(input, 'SecretHash'))
  const password = text(input, 'Password')
  const user = found.realm.users.find(username)
  if (!user && !found.client.hidesUnknownUsers) throw userNotFound()
  if (!user) throw expiredCode()
  useResetCode(world, found.realm, user, text(input, 'ConfirmationCode'), () => checkPolicy(password, found.realm.pool.policy))
  touch(world, found.realm, user, { passwordHash: await hashPassword(password), status: 'CONFIRMED' })
  return {}
}

/** Takes the code once; a password that `check` refuses leaves it usable. */
function useResetCode(world: World, realm: Realm, user: User, code: string, check: () => void): void {
  const held = user.resetCode
  if (!held || world.now() >= held.expiresAt) throw expiredCode()
  if (held.wrong >= WRONG_CODES) throw new AwsError('LimitExceededException', 'Attempt limit exceeded, please try after some time.')
  if (!sameSecret(held.fingerprint, fingerprint(code))) {
    realm.users.update(user, { resetCode: { ...held, wrong: held.wrong + 1 } })
    throw new AwsError('CodeMismatchException', 'Invalid verification code provided, please try again.')
  }
  check()
  realm.users.update(user, { resetCode: undefined })
}

/** The old password counts towards the lockout as at a sign-in. */
export async function changePassword(world: World, input: Input) {
  const { realm, user } = await userOfAccessToken(world, text(input, 'AccessToken'), SELF_SERVICE)
  const proposed = text(input, 'ProposedPassword')
  await provePassword(world, realm, user, text(input, 'PreviousPassword'))
  checkPolicy(proposed, realm.pool.policy)
  touch(world, realm, user, { passwordHash: await hashPassword(proposed) })
  return {}
}

/** Where the code went, with all but two letters hidden. */
function delivery(address: string) {
  const [name = '', domain = ''] = address.split('@')
  const hidden = `${name.charAt(0)}***@${domain.charAt(0)}***`
  return { CodeDeliveryDetails: { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: hidden } }
}

const noSelfRecovery = () => new AwsError('NotAuthorizedException', 'Contact administrator to reset password.')

const expiredCode = () => new AwsError('ExpiredCodeException', 'Invalid code provided, please request a code again.')
