import type { Client } from '../pools.ts'
import type { Realm, World } from '../world.ts'
import { clientOf } from '../world.ts'
import { withQuery } from './http.ts'

/** What an application asked for, checked: the person is sent back to `redirectUri` and nowhere else. */
export interface AuthorizationRequest {
  realm: Realm
  client: Client
  redirectUri: string
  state: string | undefined
  nonce: string | undefined
  scopes: string[]
  codeChallenge: string | undefined
  /** The same request as a query, for the forms and links of the pages. */
  query: string
}

/** Either a good request, or a complaint for the page (the application cannot be trusted), or one to send back to the application. */
export type ReadRequest = { request: AuthorizationRequest } | { complaint: string } | { sendBack: string }

const PARAMETERS = ['client_id', 'redirect_uri', 'response_type', 'scope', 'state', 'nonce', 'code_challenge', 'code_challenge_method']
const CHALLENGE = /^[A-Za-z0-9_-]{43}$/

export function readAuthorizationRequest(world: World, query: URLSearchParams): ReadRequest {
  const found = hostedClient(world, query.get('client_id') ?? '')
  if (!found) return { complaint: 'No application of this sign-in page has this client_id.' }
  const { realm, client } = found
  const redirectUri = query.get('redirect_uri') ?? ''
  if (!client.callbackUrls.includes(redirectUri)) return { complaint: 'The redirect_uri is not one that the application has registered.' }
  const state = query.get('state') ?? undefined
  const scopes = query.get('scope')?.split(' ').filter(Boolean) ?? client.scopes
  const problem = problemOf(client, query, scopes)
  if (problem) return { sendBack: withQuery(redirectUri, { ...problem, state }) }
  const kept = new URLSearchParams([...query].filter(([name]) => PARAMETERS.includes(name)))
  const nonce = query.get('nonce') ?? undefined
  const codeChallenge = query.get('code_challenge') ?? undefined
  return { request: { realm, client, redirectUri, state, nonce, scopes, codeChallenge, query: kept.toString() } }
}

/** A client that may use the hosted login. */
export function hostedClient(world: World, clientId: string): { realm: Realm; client: Client } | undefined {
  try {
    const found = clientOf(world, clientId)
    return found.client.codeFlow && found.realm.pool.hasDomain ? found : undefined
  } catch {
    return undefined
  }
}

function problemOf(client: Client, query: URLSearchParams, scopes: string[]): { error: string; error_description?: string } | undefined {
  if (query.get('response_type') !== 'code') return { error: 'unsupported_response_type' }
  if (scopes.some((scope) => !client.scopes.includes(scope))) return { error: 'invalid_scope' }
  const challenge = query.get('code_challenge')
  if (challenge === null) {
    return client.hasSecret
      ? undefined
      : { error: 'invalid_request', error_description: 'code_challenge is required of a client without secret' }
  }
  const good = query.get('code_challenge_method') === 'S256' && CHALLENGE.test(challenge)
  return good ? undefined : { error: 'invalid_request', error_description: 'code_challenge_method must be S256' }
}
