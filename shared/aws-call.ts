import { createHash, createHmac, createSecretKey } from 'node:crypto'
import * as http from 'node:http'
import * as https from 'node:https'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { AwsCredentialIdentity } from '@aws-sdk/types'
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
  /** Default POST. */
  method?: 'GET' | 'HEAD' | 'PUT' | 'DELETE'
  /** `email` in `email.eu-central-1.amazonaws.com`, where that is not the service's name. */
  host?: string
  /** At the service's address; default `/`. */
  path?: string
  /** Where else than at the service's own address. */
  url?: URL
  /** Default: the function's own. */
  credentials?: AwsCredentialIdentity
  headers: Record<string, string>
  /** A stream is opened anew for every try; its hash stands in the headers. */
  body?: string | Uint8Array | (() => Readable)
  /** How long nothing may be heard; default 3,000. */
  silenceMs?: number
  /** Sent without credentials, as operations are that take a token in place of them. */
  unsigned?: boolean
}

/** The SDK's own setting, and its default. */
const triesAllowed = () => Number(process.env.AWS_MAX_ATTEMPTS || 3)
const SILENCE_MS = 3_000
const BASE_DELAY_MS = 50

interface AwsCallErrorOptions {
  isTemporary: boolean
  status?: number
  details?: Record<string, unknown>
  cause?: unknown
}

/** What AWS, or the way to it, says of a failure. `$retryable` is the SDK's own mark, which `answer.ts` knows. */
export class AwsCallError extends Error {
  readonly $retryable?: object
  /** Of the answer, where there was one. */
  readonly status: number | undefined
  /** All that a JSON answer says of it. It may be of anybody, so it is never logged. */
  readonly details: Readonly<Record<string, unknown>>
  /** How often it was tried. */
  attempts = 1
  constructor(name: string, message: string, options: AwsCallErrorOptions) {
    super(message, { cause: options.cause })
    this.name = name
    this.status = options.status
    this.details = options.details ?? {}
    if (options.isTemporary) this.$retryable = {}
  }
}

class Sha256 {
  private readonly hash
  constructor(secret?: unknown) {
    // Of bare bytes, Node first tries whether they are a key of one kind or another, which takes three times as long as the rest.
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', createSecretKey(bytes(secret)))
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

/** The function's own. */
export function ownCredentials(): AwsCredentialIdentity {
  const sessionToken = process.env.AWS_SESSION_TOKEN
  const keys = { accessKeyId: set('AWS_ACCESS_KEY_ID'), secretAccessKey: set('AWS_SECRET_ACCESS_KEY') }
  return sessionToken ? { ...keys, sessionToken } : keys
}

/** Where a service is, when that is not at AWS. */
export const givenEndpoint = (variable: string) => process.env[`AWS_ENDPOINT_URL_${variable}`] || process.env.AWS_ENDPOINT_URL

export const regionOf = () => set('AWS_REGION')

/** `s3.eu-central-1.amazonaws.com` */
export const hostOf = (service: string) => `${service}.${regionOf()}.${regionOf().startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'}`

const endpointOf = ({ service, variable = service.toUpperCase(), host = service, path = '/' }: AwsCall) =>
  new URL(path, givenEndpoint(variable) ?? `https://${hostOf(host)}`)

export const signerFor = (service: string, region: string, by: AwsCredentialIdentity = ownCredentials()) =>
  new SignatureV4({ service, region, credentials: by, sha256: Sha256 })

async function headersOf(call: AwsCall, method: string, url: URL): Promise<Record<string, string>> {
  const { service, credentials, body, unsigned } = call
  const headers = { host: url.host, ...call.headers }
  if (unsigned) return headers
  const { protocol, hostname, pathname: path } = url
  return (await signerFor(service, regionOf(), credentials).sign({ method, protocol, hostname, path, query: {}, body, headers })).headers
}

/** Connections are kept until AWS closes them: those of Node's own agents end after five idle seconds, and the next call would make new ones. */
const ways = {
  'http:': { request: http.request, agent: new http.Agent({ keepAlive: true }) },
  'https:': { request: https.request, agent: new https.Agent({ keepAlive: true }) },
}

/** The answer as soon as it begins. */
async function begin(call: AwsCall): Promise<http.IncomingMessage> {
  const { method = 'POST', url = endpointOf(call), body, silenceMs = SILENCE_MS } = call
  const headers = await headersOf(call, method, url)
  const { request, agent } = ways[url.protocol as keyof typeof ways]
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, method, headers, timeout: silenceMs }, resolve)
    sent.on('timeout', () => sent.destroy(new AwsCallError('TimeoutError', `silent for ${silenceMs} ms`, { isTemporary: true })))
    sent.on('error', reject)
    if (typeof body === 'function') pipeline(body(), sent).catch(reject)
    else sent.end(body)
  })
}

