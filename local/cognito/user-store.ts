import * as z from 'zod'
import { AwsError } from '../types.ts'
import { Failures } from './lockout.ts'
import type { Pool } from './pools.ts'
import type { Records } from './records.ts'

export const User = z.object({
  username: z.string(),
  sub: z.string(),
  attributes: z.record(z.string(), z.string()),
  enabled: z.boolean(),
  status: z.enum(['FORCE_CHANGE_PASSWORD', 'CONFIRMED', 'RESET_REQUIRED']),
  passwordHash: z.string(),
  /** Until when a temporary password may be used, in epoch milliseconds. */
  temporaryUntil: z.number().optional(),
  /** The authenticator app: a secret counts once a code has proven it, and no step's code is taken twice. */
  totp: z.object({ secret: z.string(), verified: z.boolean(), lastStep: z.number() }).optional(),
  /** A secret handed out and not yet proven. */
  pendingTotp: z.string().optional(),
  mfa: z.object({ enabled: z.boolean(), preferred: z.boolean() }),
  failures: Failures,
  resetCode: z.object({ fingerprint: z.string(), expiresAt: z.number(), wrong: z.number() }).optional(),
  createdAt: z.number(),
  modifiedAt: z.number(),
})
export type User = z.output<typeof User>

export interface UserStore {
  /** By username, `sub` or verified alias. */
  find(name: string): User | undefined
  all(): User[]
  /** Adds a user whose username nobody has; throws `UsernameExistsException` or `AliasExistsException`. */
  insert(user: User): void
  /**
   * Makes and stores a change, or neither; throws `AliasExistsException` for an alias that is taken and
   * `UserNotFoundException` for a user deleted meanwhile.
   */
  update(user: User, change: Partial<User>): void
  remove(user: User): void
  /** A username or alias as the pool compares and shows it. */
  fold(text: string): string
}

/** A case-insensitive pool shows these in lower case, whatever was put in ("User pool case sensitivity"). */
const FOLDED = ['email', 'preferred_username']

export function openUsers(pool: Pool, records: Records<User>): UserStore {
  const users = new Map<string, User>()
  const owners = new Map<string, string>()
  const keysOf = new Map<string, string[]>()
  const fold = (text: string) => (pool.caseSensitive ? text : text.toLowerCase())

  const index = (user: User) => {
    for (const key of keysOf.get(user.username) ?? []) owners.delete(key)
    const keys = signInNames(pool, user).map(fold)
    for (const key of keys) owners.set(key, user.username)
    keysOf.set(user.username, keys)
    users.set(user.username, user)
  }
  const store = (user: User, changed: User) => {
    const attributes = { ...changed.attributes }
    for (const name of FOLDED) if (attributes[name]) attributes[name] = fold(attributes[name])
    const next = { ...changed, attributes }
    const taken = aliasesOf(pool, next).some((alias) => (owners.get(fold(alias)) ?? user.username) !== user.username)
    if (taken) throw new AwsError('AliasExistsException', 'An account with the given email or phone number already exists.')
    records.write(user.username, next)
    index(Object.assign(user, next))
  }

  for (const user of records.all()) index(user)
  return {
    fold,
    all: () => [...users.values()],
    find: (name) => users.get(owners.get(fold(name)) ?? ''),
    insert: (user) => {
      if (owners.has(fold(user.username))) throw new AwsError('UsernameExistsException', 'User account already exists')
      store(user, user)
    },
    update: (user, change) => {
      if (users.get(user.username) !== user) throw userNotFound()
      store(user, { ...user, ...change })
    },
    remove: (user) => {
      for (const key of keysOf.get(user.username) ?? []) owners.delete(key)
      keysOf.delete(user.username)
      users.delete(user.username)
      records.remove(user.username)
    },
  }
}

export const userNotFound = () => new AwsError('UserNotFoundException', 'User does not exist.')

const signInNames = (pool: Pool, user: User): string[] => [user.username, user.sub, ...aliasesOf(pool, user)]

/** An alias counts once it is verified; an attribute that stands in for the username counts at once. */
function aliasesOf(pool: Pool, user: User): string[] {
  const verified = pool.aliases.filter((name) => name === 'preferred_username' || user.attributes[`${name}_verified`] === 'true')
  return [...verified, ...pool.usernameAttributes].flatMap((name) => user.attributes[name] ?? [])
}
