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

const header =
  /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/(\d{8})\/([\w-]+)\/([\w-]+)\/aws4_request,\s*SignedHeaders=([\w;-]+),\s*Signature=([0-9a-f]{64})$/

export function readAuthorization(value: string): Signature | undefined {
  const [, accessKeyId, date, region, service, signedHeaders, signature] = header.exec(value) ?? []
  if (!accessKeyId || !date || !region || !service || !signedHeaders || !signature) return undefined
  return { accessKeyId, date, region, service, signedHeaders: signedHeaders.split(';'), signature }
}

/** Whether the secret signed exactly this request (AWS Signature Version 4). */
export function isSignedBy(secret: string, request: SignedRequest, claim: Signature): boolean {
  const expected = sign(secret, request, claim)
  return timingSafeEqual(Buffer.from(expected, 'hex'), Buffer.from(claim.signature, 'hex'))
}

/** The hexadecimal signature of a request over the claim's scope and headers. */
export function sign(secret: string, request: SignedRequest, claim: Omit<Signature, 'signature'>): string {
  const scope = `${claim.date}/${claim.region}/${claim.service}/aws4_request`
  const text = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'] ?? '', scope, sha256(canonical(request, claim.signedHeaders))].join('\n')
  return hmac(signingKey(secret, claim), text).toString('hex')
}

function canonical(request: SignedRequest, signedHeaders: string[]): string {
  const [path = '/', query = ''] = request.url.split('?', 2)
  const headers = signedHeaders.map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`)
  return [request.method, canonicalPath(path), canonicalQuery(query), headers.join(''), signedHeaders.join(';'), sha256(request.body)].join(
    '\n',
  )
}

/** Every service here encodes the already encoded path once more. */
function canonicalPath(path: string): string {
  return path.split('/').map(encode).join('/')
}

function canonicalQuery(query: string): string {
  if (query === '') return ''
  const pairs = query.split('&').map((pair) => pair.split('=', 2).map((part) => encode(decodeURIComponent(part))))
  const texts = pairs.map(([key = '', value = '']) => `${key}=${value}`)
  return texts.sort().join('&')
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

const keys = new Map<string, Buffer>()

/** Derived once per secret, day and scope: four of the five hash rounds of a request. */
function signingKey(secret: string, { date, region, service }: Pick<Signature, 'date' | 'region' | 'service'>): Buffer {
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