const textOf = (answer: http.IncomingMessage) =>
  new Promise<string>((resolve, reject) => {
    let text = ''
    answer
      .setEncoding('utf8')
      .on('error', reject)
      .on('end', () => resolve(text))
    answer.on('data', (chunk: string) => {
      text += chunk
    })
  })

const PASSING =
  /Throttl|TooManyRequests|RequestLimit|SlowDown|ProvisionedThroughput|TransactionInProgress|IDPCommunicationError|InternalError|InternalServiceError|InternalFailure/

/** What a failure says in JSON; of anything else, nothing. */
function detailsIn(text: string): Record<string, unknown> {
  try {
    return { ...JSON.parse(text) }
  } catch {
    return {}
  }
}

/** Name and words of a failure, in any protocol: XML (query), JSON, or a name in a header (REST). */
function failureIn({ statusCode: status = 0, headers }: http.IncomingMessage, text: string): AwsCallError {
  const inXml = (tag: string) => new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(text)?.[1]
  const details = detailsIn(text)
  const { __type, message, Message } = details as Record<string, string | undefined>
  const named = headers['x-amzn-errortype']?.toString().split(':')[0]
  const name = inXml('Code') ?? __type?.split('#').at(-1) ?? named ?? `HTTP ${status}`
  const words = inXml('Message') ?? message ?? Message ?? `AWS answered with status ${status}.`
  return new AwsCallError(name, words, { isTemporary: status >= 500 || status === 429 || PASSING.test(name), status, details })
}

async function attempt<T>(call: AwsCall, read: (answer: http.IncomingMessage) => T | Promise<T>): Promise<T> {
  try {
    const answer = await begin(call)
    const { statusCode: status = 0 } = answer
    if (status >= 200 && status < 300) return await read(answer)
    throw failureIn(answer, await textOf(answer))
  } catch (cause) {
    const { name, message, status } = cause as AwsCallError
    if (status !== undefined) throw cause
    const known = name === 'TimeoutError' ? name : 'NetworkingError'
    throw new AwsCallError(known, `${call.service} could not be reached: ${message}`, { isTemporary: true, cause })
  }
}

async function retrying<T>(run: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await run()
    } catch (error) {
      if (error instanceof AwsCallError) error.attempts = tried
      if (tried >= triesAllowed() || !(error instanceof AwsCallError) || !error.$retryable) throw error
      // Full jitter, so that callers who were throttled together do not return together.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * BASE_DELAY_MS * 2 ** tried))
    }
  }
}

/** The body of the answer. Tries three times where the failure may pass; throws `AwsCallError`, named as AWS names it. */
export const callAws = (call: AwsCall): Promise<string> => retrying(() => attempt(call, textOf))

interface JsonCall extends Omit<AwsCall, 'headers' | 'body'> {
  /** `AWSEvents.PutEvents` */
  target: string
  input: object
  /** Of the protocol; default 1.1. */
  version?: '1.0'
}

/** One operation of a service that speaks AWS's JSON protocol. */
export async function callJson<T>({ target, input, version, ...call }: JsonCall): Promise<T> {
  const headers = { 'content-type': `application/x-amz-json-${version ?? '1.1'}`, 'x-amz-target': target }
  const reply = await callAws({ ...call, headers, body: JSON.stringify(input) })
  // Operations that answer nothing leave the body empty.
  return JSON.parse(reply || '{}') as T
}

/** As `callAws`, and gives the answer when it begins: whoever reads it may take their time. */
export const openAws = (call: AwsCall): Promise<http.IncomingMessage> =>
  retrying(() =>
    attempt(call, (answer) => {
      answer.socket.setTimeout(0)
      return answer
    }),
  )
