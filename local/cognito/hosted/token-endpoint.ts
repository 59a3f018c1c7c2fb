import { createHash } from 'node:crypto'
import { AwsError } from '../../types.ts'
import { assertClientSecret } from '../input.ts'
import { sameSecret } from '../keys.ts'
import { refresh, revoke } from '../operations/authentication.ts'
import { type MintedTokens, profileOf, startSession, userOfAccessToken } from '../tokens.ts'
import type { ClientOfRealm } from '../world.ts'
import { hostedClient } from './authorization-request.ts'
import type { Desk, Grant } from './desk.ts'
import { type Answer, CORS, json, type Visit } from './http.ts'

/** An error of RFC 6749, section 5.2. */
class OAuthError extends Error {
  readonly code: string
  constructor(code: string, description?: string) {
    super(description)
    this.code = code
  }
}

/** `/oauth2/token` */
export function token(desk: Desk, visit: Visit): Promise<Answer> {
  return answering(async () => {
    const found = authenticatedClient(desk, visit)
    const grantType = required(visit, 'grant_type')
    if (grantType === 'authorization_code') return json(200, await exchangeCode(desk, visit, found))
    if (grantType === 'refresh_token') return json(200, await exchangeRefreshToken(desk, visit, found))
    throw new OAuthError('unsupported_grant_type')
  })
}

/** `/oauth2/revoke` */
export function revocation(desk: Desk, visit: Visit): Promise<Answer> {
  return answering(async () => {
    const found = authenticatedClient(desk, visit)
    revoke(found, required(visit, 'token'))
    return { status: 200, headers: CORS }
  })
}

/** `/oauth2/userInfo` */
export async function userInfo(desk: Desk, visit: Visit): Promise<Answer> {
  const bearer = /^Bearer (\S+)$/i.exec(visit.headers.authorization ?? '')?.[1] ?? ''
  try {
    const { user } = await userOfAccessToken(desk.world, bearer, 'openid')
    // Here, unlike in the id token, the verification marks are texts.
    const verified = Object.entries(profileOf(user)).map(([name, value]) => [name, String(value)])
    return json(200, { sub: user.sub, ...Object.fromEntries(verified), username: user.username })
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const challenge = `Bearer error="invalid_token", error_description="${error.message}"`
    return json(401, { error: 'invalid_token', error_description: error.message }, { 'www-authenticate': challenge })
  }
}

async function exchangeCode({ world, codes }: Desk, visit: Visit, { realm, client }: ClientOfRealm) {
  // Taken whatever follows: a code gets one try.
  const grant = codes.take(required(visit, 'code'))
  const fits = grant?.realm === realm && grant.clientId === client.id && grant.redirectUri === visit.form.get('redirect_uri')
  const user = fits ? realm.users.find(grant.username) : undefined
  if (!fits || !user?.enabled || !provesChallenge(grant, visit.form.get('code_verifier'))) throw new OAuthError('invalid_grant')
  const { scopes, authTime, nonce } = grant
  const start = { realm, client, user, scopes, authTime, hosted: true, ...(nonce === undefined ? {} : { nonce }) }
  const tokens = await startSession(world, { ...start, source: 'TokenGeneration_HostedAuth' })
  return body(tokens, scopes, tokens.refreshToken)
}

/** PKCE, RFC 7636. A verifier without a challenge is refused too: it tells of a request that was tampered with. */
function provesChallenge({ codeChallenge }: Grant, verifier: string | null): boolean {
  if (codeChallenge === undefined || verifier === null) return codeChallenge === undefined && verifier === null
  return sameSecret(createHash('sha256').update(verifier).digest('base64url'), codeChallenge)
}

async function exchangeRefreshToken({ world }: Desk, visit: Visit, found: ClientOfRealm) {
  const { tokens, refreshToken, session } = await refresh(world, found, required(visit, 'refresh_token'))
  return body(tokens, session.scopes, refreshToken)
}

const body = ({ accessToken, idToken, expiresIn }: MintedTokens, scopes: string[], refreshToken: string | undefined) => ({
  access_token: accessToken,
  ...(scopes.includes('openid') ? { id_token: idToken } : {}),
  ...(refreshToken ? { refresh_token: refreshToken } : {}),
  expires_in: expiresIn,
  token_type: 'Bearer',
})

/** The client by `Authorization: Basic` or by the form. */
function authenticatedClient({ world }: Desk, visit: Visit): ClientOfRealm {
  try {
    const [id, secret] = basicCredentials(visit) ?? [visit.form.get('client_id'), visit.form.get('client_secret')]
    const found = hostedClient(world, id ?? '')
    if (!found) throw new OAuthError('invalid_client')
    assertClientSecret(found, secret ?? undefined)
    return found
  } catch {
    throw new OAuthError('invalid_client')
  }
}

function basicCredentials(visit: Visit): string[] | undefined {
  const basic = /^Basic (\S+)$/i.exec(visit.headers.authorization ?? '')?.[1]
  return basic === undefined ? undefined : Buffer.from(basic, 'base64').toString('utf8').split(':').map(decodeURIComponent)
}

function required(visit: Visit, name: string): string {
  const value = visit.form.get(name)
  if (!value) throw new OAuthError('invalid_request', `${name} is missing`)
  return value
}

const CODES: Record<string, string> = {
  UnsupportedTokenTypeException: 'unsupported_token_type',
  UnsupportedOperationException: 'invalid_request',
}

async function answering(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof OAuthError) return complaint(error.code, error.message)
    if (error instanceof AwsError) return complaint(CODES[error.code] ?? 'invalid_grant', error.message)
    throw error
  }
}

const complaint = (error: string, description: string): Answer =>
  json(400, { error, ...(description ? { error_description: description } : {}) })
