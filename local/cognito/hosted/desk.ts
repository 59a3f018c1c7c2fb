import type { Clock } from '../../types.ts'
import type { Tickets } from '../tickets.ts'
import { createTickets } from '../tickets.ts'
import type { User } from '../user-store.ts'
import type { Realm, World } from '../world.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import { type Answer, cookie, redirect, type Visit, withQuery } from './http.ts'

/** Someone who has signed in at the hosted page with this browser. */
export interface Visitor {
  realm: Realm
  username: string
  authTime: number
}

/** What an authorization code stands for. */
export interface Grant extends Visitor {
  clientId: string
  redirectUri: string
  scopes: string[]
  codeChallenge: string | undefined
  nonce: string | undefined
}

/** Everything the hosted endpoints share. */
export interface Desk {
  world: World
  codes: Tickets<Grant>
  visitors: Tickets<Visitor>
  apiOrigin: string
}

export const VISITOR_COOKIE = 'cognito'
const VISITOR_SECONDS = 3600
const CODE_SECONDS = 300

export const openDesk = (world: World, apiOrigin: string, now: Clock): Desk => ({
  world,
  apiOrigin,
  codes: createTickets<Grant>(now),
  visitors: createTickets<Visitor>(now),
})

/** The person this browser signed in, if the pool is the same and the user still may. */
export function visitorOf(desk: Desk, visit: Visit, realm: Realm): Visitor | undefined {
  const visitor = desk.visitors.look(visit.cookies[VISITOR_COOKIE] ?? '')
  const user = visitor?.realm === realm ? realm.users.find(visitor.username) : undefined
  return user?.enabled ? visitor : undefined
}

/** Remembers the browser and sends it back to the application with a code. */
export function welcome(desk: Desk, request: AuthorizationRequest, user: User): Answer {
  const visitor = { realm: request.realm, username: user.username, authTime: Math.floor(desk.world.now() / 1000) }
  const answer = sendBackWithCode(desk, request, visitor)
  return {
    ...answer,
    headers: { ...answer.headers, 'set-cookie': cookie(VISITOR_COOKIE, desk.visitors.issue(visitor, VISITOR_SECONDS), VISITOR_SECONDS) },
  }
}

export function sendBackWithCode(desk: Desk, request: AuthorizationRequest, visitor: Visitor): Answer {
  const { client, redirectUri, scopes, codeChallenge, nonce, state } = request
  const code = desk.codes.issue({ ...visitor, clientId: client.id, redirectUri, scopes, codeChallenge, nonce }, CODE_SECONDS)
  return redirect(withQuery(redirectUri, { code, state }))
}
