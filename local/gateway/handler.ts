import { type Clock, FunctionError, type Invoke, type Log } from '../types.ts'
import type { Authorization, createAuthorizer } from './authorizer.ts'
import { isPreflight, preflightHeaders, withCors } from './cors.ts'
import type { Forward } from './distribution.ts'
import { createEvent, type HttpRequest } from './event.ts'
import type { HttpApi, Route } from './http-api.ts'
import { gatewayMessage, type HttpResponse, readAnswer } from './response.ts'
import { matchRoute, type RouteMatch } from './routes.ts'
import { createThrottle } from './throttle.ts'

interface Parts {
  invoke: Invoke
  authorize: ReturnType<typeof createAuthorizer>
  log: Log
  now: Clock
  patience: number
  /** What stands in front of the APIs. */
  forward?: Forward | undefined
}

type Handle = (request: HttpRequest, body: Buffer) => Promise<HttpResponse>

/** Takes a request through API Gateway's steps: route, throttle, authorizer, preflight, integration. */
export function createHandler(apis: HttpApi[], { invoke, authorize, log, now, patience, forward }: Parts): Handle {
  const throttles = new Map(apis.map((api) => [api, createThrottle(api.stage.limitOf, now)]))

  async function answer(request: HttpRequest, body: Buffer, api: HttpApi, match: RouteMatch<Route> | undefined): Promise<HttpResponse> {
    const { origin } = request.headers
    const preflight = api.cors && isPreflight(request.method, request.headers) && noContent(preflightHeaders(api.cors, origin))
    const guarded = match && (await guard(request, api, match.route))
    // An OPTIONS route of one's own takes the preflight over; a catch-all does not.
    if (preflight && !guarded?.refusal && match?.route.method !== 'OPTIONS') return preflight
    const response =
      guarded?.refusal ?? (match ? await integrate(request, body, api, match, guarded?.authorization) : gatewayMessage(404, 'Not Found'))
    return { ...response, headers: withCors(response.headers, api.cors, origin) }
  }

  async function guard(
    request: HttpRequest,
    api: HttpApi,
    route: Route,
  ): Promise<{ refusal?: HttpResponse; authorization?: Authorization }> {
    if (!throttles.get(api)?.(route.key)) return { refusal: gatewayMessage(429, 'Too Many Requests') }
    if (!route.authorizer) return {}
    const verdict = await authorize(route.authorizer, request, route.scopes)
    if (verdict.allowed) return verdict
    return { refusal: gatewayMessage(verdict.status, verdict.message, { 'www-authenticate': verdict.challenge }) }
  }

  async function integrate(
    request: HttpRequest,
    body: Buffer,
    api: HttpApi,
    { route, pathParameters }: RouteMatch<Route>,
    authorization: Authorization | undefined,
  ): Promise<HttpResponse> {
    if (!route.permitted) {
      log('gateway', `${route.key}: no AWS::Lambda::Permission lets the API call ${route.functionArn}`)
      return gatewayMessage(500, 'Internal Server Error')
    }
    const { name: stage, variables: stageVariables } = api.stage
    const destination = {
      accountId: api.accountId,
      apiId: api.id,
      routeKey: route.key,
      stage,
      stageVariables,
      pathParameters,
      authorization,
    }
    return callFunction(route, createEvent(request, body, destination))
  }

  async function callFunction(route: Route, event: object): Promise<HttpResponse> {
    try {
      const answer = await within(route.timeoutMs * patience, invoke(route.functionArn, event))
      return answer === late ? gatewayMessage(503, 'Service Unavailable') : readAnswer(answer)
    } catch (error) {
      if (error instanceof FunctionError && error.errorType === 'RequestEntityTooLargeException') {
        return gatewayMessage(413, 'Request Entity Too Large')
      }
      log('gateway', `${route.key}: ${error instanceof Error ? error.message : String(error)}`)
      return gatewayMessage(500, 'Internal Server Error')
    }
  }

  return async (incoming, body) => {
    if (!forward) {
      const { api, match } = choose(apis, incoming)
      return answer(incoming, body, api, match)
    }
    const { api, request } = forward(incoming)
    return answer(request, body, api, matchRoute(api.routes, request.method, request.path))
  }
}

/** Without a distribution several APIs share the one port all the same: a named route of any beats a `$default` of any. */
function choose(apis: HttpApi[], { method, path }: HttpRequest): { api: HttpApi; match: RouteMatch<Route> | undefined } {
  const matches = apis.map((api) => ({ api, match: matchRoute(api.routes, method, path) }))
  const found = matches.find(({ match }) => match && match.route.key !== '$default') ?? matches.find(({ match }) => match) ?? matches[0]
  if (!found) throw new Error('the template has no HTTP API')
  return found
}

function noContent(headers: Record<string, string>): HttpResponse {
  return { status: 204, headers, cookies: [], body: Buffer.alloc(0) }
}

const late = Symbol('late')

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T | typeof late> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<typeof late>((resolve) => {
    timer = setTimeout(() => resolve(late), milliseconds)
  })
  try {
    return await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
  }
}
