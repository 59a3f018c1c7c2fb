import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Iam } from '../iam/iam.ts'
import { listen, shut } from '../listen.ts'
import type { Credentials } from '../sts/credentials.ts'
import { AwsError, type AwsReply, type AwsRequest, type AwsService, type Caller, type Log } from '../types.ts'
import { authenticate } from './authentication.ts'
import { authorize } from './authorization.ts'
import { errorReply, parse, protocolOf } from './protocol.ts'

export interface FrontOptions {
  /** 0 takes a free one. */
  port: number
  services: AwsService[]
  credentials: Credentials
  iam: Iam
  log: Log
}

export interface Front {
  url: string
  port: number
  close(): Promise<void>
}

const maxBodyBytes = 20 * 1024 * 1024
const anonymous: Caller = { roleArn: '', tags: {}, accessKeyId: '' }

/** The one HTTP door to every emulated service: authenticates by SigV4, asks IAM for all that a call needs, then lets the service answer. */
export async function startFront(options: FrontOptions): Promise<Front> {
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    void answer(options, request).then((reply) => send(response, reply))
  })
  const port = await listen(server, options.port)
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    close: () => shut(server),
  }
}

async function answer(options: FrontOptions, incoming: IncomingMessage): Promise<AwsReply> {
  const requestId = randomUUID()
  const headers = flatten(incoming)
  try {
    const body = await read(incoming)
    const reply = await dispatch(
      options,
      { method: incoming.method ?? 'GET', url: incoming.url ?? '/', headers, body },
      incoming.socket.remoteAddress ?? '',
    )
    return { ...reply, headers: { ...reply.headers, 'x-amzn-requestid': requestId } }
  } catch (error) {
    const known = error instanceof AwsError ? error : internalError(options.log, error)
    const reply = errorReply(known, protocolOf({ headers }), requestId)
    return { ...reply, headers: { ...reply.headers, 'x-amzn-requestid': requestId } }
  }
}

function internalError(log: Log, error: unknown): AwsError {
  log('aws', `a service failed: ${error instanceof Error ? error.stack : String(error)}`)
  return new AwsError('InternalServerError', 'The local stack failed to answer; its log says why.', 500)
}

interface Incoming {
  method: string
  url: string
  headers: Record<string, string>
  body: Buffer
}

async function dispatch(options: FrontOptions, incoming: Incoming, sourceIp: string): Promise<AwsReply> {
  const parsed = parse(incoming)
  const session = authenticate(incoming, parsed, options.credentials)
  const service = options.services.find((each) => each.name === parsed.service)
  if (!service) throw new AwsError('UnknownOperationException', `the local stack runs no ${parsed.service}`, 404)
  const { service: name, operation, input } = parsed
  const path = incoming.url.split('?')[0] ?? '/'
  const request: AwsRequest = { service: name, operation, input, path, ...incoming, caller: session ?? anonymous }
  for (const need of service.needs(request)) {
    if (!session) throw new AwsError('MissingAuthenticationTokenException', 'Request is missing Authentication Token')
    authorize(options, session, { ...need, context: { 'aws:SourceIp': [sourceIp], ...need.context } })
  }
  return service.handle(request)
}

function flatten(incoming: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : (value ?? '')]),
  )
}

async function read(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBodyBytes) throw new AwsError('RequestEntityTooLargeException', 'the body is too large', 413)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function send(response: ServerResponse, reply: AwsReply): void {
  response.writeHead(reply.status, { ...reply.headers, 'content-length': Buffer.byteLength(reply.body) })
  response.end(reply.body)
}
