import type { Clock, Invoke, Log } from '../types.ts'
import { AwsError } from '../types.ts'
import type { PoolKeys } from './keys.ts'
import type { Client, Pool } from './pools.ts'
import type { SessionStore } from './session-store.ts'
import type { Tickets } from './tickets.ts'
import type { User, UserStore } from './user-store.ts'

/** A user pool with everything it keeps. */
export interface Realm {
  pool: Pool
  issuer: string
  keys: PoolKeys
  users: UserStore
  sessions: SessionStore
}

/** A step of a sign-in still to be taken, for one client and one user only. */
export interface Challenge {
  name: 'NEW_PASSWORD_REQUIRED' | 'SOFTWARE_TOKEN_MFA' | 'MFA_SETUP'
  realm: Realm
  clientId: string
  username: string
  source: TokenSource
  /** MFA_SETUP only: a code of the new secret has been shown. */
  setUp: boolean
}

/** The `triggerSource` of the pre token generation event. */
export type TokenSource =
  | 'TokenGeneration_Authentication'
  | 'TokenGeneration_HostedAuth'
  | 'TokenGeneration_NewPasswordChallenge'
  | 'TokenGeneration_RefreshTokens'

/** Called where Cognito would send a code or a temporary password by mail. */
export type SendCode = (user: User, code: string, purpose: 'ForgotPassword' | 'AdminCreateUser') => void

/** All pools, and what they need from outside. */
export interface World {
  realms: Map<string, Realm>
  challenges: Tickets<Challenge>
  now: Clock
  invoke: Invoke
  log: Log
  sendCode: SendCode
}

export function realmOf(world: World, poolId: string): Realm {
  const realm = world.realms.get(poolId)
  if (!realm) throw new AwsError('ResourceNotFoundException', `User pool ${poolId} does not exist.`)
  return realm
}

export interface ClientOfRealm {
  realm: Realm
  client: Client
}

/** The client with its pool, whichever pool it belongs to. */
export function clientOf(world: World, clientId: string): ClientOfRealm {
  for (const realm of world.realms.values()) {
    const client = realm.pool.clients.find(({ id }) => id === clientId)
    if (client) return { realm, client }
  }
  throw new AwsError('ResourceNotFoundException', `User pool client ${clientId} does not exist.`)
}
