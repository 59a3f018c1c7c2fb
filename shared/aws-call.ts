import { createHash, createHmac } from 'node:crypto'
import * as http from 'node:http'
import * as https from 'node:https'
import { SignatureV4 } from '@smithy/signature-v4'

/**
 * Single calls to AWS, signed (SigV4) with the function's own credentials, for services of which one operation is needed: an SDK client
 * of theirs would cost every start more than the call itself. Lambda gives credentials in the environment, and so does the local stack.
 */
export interface AwsCall {
  /** `sts`: its host, its name in the signature, and `AWS_ENDPOINT_URL_STS`. */
  service: string
  /** `SECRETS_MANAGER` in `AWS_ENDPOINT_URL_…`, where that is not the service in capitals. */
  variable?: string
  headers: Record<string, string>
  body: string
}

const TRIES = 3
const TIMEOUT_MS = 3_000
const BASE_DELAY_MS = 50

/** What AWS, or the way to it, says of a failure. `$retryable` is the SDK's own mark, which `answer.ts` knows. */
export class AwsCallError extends Error {
  readonly $retryable?: object
  constructor(name: string, message: string, options: { isTemporary: boolean; cause?: unknown }) {
    super(message, { cause: options.cause })
    this.name = name
    if (options.isTemporary) this.$retryable = {}
  }
}

class Sha256 {
  private readonly hash
  constructor(secret?: unknown) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytes(secret))
  }
  update(data: unknown) {
    this.hash.update(bytes(data))
  }
  async digest() {
    return new Uint8Array(this.hash.digest())
  }
}

function bytes(data: unknown): Buffer {
  if (typeof data === 'string') return Buffer.from(data)
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data as ArrayBuffer)
}

const set = (name: string) => {
  const value = process.env[name]
  if (!value) throw new Error(`The environment variable ${name} is missing: Lambda sets it for every function.`)
  return value
}

function credentials() {
  const sessionToken = process.env.AWS_SESSION_TOKEN
  const keys = { accessKeyId: set('AWS_ACCESS_KEY_ID'), secretAccessKey: set('AWS_SECRET_ACCESS_KEY') }
  return sessionToken ? { ...keys, sessionToken } : keys
}

function endpointOf({ service, variable = service.toUpperCase() }: AwsCall, region: string): URL {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  return new URL(process.env[`AWS_ENDPOINT_URL_${variable}`] || process.env.AWS_ENDPOINT_URL || `https://${service}.${region}.${suffix}`)
}

async function send(call: AwsCall): Promise<{ status: number; text: string }> {
  const region = set('AWS_REGION')
  const url = endpointOf(call, region)
  const signer = new SignatureV4({ service: call.service, region, credentials: credentials(), sha256: Sha256 })
  const { headers } = await signer.sign({
    ...{ method: 'POST', protocol: url.protocol, hostname: url.hostname, path: url.pathname, query: {}, body: call.body },
    headers: { host: url.host, ...call.headers },
  })
  const { request } = url.protocol === 'http:' ? http : https
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers, signal: AbortSignal.timeout(TIMEOUT_MS) }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }))
    })
    sent.on('error', reject)
    sent.end(call.body)
  })
}

const PASSING = /Throttl|TooManyRequests|RequestLimit|SlowDown|IDPCommunicationError|InternalError|InternalServiceError|InternalFailure/

/** Name and words of a failure, in either protocol: XML (query) or JSON. */
function failureIn(status: number, text: string): AwsCallError {
  const inXml = (tag: string) => new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(text)?.[1]
  const inJson = (name: string) => new RegExp(`"${name}"\\s*:\\s*"((?:[^"\\\\]|\\\\.)*)"`, 'i').exec(text)?.[1]
  const name = inXml('Code') ?? inJson('__type')?.split('#').at(-1) ?? `HTTP ${status}`
  const words = inXml('Message') ?? inJson('message') ?? `AWS answered with status ${status}.`
  return new AwsCallError(name, words, { isTemporary: status >= 500 || status === 429 || PASSING.test(name) })
}

async function attempt(call: AwsCall): Promise<string> {
  const reply = await send(call).catch((cause: Error) => {
    const name = cause.name === 'TimeoutError' ? 'TimeoutError' : 'NetworkingError'
    throw new AwsCallError(name, `${call.service} could not be reached: ${cause.message}`, { isTemporary: true, cause })
  })
  if (reply.status >= 200 && reply.status < 300) return reply.text
  throw failureIn(reply.status, reply.text)
}

/** The body of the answer. Tries three times where the failure may pass; throws `AwsCallError`, named as AWS names it. */
export async function callAws(call: AwsCall): Promise<string> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt(call)
    } catch (error) {
      if (tries >= TRIES || !(error instanceof AwsCallError) || !error.$retryable) throw error
      // Full jitter, so that callers who were throttled together do not return together.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * BASE_DELAY_MS * 2 ** tries))
    }
  }
}
