import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { config } from '../config.ts'
import { Problem, problem } from '../errors.ts'

/** A token as the gateway's authorizer would hand it over, for routes that have none because they take callers without a token too. */

let held: { issuer: string; keys: JWTVerifyGetKey } | undefined

/** The pool's public keys, fetched once per instance and again, at most every half minute, when a token names a new one. */
function keysOf(issuer: string): JWTVerifyGetKey {
  if (held?.issuer !== issuer) held = { issuer, keys: createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`)) }
  return held.keys
}

/** A token that names no key of ours is wrong; keys that cannot be had say nothing about the token. */
const keyFor: JWTVerifyGetKey = async (header, token) => {
  try {
    return await keysOf(config.issuer)(header, token)
  } catch (error) {
    throw error instanceof errors.JWKSNoMatchingKey ? error : problem('UNAVAILABLE', { cause: error })
  }
}

/** Of clients only whose tokens leave the server: one of the enrolment client is nobody's to send. */
const isOurs = ({ token_use, client_id }: JWTPayload) =>
  token_use === 'access' && [config.userPoolClientId, config.hostedClientId].includes(String(client_id))

async function verify(token: string): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, keyFor, { issuer: config.issuer, algorithms: ['RS256'], requiredClaims: ['exp'] })).payload
  } catch (error) {
    throw error instanceof Problem ? error : problem('INVALID_TOKEN', { cause: error })
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
