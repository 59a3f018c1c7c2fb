import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import type { Problem } from '../errors.ts'

/** On every answer of ours (OWASP secure headers; the API serves data, so its policy allows nothing else). */
export const securityHeaders: Record<string, string> = {
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'strict-origin-when-cross-origin',
  'cache-control': 'no-store',
}

export interface Answer {
  status: number
  headers: Record<string, string>
  /** JSON unless a string or bytes with their own content type. */
  body?: unknown
}

const COMPRESS_ABOVE_BYTES = 1_024
const COMPRESSIBLE = /json|text|javascript|xml|svg/

/** The codings that the caller takes (RFC 9110, 12.5.3): those it names and does not rule out with `q=0`. */
const codingsOf = (acceptEncoding: string) =>
  acceptEncoding
    .toLowerCase()
    .split(',')
    .map((each) => each.split(';').map((part) => part.trim()))
    .filter(([, weight]) => !/^q=0(\.0*)?$/.test(weight ?? ''))
    .map(([coding]) => coding)

function compress(text: Buffer, accepted: string): { encoding: string; bytes: Buffer } | undefined {
  const codings = codingsOf(accepted)
  if (codings.includes('br')) {
    return { encoding: 'br', bytes: brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }) }
  }
  return codings.includes('gzip') ? { encoding: 'gzip', bytes: gzipSync(text) } : undefined
}

/** The answer in API Gateway's format 2.0; compressed here, because an HTTP API does not. */
export function toResult(answer: Answer, acceptEncoding = ''): APIGatewayProxyStructuredResultV2 {
  const headers: Record<string, string> = { ...securityHeaders, ...answer.headers }
  if (answer.body === undefined) return { statusCode: answer.status, headers }
  const isBytes = answer.body instanceof Uint8Array
  headers['content-type'] ??= 'application/json; charset=utf-8'
  const text = isBytes || typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
  const bytes = Buffer.from(text as string)
  const packed =
    bytes.length > COMPRESS_ABOVE_BYTES && COMPRESSIBLE.test(headers['content-type']) ? compress(bytes, acceptEncoding) : undefined
  if (COMPRESSIBLE.test(headers['content-type'])) headers.vary = 'Accept-Encoding'
  if (packed) {
    headers['content-encoding'] = packed.encoding
    return { statusCode: answer.status, headers, body: packed.bytes.toString('base64'), isBase64Encoded: true }
  }
  if (isBytes) return { statusCode: answer.status, headers, body: bytes.toString('base64'), isBase64Encoded: true }
  return { statusCode: answer.status, headers, body: text as string }
}

const RETRY_SECONDS = '2'

/** The envelope of a failure. */
export function failure(error: Problem, about: { now: string; path: string; requestId: string }): Answer {
  return {
    status: error.status,
    headers: error.status === 503 ? { 'retry-after': RETRY_SECONDS, ...error.headers } : error.headers,
    body: {
      success: false,
      error: error.message,
      code: error.code,
      ...(error.details ? { details: error.details } : {}),
      timestamp: about.now,
      path: about.path,
      requestId: about.requestId,
    },
  }
}

export const etagOf = (version: number) => `"${version}"`

/** Does an `If-Match` (strong) or `If-None-Match` (weak) header name this tag (RFC 9110, 8.8.3.2)? */
export function namesTag(header: string, etag: string, comparison: 'strong' | 'weak'): boolean {
  const tags = header.split(',').map((tag) => tag.trim())
  return tags.some((tag) => tag === '*' || tag === etag || (comparison === 'weak' && tag === `W/${etag}`))
}
