import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Desk } from './desk.ts'
import { jwks, openidConfiguration } from './discovery.ts'
import { html } from './html.ts'
import { type Answer, CORS, json, readVisit, send, type Visit } from './http.ts'
import { authorize, login } from './login.ts'
import { messagePage } from './login-pages.ts'
import { logout } from './logout.ts'
import { revocation, token, userInfo } from './token-endpoint.ts'

/** Hands a call of Cognito's own API to the AWS-shaped front door. */
export type ForwardAws = (request: IncomingMessage, response: ServerResponse) => void

type Handler = (desk: Desk, visit: Visit) => Answer | Promise<Answer>

const ROUTES: Record<string, Handler> = {
  'GET /': about,
  'GET /oauth2/authorize': authorize,
  'GET /login': login,
  'POST /login': login,
  'GET /logout': logout,
  'POST /oauth2/token': token,
  'POST /oauth2/revoke': revocation,
  'GET /oauth2/userInfo': userInfo,
  'POST /oauth2/userInfo': userInfo,
}
/** What scripts of other origins may call; the pages are for people. */
const FOR_PROGRAMS = /^\/oauth2\/(token|revoke|userInfo)$|^\/[^/]+\/\.well-known\//

export function hostedServer(desk: Desk, forwardAws: ForwardAws | undefined): Server {
  return createServer((request, response) => {
    if (request.method === 'POST' && request.headers['x-amz-target'] && forwardAws) return forwardAws(request, response)
    serve(desk, request)
      .catch((error: unknown) => {
        desk.world.log(
          'cognito',
          `${request.method} ${request.url?.split('?')[0]} failed: ${error instanceof Error ? error.stack : String(error)}`,
        )
        return messagePage(500, 'Something went wrong', 'The sign-in page has failed; its log says why.')
      })
      .then((answer) => send(response, answer))
  })
}

async function serve(desk: Desk, request: IncomingMessage): Promise<Answer> {
  const visit = await readVisit(request)
  if (!visit) return json(413, { error: 'invalid_request', error_description: 'The body is too large' }, { connection: 'close' })
  if (visit.method === 'OPTIONS' && FOR_PROGRAMS.test(visit.path)) return { status: 204, headers: CORS }
  const route = `${visit.method === 'HEAD' ? 'GET' : visit.method} ${visit.path}`
  if (Object.hasOwn(ROUTES, route)) return (ROUTES[route] as Handler)(desk, visit)
  return wellKnown(desk, visit) ?? messagePage(404, 'There is nothing here', 'The address may be misspelt.')
}

function wellKnown(desk: Desk, visit: Visit): Answer | undefined {
  const [, poolId = '', document] = /^\/([^/]+)\/\.well-known\/(jwks\.json|openid-configuration)$/.exec(visit.path) ?? []
  const realm = desk.world.realms.get(poolId)
  if (!realm) return undefined
  return document === 'jwks.json' ? jwks(realm) : openidConfiguration(realm)
}

function about(desk: Desk): Answer {
  const pools = [...desk.world.realms.values()].map(
    ({ pool, issuer }) => html`<br><a href="${issuer}/.well-known/openid-configuration">${pool.name}</a> `,
  )
  const text = html`Sign-in of the local stack: user pools, their keys and their hosted login. Applications send you here; the product is at
<a href="${desk.apiOrigin}">${desk.apiOrigin}</a>. Pools:${pools}`
  return messagePage(200, 'Sign-in', text)
}
