import type { JSONWebKeySet } from 'jose'
import type { Realm } from '../world.ts'
import { type Answer, json } from './http.ts'

export const publicKeys = (realm: Realm): JSONWebKeySet => ({ keys: [realm.keys.jwk] })

/** `/{poolId}/.well-known/jwks.json` */
export const jwks = (realm: Realm): Answer => json(200, publicKeys(realm), { 'cache-control': 'public, max-age=60' })

/** `/{poolId}/.well-known/openid-configuration` */
export function openidConfiguration(realm: Realm): Answer {
  const origin = new URL(realm.issuer).origin
  return json(200, {
    issuer: realm.issuer,
    authorization_endpoint: `${origin}/oauth2/authorize`,
    token_endpoint: `${origin}/oauth2/token`,
    revocation_endpoint: `${origin}/oauth2/revoke`,
    userinfo_endpoint: `${origin}/oauth2/userInfo`,
    end_session_endpoint: `${origin}/logout`,
    jwks_uri: `${realm.issuer}/.well-known/jwks.json`,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
    id_token_signing_alg_values_supported: ['RS256'],
    subject_types_supported: ['public'],
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
  })
}
