import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { authorize } from '../aws/authorization.ts'
import type { Iam } from '../iam/iam.ts'
import type { Credentials } from '../sts/credentials.ts'
import { AwsError, type Clock, type Deployment, type Log, type Resource } from '../types.ts'
import { type Answer, formAnswer, isUnchanged, objectHeaders, rangeIn } from './answers.ts'
import { type Asked, type Proof, UNSIGNED } from './authentication.ts'
import { authenticateForm, checkPolicy, type Length } from './form-policy.ts'
import { readForm } from './multipart.ts'
import type { Objects } from './objects.ts'

export interface World {
  deployment: Deployment
  credentials: Credentials
  iam: Iam
  log: Log
  objects: Objects
  now: Clock
}

/** A request on an object of a bucket that is there. */
export interface Visit extends Asked {
  world: World
  bucket: Resource
  key: string
  body: IncomingMessage
}

export const OPERATIONS: Record<string, (visit: Visit, proof: Proof) => Promise<Answer>> = { PUT: put, GET: get, HEAD: get, DELETE: remove }

function allow({ world, bucket, key, body }: Visit, proof: Proof, action: string): void {
  const resource = `${world.deployment.attribute(bucket, 'Arn')}/${key}`
  const context = { 'aws:SourceIp': [body.socket.remoteAddress ?? ''], ...proof.context }
  authorize(world, proof.session, { action, resource, context })
}

/** S3 tells those alone who may list a bucket that something is not in it. */
function notThere({ world, bucket, key }: Visit, proof: Proof): AwsError {
  const list = { action: 's3:ListBucket', resource: world.deployment.attribute(bucket, 'Arn'), context: proof.context }
  if (world.iam.evaluate(proof.session, list).allowed)
    return new AwsError('NoSuchKey', 'The specified key does not exist.', 404, { Key: key })
  return new AwsError('AccessDenied', 'Access Denied', 403)
}

async function get(visit: Visit, proof: Proof): Promise<Answer> {
  allow(visit, proof, 's3:GetObject')
  const { world, bucket, key, query, method } = visit
  const object = world.objects.find(bucket.ref, key)
  if (!object) throw notThere(visit, proof)
  const headers = objectHeaders(object, query)
  if (isUnchanged(visit, object)) return { status: 304, headers }
  const range = rangeIn(visit, object)
  const [from, to] = range ?? [0, object.bytes - 1]
  const about = {
    ...headers,
    'content-length': String(to - from + 1),
    ...(range && { 'content-range': `bytes ${from}-${to}/${object.bytes}` }),
  }
  const body = method === 'GET' && to >= from ? { body: world.objects.read(bucket.ref, object, from, to) } : {}
  return { status: range ? 206 : 200, headers: about, ...body }
}

async function put(visit: Visit, proof: Proof): Promise<Answer> {
  allow(visit, proof, 's3:PutObject')
  const { world, bucket, key, headers, body } = visit
  if (headers['content-length'] === undefined)
    throw new AwsError('MissingContentLength', 'You must provide the Content-Length HTTP header.', 411)
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) throw new AwsError('KeyTooLongError', 'Your key is too long')
  const content = proof.payloadHash === UNSIGNED ? body : hashed(body, proof.payloadHash)
  const { etag } = await world.objects.put(bucket.ref, key, content, headers['content-type'] ?? 'binary/octet-stream')
  return { status: 200, headers: { etag, 'x-amz-server-side-encryption': 'AES256' } }
}

const MAX_KEY_BYTES = 1024

async function* hashed(body: AsyncIterable<Buffer>, expected: string): AsyncGenerator<Buffer> {
  const hash = createHash('sha256')
  for await (const chunk of body) {
    hash.update(chunk)
    yield chunk
  }
  if (hash.digest('hex') === expected) return
  throw new AwsError('XAmzContentSHA256Mismatch', "The provided 'x-amz-content-sha256' header does not match what was computed.")
}

async function remove(visit: Visit, proof: Proof): Promise<Answer> {
  allow(visit, proof, 's3:DeleteObject')
  visit.world.objects.remove(visit.bucket.ref, visit.key)
  return { status: 204 }
}

export async function postForm(visit: Visit): Promise<Answer> {
  const { world, bucket, headers, body } = visit
  const { fields, file } = await readForm(headers['content-type'] ?? '', body)
  const proof = authenticateForm(fields, world.credentials, world.now())
  const key = fields.get('key') ?? ''
  if (key === '') throw new AwsError('InvalidArgument', "Bucket POST must contain a field named 'key'.")
  if (fields.has('success_action_redirect') || key.includes(FILE_NAME)) {
    throw new AwsError('NotImplemented', 'The local stack neither redirects after an upload nor puts in a file name.', 501)
  }
  const length = checkPolicy(fields, bucket.ref, world.now())
  allow({ ...visit, key }, proof, 's3:PutObject')
  const type = fields.get('content-type') ?? 'binary/octet-stream'
  const object = await world.objects.put(bucket.ref, key, within(length, file), type)
  return formAnswer(fields.get('success_action_status'), object, { bucket: bucket.ref, key, url: `http://${headers.host}` })
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: S3's own variable.
const FILE_NAME = '${filename}'

async function* within({ min, max }: Length, file: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let bytes = 0
  for await (const chunk of file) {
    bytes += chunk.length
    if (bytes > max) {
      const details = { ProposedSize: bytes, MaxSizeAllowed: max }
      throw new AwsError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', 400, details)
    }
    yield chunk
  }
  if (bytes >= min) return
  const details = { ProposedSize: bytes, MinSizeAllowed: min }
  throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', 400, details)
}
