import { randomBytes } from 'node:crypto'
import type { Authorization } from './authorizer.ts'

/** A request as it came in, before it is known where it goes. */
export interface HttpRequest {
  method: string
  /** Decoded; `%2F` becomes a separator, as it does in API Gateway. */
  path: string
  rawQuery: string
  query: Record<string, string>
  /** Names in lower case, repeated ones joined by a comma, without cookies. */
  headers: Record<string, string>
  cookies: string[]
  protocol: string
  sourceIp: string
  port: number
  requestId: string
  time: number
}

export interface Destination {
  accountId: string
  apiId: string
  routeKey: string
  stage: string
  stageVariables: Record<string, string> | undefined
  pathParameters: Record<string, string>
  authorization: Authorization | undefined
}

/** Reads the parts of a request; throws a `URIError` when the path is not properly encoded. */
export function readRequest(raw: {
  method: string
  url: string
  rawHeaders: string[]
  httpVersion: string
  remoteAddress: string
  localPort: number
  time: number
}): HttpRequest {
  const mark = raw.url.indexOf('?')
  const rawQuery = mark < 0 ? '' : raw.url.slice(mark + 1)
  const { headers, cookies } = readHeaders(raw.rawHeaders)
  return {
    method: raw.method,
    path: decodeURIComponent(mark < 0 ? raw.url : raw.url.slice(0, mark)),
    rawQuery,
    query: readQuery(rawQuery),
    headers,
    cookies,
    protocol: `HTTP/${raw.httpVersion}`,
    sourceIp: raw.remoteAddress.replace(/^::ffff:/, ''),
    port: raw.localPort,
    requestId: `${randomBytes(11).toString('base64url')}=`,
    time: raw.time,
  }
}

function readHeaders(rawHeaders: string[]): Pick<HttpRequest, 'headers' | 'cookies'> {
  const headers: Record<string, string> = {}
  const cookies: string[] = []
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase()
    const value = rawHeaders[index + 1] ?? ''
    if (name === 'cookie') cookies.push(...value.split(/;\s*/))
    else headers[name] = name in headers ? `${headers[name]},${value}` : value
  }
  return { headers, cookies }
}

function readQuery(rawQuery: string): Record<string, string> {
  const query = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(rawQuery)) query.set(name, query.has(name) ? `${query.get(name)},${value}` : value)
  // Whatever the names are: `__proto__` is one like any other.
  return Object.fromEntries(query)
}

/** The event of payload format 2.0. Members that would be empty are absent, as in AWS. */
export function createEvent(request: HttpRequest, body: Buffer, destination: Destination): object {
  const { accountId, apiId, routeKey, stage, stageVariables, pathParameters, authorization } = destination
  const domainName = (request.headers.host ?? 'localhost').replace(/:\d+$/, '')
  const isBase64Encoded = body.length > 0 && !isText(request.headers)
  return {
    version: '2.0',
    routeKey,
    rawPath: request.path,
    rawQueryString: request.rawQuery,
    ...(request.cookies.length > 0 && { cookies: request.cookies }),
    headers: forwardedHeaders(request),
    ...(Object.keys(request.query).length > 0 && { queryStringParameters: request.query }),
    requestContext: {
      accountId,
      apiId,
      ...(authorization && { authorizer: { jwt: authorization } }),
      domainName,
      domainPrefix: domainName.split('.')[0],
      http: {
        method: request.method,
        path: request.path,
        protocol: request.protocol,
        sourceIp: request.sourceIp,
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: request.requestId,
      routeKey,
      stage,
      time: commonLogTime(request.time),
      timeEpoch: request.time,
    },
    ...(body.length > 0 && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    isBase64Encoded,
    ...(stageVariables && { stageVariables }),
  }
}

/** What API Gateway puts onto the headers on their way, less what concerns the connection to it only. */
function forwardedHeaders({ headers, sourceIp, port, time }: HttpRequest): Record<string, string> {
  const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...others } = headers
  const hops = headers['x-forwarded-for']
  return {
    ...others,
    'x-amzn-trace-id': headers['x-amzn-trace-id'] ?? `Root=1-${Math.floor(time / 1000).toString(16)}-${randomBytes(12).toString('hex')}`,
    'x-forwarded-for': hops ? `${hops}, ${sourceIp}` : sourceIp,
    'x-forwarded-port': String(port),
    'x-forwarded-proto': 'http',
  }
}

const textTypes = /^(text\/|application\/(json|javascript|xml|([\w.-]+\+)?(json|xml))\b)/i

/** Bodies of other types, and those that name a content encoding, come in base64. */
function isText(headers: Record<string, string>): boolean {
  return headers['content-encoding'] === undefined && textTypes.test(headers['content-type'] ?? '')
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `12/Mar/2020:19:03:58 +0000`, the time format of the Common Log Format. */
function commonLogTime(time: number): string {
  const date = new Date(time)
  const day = String(date.getUTCDate()).padStart(2, '0')
  return `${day}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}:${date.toISOString().slice(11, 19)} +0000`
}
