import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose'
import type { Clock } from '../types.ts'

/** A JWT authorizer of the template. */
export interface JwtAuthorizer {
  issuer: string
  audience: string[]
  /** `$request.header.<name>` or `$request.querystring.<name>`. */
  identitySource: string
}

/** What the integration sees under `requestContext.authorizer.jwt`. */
export interface Authorization {
  claims: Record<string, string>
  scopes: string[] | null
}

export type Verdict =
  | { allowed: true; authorization: Authorization }
  | { allowed: false; status: 401 | 403; message: 'Unauthorized' | 'Forbidden'; challenge: string }

/** The public keys of an issuer. */
export type FetchKeys = (issuer: string) => Promise<JSONWebKeySet>

export interface TokenSource {
  headers: Record<string, string | undefined>
  query: Record<string, string>
}

/** API Gateway takes RSA signatures only. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
/** A key id that is unknown makes the keys be fetched again, at most this often. */
const refetchMs = 5000

type Check = (authorizer: JwtAuthorizer, source: TokenSource, scopes: string[]) => Promise<Verdict>

/** Decides as API Gateway's JWT authorizers do: signature, issuer, audience or client, times, and one of the route's scopes. */
export function createAuthorizer(fetchKeys: FetchKeys, now: Clock): Check {
  const keysOf = cachedKeys(fetchKeys, now)
  return async (authorizer, source, scopes) => {
    const token = identityToken(authorizer.identitySource, source)
    if (!token) return unauthorized()
    const claims = await verify(token, authorizer, keysOf, now).catch((error: unknown) => unauthorized(reasonOf(error)))
    if ('allowed' in claims) return claims as Verdict
    const granted = scopesOf(claims)
    if (scopes.length > 0 && !scopes.some((scope) => granted.includes(scope))) return forbidden(scopes)
    return { allowed: true, authorization: { claims: claimTexts(claims), scopes: scopes.length > 0 ? granted : null } }
  }
}

type KeysOf = (issuer: string, renew?: boolean) => Promise<ReturnType<typeof createLocalJWKSet>>

function cachedKeys(fetchKeys: FetchKeys, now: Clock): KeysOf {
  const cache = new Map<string, { keys: ReturnType<typeof createLocalJWKSet>; fetchedAt: number }>()
  return async (issuer, renew = false) => {
    const known = cache.get(issuer)
    if (known && (!renew || now() - known.fetchedAt < refetchMs)) return known.keys
    const keys = createLocalJWKSet(await fetchKeys(issuer))
    cache.set(issuer, { keys, fetchedAt: now() })
    return keys
  }
}

async function verify(token: string, authorizer: JwtAuthorizer, keysOf: KeysOf, now: Clock): Promise<JWTPayload> {
  const options = { issuer: authorizer.issuer, algorithms, requiredClaims: ['exp'], currentDate: new Date(now()) }
  const check = async (renew: boolean) => (await jwtVerify(token, await keysOf(authorizer.issuer, renew), options)).payload
  const claims = await check(false).catch((error: unknown) => {
    if (error instanceof errors.JWKSNoMatchingKey) return check(true)
    throw error
  })
  // When a token has both, `aud` decides.
  const meant = claims.aud ?? claims.client_id
  if (![meant].flat().some((audience) => authorizer.audience.includes(String(audience))))
    throw new Error('the token does not have a valid audience')
  if (claims.iat !== undefined && claims.iat * 1000 > now()) throw new Error('the token was issued in the future')
  return claims
}

function identityToken(identitySource: string, { headers, query }: TokenSource): string | undefined {
  const [, place, name = ''] = /^\$request\.(header|querystring)\.(.+)$/.exec(identitySource) ?? []
  const value = place === 'header' ? headers[name.toLowerCase()] : query[name]
  return value?.replace(/^Bearer\s+/i, '').trim()
}

function scopesOf(claims: JWTPayload): string[] {
  const scope = claims.scope ?? claims.scp
  if (Array.isArray(scope)) return scope.map(String)
  return typeof scope === 'string' ? scope.split(' ') : []
}

/** Claims reach the function as texts, lists and objects in the notation of Go's `%v`. */
function claimTexts(claims: JWTPayload): Record<string, string> {
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, claimText(value)]))
}

function claimText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(claimText).join(' ')}]`
  if (value === null || typeof value !== 'object') return String(value)
  const members = Object.entries(value).map(([name, member]) => `${name}:${claimText(member)}`)
  return `map[${members.toSorted().join(' ')}]`
}

function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'the token has expired'
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'nbf') return 'the token is not valid yet'
  if (error instanceof errors.JWTClaimValidationFailed) return `the token has an invalid ${error.claim} claim`
  if (error instanceof errors.JOSEError) return 'the token is invalid'
  if (error instanceof TypeError) return 'OIDC discovery endpoint communication error'
  return error instanceof Error ? error.message : 'the token is invalid'
}

function unauthorized(reason?: string): Verdict {
  const challenge = reason ? `Bearer scope="" error="invalid_token" error_description="${reason}"` : 'Bearer'
  return { allowed: false, status: 401, message: 'Unauthorized', challenge }
}

function forbidden(scopes: string[]): Verdict {
  const challenge = `Bearer scope="${scopes.join(' ')}" error="insufficient_scope"`
  return { allowed: false, status: 403, message: 'Forbidden', challenge }
}
