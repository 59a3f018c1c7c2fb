import { randomUUID } from 'node:crypto'
import type { JWTPayload } from 'jose'
import { decodeJwt, errors, jwtVerify, SignJWT } from 'jose'
import { AwsError } from '../types.ts'
import type { Client } from './pools.ts'
import type { Session } from './session-store.ts'
import { askPreToken } from './triggers.ts'
import type { User } from './user-store.ts'
import { userNotFound } from './user-store.ts'
import type { Realm, TokenSource, World } from './world.ts'

/** The scope of tokens made by the API, and the one Cognito's own self-service operations demand. */
export const SELF_SERVICE = 'aws.cognito.signin.user.admin'

/** Claims that the pre token generation function can neither set nor suppress (the trigger's page lists them). */
const FIXED_IN_BOTH = 'acr amr at_hash auth_time azp exp iat iss jti nbf nonce origin_jti sub token_use event_id version'.split(' ')
const FIXED_IN_ID = [...FIXED_IN_BOTH, 'aud', 'identities', 'cognito:username']
const FIXED_IN_ACCESS = [...FIXED_IN_BOTH, 'client_id', 'username', 'device_key', 'scope']

export interface MintedTokens {
  accessToken: string
  idToken: string
  expiresIn: number
}

interface Asked {
  source: TokenSource
  clientMetadata?: Record<string, string> | undefined
  nonce?: string
}

/** Makes an access and an id token of a session, as the pool's pre token generation function wants them. */
export async function mintTokens(
  world: World,
  grant: Asked & { realm: Realm; client: Client; user: User; session: Session },
): Promise<MintedTokens> {
  const { realm, client, user, session, source, clientMetadata } = grant
  const overrides = await askPreToken({ world, realm, client, source, user, scopes: session.scopes, clientMetadata })
  const issuedAt = Math.floor(world.now() / 1000)
  const groups = overrides.groupOverrideDetails?.groupsToOverride
  const shared = {
    sub: user.sub,
    iss: realm.issuer,
    origin_jti: session.id,
    event_id: randomUUID(),
    auth_time: session.authTime,
    iat: issuedAt,
    ...(groups?.length ? { 'cognito:groups': groups } : {}),
  }
  const access = {
    ...shared,
    ...(session.hosted ? { version: 2 } : {}),
    client_id: client.id,
    token_use: 'access',
    scope: scopesOf(session, overrides.accessTokenGeneration).join(' '),
    exp: issuedAt + client.accessTokenSeconds,
    jti: randomUUID(),
    username: user.username,
  }
  const id = {
    ...shared,
    ...profileOf(user),
    ...(grant.nonce ? { nonce: grant.nonce } : {}),
    'cognito:username': user.username,
    aud: client.id,
    token_use: 'id',
    exp: issuedAt + client.idTokenSeconds,
    jti: randomUUID(),
  }
  return {
    accessToken: await sign(realm, withOverrides(access, overrides.accessTokenGeneration, FIXED_IN_ACCESS, client)),
    idToken: await sign(realm, withOverrides(id, overrides.idTokenGeneration, FIXED_IN_ID, client)),
    expiresIn: client.accessTokenSeconds,
  }
}

/** Opens a session with its first tokens; where the pre token generation function refuses, no session remains. */
export async function startSession(
  world: World,
  start: Asked & {
    realm: Realm
    client: Client
    user: User
    scopes: string[]
    hosted: boolean
    authTime?: number
  },
): Promise<MintedTokens & { refreshToken: string }> {
  const { sessions } = start.realm
  const { session, refreshToken } = sessions.open({ ...start, username: start.user.username, now: world.now() })
  try {
    return { ...(await mintTokens(world, { ...start, session })), refreshToken }
  } catch (error) {
    sessions.discard(session)
    throw error
  }
}

/** The user of an access token that this pool issued and nobody revoked; throws `NotAuthorizedException` for every other token. */
export async function userOfAccessToken(
  world: World,
  token: string,
  scope: string,
): Promise<{ realm: Realm; user: User; session: Session }> {
  const realm = [...world.realms.values()].find(({ issuer }) => issuer === issuerOf(token))
  if (!realm) throw refused('Invalid Access Token')
  const claims = await verified(world, realm, token)
  if (claims.token_use !== 'access') throw refused('Invalid Access Token')
  const session = realm.sessions.byId(String(claims.origin_jti ?? ''))
  const user = realm.users.find(String(claims.sub))
  if (!user) throw userNotFound()
  if (!session || session.revoked) throw refused('Access Token has been revoked')
  if (!user.enabled) throw refused('User is disabled.')
  if (!String(claims.scope).split(' ').includes(scope)) throw refused('Access Token does not have required scopes')
  return { realm, user, session }
}

async function verified(world: World, realm: Realm, token: string): Promise<JWTPayload> {
  try {
    const rules = { issuer: realm.issuer, algorithms: ['RS256'], currentDate: new Date(world.now()) }
    return (await jwtVerify(token, realm.keys.publicKey, rules)).payload
  } catch (error) {
    throw refused(error instanceof errors.JWTExpired ? 'Access Token has expired' : 'Invalid Access Token')
  }
}

function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss
  } catch {
    return undefined
  }
}

const sign = (realm: Realm, claims: JWTPayload): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ kid: realm.keys.kid, alg: 'RS256' }).sign(realm.keys.privateKey)

interface ClaimOverrides {
  claimsToAddOrOverride?: Record<string, unknown> | null | undefined
  claimsToSuppress?: string[] | null | undefined
}

function withOverrides(claims: JWTPayload, overrides: ClaimOverrides | null | undefined, fixed: string[], client: Client): JWTPayload {
  const result: JWTPayload = { ...claims }
  for (const [name, value] of Object.entries(overrides?.claimsToAddOrOverride ?? {})) {
    // An access token may gain an `aud`, but only the client's own id.
    const allowed = name === 'aud' ? value === client.id : !fixed.includes(name) && !name.startsWith('dev:')
    if (allowed) result[name] = value
  }
  for (const name of overrides?.claimsToSuppress ?? []) if (!fixed.includes(name)) delete result[name]
  return result
}

function scopesOf(
  session: Session,
  access: { scopesToAdd?: string[] | null; scopesToSuppress?: string[] | null } | null | undefined,
): string[] {
  const dropped = new Set(access?.scopesToSuppress ?? [])
  return [...new Set([...session.scopes, ...(access?.scopesToAdd ?? [])])].filter((scope) => !dropped.has(scope))
}

/** A user's attributes as claims: the verification marks are booleans there. */
export function profileOf(user: User): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(user.attributes).map(([name, value]) => [name, name.endsWith('_verified') ? value === 'true' : value]),
  )
}

const refused = (message: string) => new AwsError('NotAuthorizedException', message)
