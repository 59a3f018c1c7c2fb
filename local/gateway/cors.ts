/** The `CorsConfiguration` of an HTTP API. */
export interface Cors {
  allowOrigins: string[]
  allowMethods: string[]
  allowHeaders: string[]
  exposeHeaders: string[]
  allowCredentials: boolean
  maxAge: number | undefined
}

type Headers = Record<string, string>

/** A preflight names the method it asks for; other OPTIONS requests are ordinary ones. */
export function isPreflight(method: string, headers: Record<string, string | undefined>): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined
}

/** What a preflight is told; nothing when its origin is not among the configured ones, and the browser then refuses. */
export function preflightHeaders(cors: Cors, origin: string | undefined): Headers {
  const allowed = originHeaders(cors, origin)
  if (!allowed) return {}
  return {
    ...allowed,
    ...list('access-control-allow-methods', cors.allowMethods),
    ...list('access-control-allow-headers', cors.allowHeaders),
    ...(cors.maxAge === undefined ? {} : { 'access-control-max-age': String(cors.maxAge) }),
  }
}

/** An integration's own CORS headers are dropped, as API Gateway does once CORS is configured; the configured ones take their place. */
export function withCors(headers: Headers, cors: Cors | undefined, origin: string | undefined): Headers {
  if (!cors) return headers
  const others = Object.entries(headers).filter(([name]) => !name.startsWith('access-control-'))
  const allowed = originHeaders(cors, origin)
  return { ...Object.fromEntries(others), ...allowed, ...(allowed ? list('access-control-expose-headers', cors.exposeHeaders) : {}) }
}

function originHeaders(cors: Cors, origin: string | undefined): Headers | undefined {
  if (origin === undefined) return undefined
  const match = cors.allowOrigins.find((allowed) => isAllowed(allowed, origin))
  if (!match) return undefined
  const credentials = cors.allowCredentials ? { 'access-control-allow-credentials': 'true' } : undefined
  return { 'access-control-allow-origin': match === '*' ? '*' : origin, ...credentials }
}

/** Besides exact origins API Gateway knows `*`, `https://*` and `http://*`. */
function isAllowed(allowed: string, origin: string): boolean {
  if (allowed.endsWith('*')) return origin.toLowerCase().startsWith(allowed.slice(0, -1).toLowerCase())
  return allowed.toLowerCase() === origin.toLowerCase()
}

const list = (name: string, values: string[]): Headers => (values.length > 0 ? { [name]: values.join(',') } : {})
