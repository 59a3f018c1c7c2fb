import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose'
import { config } from '../config.ts'
import { problem } from '../errors.ts'

/** A token as the gateway's authorizer would hand it over, for routes that have none because they take callers without a token too. */

type Keys = ReturnType<typeof createRemoteJWKSet>

let keys: { issuer: string; set: Keys } | undefined

/** The pool's public keys, fetched once per instance and again when a key is new. */
function keysOf(issuer: string): Keys {
  if (keys?.issuer !== issuer) keys = { issuer, set: createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`)) }
  return keys.set
}

/** The token is fine as far as we know, but its keys could not be had. */
const isTemporary = (error: unknown) => !(error instanceof errors.JOSEError) || error.code === 'ERR_JWKS_TIMEOUT' || error.code === 'ERR_JOSE_GENERIC'

/** Only clients whose tokens leave the server: one of the enrolment client is nobody's to send. */
const isOurs = ({ token_use, client_id }: JWTPayload) =>
  token_use === 'access' && [config.userPoolClientId, config.hostedClientId].includes(String(client_id))

async function verify(token: string): Promise<JWTPayload> {
  const { issuer } = config
  const rules = { issuer, algorithms: ['RS256'], requiredClaims: ['exp', 'iat'] }
  try {
    return (await jwtVerify(token, keysOf(issuer), rules)).payload
  } catch (error) {
    throw problem(isTemporary(error) ? 'UNAVAILABLE' : 'INVALID_TOKEN', { cause: error })
  }
}

/** The claims of the request's bearer token, undefined without one. Throws `INVALID_TOKEN` for everything but an access token of ours. */
export async function verifyBearer({ authorization }: Record<string, string | undefined>): Promise<JWTPayload | undefined> {
  if (authorization === undefined) return undefined
  const [, token] = /^Bearer +(\S+)$/i.exec(authorization.trim()) ?? []
  const claims = token === undefined ? undefined : await verify(token)
  if (!claims || !isOurs(claims)) throw problem('INVALID_TOKEN')
  return claims
}
