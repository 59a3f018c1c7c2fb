import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** What the Authorization header of a signed request says. */
export interface Signature {
  accessKeyId: string
  date: string
  region: string
  service: string
  signedHeaders: string[]
  signature: string
}

export interface SignedRequest {
  method: string
  /** Path and query as they came. */
  url: string
  headers: Record<string, string>
  body: Buffer
}

/** What a signature is good for. */
export type Scope = Pick<Signature, 'date' | 'region' | 'service'>

const header =
  /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/(\d{8})\/([\w-]+)\/([\w-]+)\/aws4_request,\s*SignedHeaders=([\w;-]+),\s*Signature=([0-9a-f]{64})$/

export function readAuthorization(value: string): Signature | undefined {
  const [, accessKeyId, date, region, service, signedHeaders, signature] = header.exec(value) ?? []
  if (!accessKeyId || !date || !region || !service || !signedHeaders || !signature) return undefined
  return { accessKeyId, date, region, service, signedHeaders: signedHeaders.split(';'), signature }
}

/** Whether the secret signed exactly this request (AWS Signature Version 4). */
export function isSignedBy(secret: string, request: SignedRequest, claim: Signature): boolean {
  return isSame(sign(secret, request, claim), claim.signature)
}

export const isSame = (expected: string, signature: string) => timingSafeEqual(Buffer.from(expected, 'hex'), Buffer.from(signature, 'hex'))

/** The hexadecimal signature of a request over the claim's scope and headers. */
export function sign(secret: string, request: SignedRequest, claim: Omit<Signature, 'signature'>): string {
  const [path = '/', query = ''] = request.url.split('?', 2)
  const { method, headers } = request
  // Every service here but S3 encodes the already encoded path once more.
  const canonical = { method, path: path.split('/').map(encode).join('/'), query, headers, payloadHash: sha256(request.body) }
  return signCanonical(secret, { ...canonical, signedHeaders: claim.signedHeaders, date: request.headers['x-amz-date'] ?? '' }, claim)
}

export interface CanonicalRequest {
  method: string
  /** As the service encodes it. */
  path: string
  /** As it came, without the signature. */
  query: string
  headers: Record<string, string>
  signedHeaders: string[]
  payloadHash: string
  /** `20260101T000000Z` */
  date: string
}

export function signCanonical(secret: string, request: CanonicalRequest, scope: Scope): string {
  const headers = request.signedHeaders.map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`)
  const lines = [request.method, request.path, canonicalQuery(request.query), headers.join(''), request.signedHeaders.join(';')]
  const place = `${scope.date}/${scope.region}/${scope.service}/aws4_request`
  return signText(secret, ['AWS4-HMAC-SHA256', request.date, place, sha256([...lines, request.payloadHash].join('\n'))].join('\n'), scope)
}

/** The hexadecimal signature of a text as it is, such as a form's policy. */
export const signText = (secret: string, text: string, scope: Scope) => hmac(signingKey(secret, scope), text).toString('hex')

function canonicalQuery(query: string): string {
  if (query === '') return ''
  const pairs = query.split('&').map((pair) => pair.split('=', 2).map((part) => encode(decodeURIComponent(part))))
  const texts = pairs.map(([key = '', value = '']) => `${key}=${value}`)
  return texts.sort().join('&')
}

export function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

const keys = new Map<string, Buffer>()

/** Derived once per secret, day and scope: four of the five hash rounds of a request. */
function signingKey(secret: string, { date, region, service }: Scope): Buffer {
  const name = `${secret} ${date} ${region} ${service}`
  const known = keys.get(name)
  if (known) return known
  const key = [region, service, 'aws4_request'].reduce((parent, part) => hmac(parent, part), hmac(`AWS4${secret}`, date))
  if (keys.size > 10_000) keys.clear()
  keys.set(name, key)
  return key
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function sha256(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex')
}
