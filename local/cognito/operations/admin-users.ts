import { randomUUID } from 'node:crypto'
import { AwsError } from '../../types.ts'
import { assertAttributes, changedAttributes } from '../attributes.ts'
import { attributeList, attributes, type Input, isTrue, optionalText, realmIn, text } from '../input.ts'
import { NO_FAILURES } from '../lockout.ts'
import { checkPolicy, hashPassword, inventPassword } from '../passwords.ts'
import type { User } from '../user-store.ts'
import { userNotFound } from '../user-store.ts'
import type { Realm, World } from '../world.ts'

const DAY_MS = 86_400_000
/** The user an administrator's operation names, with the pool. */
export function userIn(world: World, input: Input): { realm: Realm; user: User } {
  const realm = realmIn(world, input)
  const user = realm.users.find(text(input, 'Username'))
  if (!user) throw userNotFound()
  return { realm, user }
}

export async function adminCreateUser(world: World, input: Input) {
  const realm = realmIn(world, input)
  const action = optionalText(input, 'MessageAction')
  const password = optionalText(input, 'TemporaryPassword') ?? inventPassword(realm.pool.policy)
  checkPolicy(password, realm.pool.policy)
  const passwordHash = await hashPassword(password)
  const user = action === 'RESEND' ? awaitingFirstSignIn(world, input) : newUser(world, realm, input)
  const credentials = { passwordHash, temporaryUntil: temporaryUntil(world, realm) }
  if (action === 'RESEND') realm.users.update(user, credentials)
  else realm.users.insert(Object.assign(user, credentials))
  if (action !== 'SUPPRESS') world.sendCode(user, password, 'AdminCreateUser')
  return { User: { ...shown(user), Attributes: attributeList(withSub(user)) } }
}

function awaitingFirstSignIn(world: World, input: Input): User {
  const { user } = userIn(world, input)
  if (user.status === 'FORCE_CHANGE_PASSWORD') return user
  throw new AwsError('UnsupportedUserStateException', 'Resend not possible. The user has already chosen a password.')
}

function newUser(world: World, realm: Realm, input: Input): User {
  const given = attributes(input)
  assertAttributes(realm.pool, given)
  const sub = randomUUID()
  const name = realm.users.fold(text(input, 'Username'))
  const standsIn = realm.pool.usernameAttributes[0]
  if (!standsIn && name.includes('@') && realm.pool.aliases.includes('email')) {
    throw new AwsError('InvalidParameterException', 'Username cannot be of email format, since user pool is configured for email alias.')
  }
  if (standsIn) given[standsIn] = name
  if (standsIn && realm.users.find(name)) throw new AwsError('UsernameExistsException', 'User account already exists')
  return {
    username: standsIn ? sub : name,
    sub,
    attributes: given,
    enabled: true,
    status: 'FORCE_CHANGE_PASSWORD',
    passwordHash: '',
    temporaryUntil: undefined,
    totp: undefined,
    pendingTotp: undefined,
    mfa: { enabled: false, preferred: false },
    failures: NO_FAILURES,
    resetCode: undefined,
    createdAt: world.now(),
    modifiedAt: world.now(),
  }
}

export async function adminGetUser(world: World, input: Input) {
  const { user } = userIn(world, input)
  return { ...shown(user), UserAttributes: attributeList(withSub(user)), ...mfaOf(user) }
}

export async function adminUpdateUserAttributes(world: World, input: Input) {
  const { realm, user } = userIn(world, input)
  touch(world, realm, user, { attributes: changedAttributes(realm.pool, user, attributes(input)) })
  return {}
}

export async function adminDeleteUser(world: World, input: Input) {
  const { realm, user } = userIn(world, input)
  realm.users.remove(user)
  realm.sessions.removeAll(user.username)
  return {}
}

export async function adminSetUserPassword(world: World, input: Input) {
  const { realm, user } = userIn(world, input)
  const password = text(input, 'Password')
  checkPolicy(password, realm.pool.policy)
  const permanent = isTrue(input, 'Permanent')
  const passwordHash = await hashPassword(password)
  const state = permanent
    ? { status: 'CONFIRMED' as const, temporaryUntil: undefined }
    : { status: 'FORCE_CHANGE_PASSWORD' as const, temporaryUntil: temporaryUntil(world, realm) }
  touch(world, realm, user, { passwordHash, ...state })
  return {}
}

export async function adminDisableUser(world: World, input: Input) {
  const { realm, user } = userIn(world, input)
  touch(world, realm, user, { enabled: false })
  realm.sessions.revokeAll(user.username)
  return {}
}

export async function adminEnableUser(world: World, input: Input) {
  const { realm, user } = userIn(world, input)
  touch(world, realm, user, { enabled: true })
  return {}
}

export async function adminUserGlobalSignOut(world: World, input: Input) {
  const { realm, user } = userIn(world, input)
  realm.sessions.revokeAll(user.username)
  return {}
}

/** Makes a change and notes its time. */
export function touch(world: World, realm: Realm, user: User, change: Partial<User>): void {
  realm.users.update(user, { ...change, modifiedAt: world.now() })
}

const temporaryUntil = (world: World, realm: Realm): number => world.now() + realm.pool.policy.temporaryDays * DAY_MS

export const withSub = (user: User): Record<string, string> => ({ ...user.attributes, sub: user.sub })

/** A user as AdminCreateUser, AdminGetUser and ListUsers show it, times in epoch seconds. */
export const shown = (user: User) => ({
  Username: user.username,
  Enabled: user.enabled,
  UserStatus: user.status,
  UserCreateDate: user.createdAt / 1000,
  UserLastModifiedDate: user.modifiedAt / 1000,
})

export const mfaOf = (user: User) => ({
  ...(user.mfa.enabled ? { UserMFASettingList: ['SOFTWARE_TOKEN_MFA'] } : {}),
  ...(user.mfa.enabled && user.mfa.preferred ? { PreferredMfaSetting: 'SOFTWARE_TOKEN_MFA' } : {}),
})
