import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { listen } from '../listen.ts'
import type { Clock, Deployment, Invoke, Log } from '../types.ts'
import { createAuthorizer, type FetchKeys } from './authorizer.ts'
import { readDistribution } from './distribution.ts'
import { readRequest } from './event.ts'
import { createHandler } from './handler.ts'
import { readHttpApis } from './http-api.ts'
import { gatewayMessage, type HttpResponse } from './response.ts'

export interface GatewayOptions {
  /** 0 takes any free port. */
  port: number
  deployment: Deployment
  invoke: Invoke
  /** The public keys of an issuer; over HTTP from its discovery document unless given. */
  fetchKeys?: FetchKeys
  log: Log
  now?: Clock
  /** How many times longer than the template says an integration may take. */
  patience?: number | undefined
}

export interface Gateway {
  port: number
  close(): Promise<void>
}

const maximumBodyBytes = 10 * 1024 * 1024
/** API Gateway's limit on the request line and all header values together. */
const maximumHeaderBytes = 10_240

/** Serves the HTTP APIs of the template on one port: a request goes where the distribution sends its path. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { deployment, invoke, log, fetchKeys = fetchIssuerKeys, now = Date.now, patience = 1 } = options
  const authorize = createAuthorizer(fetchKeys, now)
  const apis = readHttpApis(deployment)
  const handle = createHandler(apis, { invoke, authorize, log, now, patience, forward: readDistribution(deployment, apis) })
  const server = createServer({ maxHeaderSize: 64 * 1024, keepAliveTimeout: 60_000 }, async (incoming, outgoing) => {
    const response = await respond(incoming, { handle, now }).catch((error: unknown) => {
      log('gateway', `${incoming.method} ${incoming.url}: ${error instanceof Error ? error.message : String(error)}`)
      return gatewayMessage(500, 'Internal Server Error')
    })
    send(outgoing, response)
  })
  await listen(server, options.port)
  return { port: (server.address() as AddressInfo).port, close: () => close(server) }
}

async function respond(
  incoming: IncomingMessage,
  { handle, now }: { handle: ReturnType<typeof createHandler>; now: Clock },
): Promise<HttpResponse> {
  if (headerBytes(incoming) > maximumHeaderBytes) return gatewayMessage(431, 'Request Header Fields Too Large')
  const request = readRequestOf(incoming, now())
  if (!request) return gatewayMessage(400, 'Bad Request')
  const body = await readBody(incoming)
  if (!body) return gatewayMessage(413, 'Request Entity Too Large', { connection: 'close' })
  const response = await handle(request, body)
  return { ...response, headers: { ...response.headers, 'apigw-requestid': request.requestId } }
}

function readRequestOf(incoming: IncomingMessage, time: number) {
  const { method = 'GET', url = '/', rawHeaders, httpVersion, socket } = incoming
  try {
    return readRequest({
      method,
      url,
      rawHeaders,
      httpVersion,
      time,
      remoteAddress: socket.remoteAddress ?? '127.0.0.1',
      localPort: socket.localPort ?? 0,
    })
  } catch {
    return undefined
  }
}

function headerBytes({ method = '', url = '', rawHeaders }: IncomingMessage): number {
  const values = rawHeaders.filter((_, index) => index % 2 === 1)
  return [method, url, ...values].reduce((sum, text) => sum + Buffer.byteLength(text), 0)
}

async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = Number(incoming.headers['content-length'] ?? 0)
  if (size > maximumBodyBytes) return undefined
  size = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maximumBodyBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function send(outgoing: ServerResponse, { status, headers, cookies, body }: HttpResponse): void {
  const hasBody = status >= 200 && status !== 204 && status !== 304
  const length = hasBody ? { 'content-length': String(body.length) } : {}
  const { 'content-type': contentType, ...others } = headers
  const type = hasBody && contentType ? { 'content-type': contentType } : {}
  outgoing.writeHead(status, { ...type, ...others, ...length, ...(cookies.length > 0 && { 'set-cookie': cookies }) })
  outgoing.end(hasBody ? body : undefined)
}

/** Reads the key set that the issuer's discovery document names. A failure is a `TypeError`, as fetch's own are. */
async function fetchIssuerKeys(issuer: string) {
  const discovery = (await fetchJson(`${issuer}/.well-known/openid-configuration`)) as { jwks_uri: string }
  return (await fetchJson(discovery.jwks_uri)) as Awaited<ReturnType<FetchKeys>>
}

async function fetchJson(url: string): Promise<unknown> {
  const response = await fetch(url)
  if (!response.ok) throw new TypeError(`${url} answered ${response.status}`)
  return response.json()
}

/** Lets running requests finish for two seconds. */
async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  const timer = setTimeout(() => server.closeAllConnections(), 2000)
  await closed
  clearTimeout(timer)
}
