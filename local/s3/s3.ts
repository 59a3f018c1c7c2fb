import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { Iam } from '../iam/iam.ts'
import { listen, shut } from '../listen.ts'
import type { Credentials } from '../sts/credentials.ts'
import { AwsError, type Clock, type Deployment, type Log, type Resource } from '../types.ts'
import { type Answer, errorAnswer } from './answers.ts'
import { type Asked, authenticate } from './authentication.ts'
import { corsHeaders, corsRulesOf } from './cors.ts'
import { openObjects } from './objects.ts'
import { OPERATIONS, postForm, type Visit, type World } from './operations.ts'

export interface S3Options {
  deployment: Deployment
  /** 0 takes a free one. */
  port: number
  dataDir: string
  credentials: Credentials
  iam: Iam
  log: Log
  now?: Clock
}

export interface LocalS3 {
  url: string
  close(): Promise<void>
}

/**
 * S3 for the buckets of the templates, addressed by path: objects are put, read, asked for and removed by signed requests and presigned
 * addresses, and come in by forms. What a bucket's lifecycle would expire stays; parts, versions, lists and tags are not answered.
 */
export async function startS3(options: S3Options): Promise<LocalS3> {
  const now = options.now ?? Date.now
  const world: World = { ...options, now, objects: openObjects(options.dataDir, now) }
  const server = createServer((request, response) => void serve(world, request, response))
  const port = await listen(server, options.port)
  return {
    url: `http://localhost:${port}`,
    close: () => shut(server),
  }
}

async function serve(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const requestId = randomUUID()
  const { method = 'GET' } = request
  const asked = askedOf(request)
  const { bucket, key } = placeOf(world, asked)
  const cors = bucket && corsHeaders(corsRulesOf(bucket), asked.headers, asked.headers['access-control-request-method'] ?? method)
  const answer = await answerTo(world, asked, { bucket, key, cors, request }).catch((error: unknown) => {
    const known = error instanceof AwsError ? error : internalError(world.log, error)
    return errorAnswer(known, method, requestId)
  })
  // Whoever is still sending hears the answer only once they have finished.
  if (!request.complete)
    await request
      .resume()
      .toArray()
      .catch(() => undefined)
  await send(response, { ...answer, headers: { ...answer.headers, ...cors, 'x-amz-request-id': requestId } })
}

interface Found {
  bucket: Resource | undefined
  key: string
  cors: Record<string, string> | undefined
  request: IncomingMessage
}

async function answerTo(world: World, asked: Asked, { bucket, key, cors, request }: Found): Promise<Answer> {
  if (!bucket) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404)
  if (asked.method === 'OPTIONS') {
    if (cors) return { status: 200 }
    throw new AwsError('AccessForbidden', 'CORSResponse: This CORS request is not allowed. No rule of the bucket lets it in.', 403)
  }
  const visit: Visit = { ...asked, world, bucket, key, body: request }
  if (asked.method === 'POST' && key === '') return postForm(visit)
  const operation = key === '' ? undefined : OPERATIONS[asked.method]
  if (operation) return operation(visit, authenticate(asked, world.credentials, world.now()))
  throw new AwsError('NotImplemented', `The local stack does not answer ${asked.method} on a ${key === '' ? 'bucket' : 'object'}.`, 501)
}

function askedOf({ method = 'GET', url = '/', headers }: IncomingMessage): Asked {
  const [path = '/', ...query] = url.split('?')
  const texts = Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : (value ?? '')])
  return { method, path, query: query.join('?'), headers: Object.fromEntries(texts) }
}

/** `/<bucket>/<key>`; a key that cannot be read is left to the check of its signature, which says so. */
function placeOf({ deployment }: World, { path }: Asked): { bucket: Resource | undefined; key: string } {
  const [, name = '', ...key] = path.split('/')
  const bucket = deployment.ofType('AWS::S3::Bucket').find(({ ref }) => ref === name)
  try {
    return { bucket, key: decodeURIComponent(key.join('/')) }
  } catch {
    return { bucket, key: key.join('/') }
  }
}

function internalError(log: Log, error: unknown): AwsError {
  log('s3', `a request failed: ${error instanceof Error ? error.stack : String(error)}`)
  return new AwsError('InternalError', 'We encountered an internal error. The log of the local stack says why.', 500)
}

async function send(response: ServerResponse, { status, headers, body }: Answer): Promise<void> {
  response.writeHead(status, headers)
  if (body === undefined || typeof body === 'string') response.end(body)
  else await pipeline(body, response).catch(() => response.destroy())
}
