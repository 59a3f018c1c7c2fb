import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { type Endpoint, methodOf } from '../endpoint.ts'
import { problem } from '../errors.ts'

const DEFAULT_BODY_BYTES = 1_000_000
/** DynamoDB nests 32 levels; an item and its event need some themselves. */
const MAX_DEPTH = 20
const SMALLEST = 1e-130

/** Of Unicode, what is no text (RFC 7493, 2.1): half of a pair, and code points that are no characters, for which SQS refuses a message. */
const isText = (value: string) => value.isWellFormed() && !/\p{Noncharacter_Code_Point}/u.test(value)
const isKeepable = (key: string) => key !== '' && key !== '__proto__' && isText(key)

const flawOfNumber = (value: number) =>
  Math.abs(value) <= Number.MAX_SAFE_INTEGER && (value === 0 || Math.abs(value) >= SMALLEST)
    ? undefined
    : 'Numbers beyond 9007199254740991 lose digits: send them as text'

/** What would not come back as it was sent (RFC 7493, I-JSON): where, and why. */
function flawOf(value: unknown, path: string[]): { at: string; why: string } | undefined {
  const at = path.join('.') || 'body'
  if (typeof value === 'number') {
    const why = flawOfNumber(value)
    return why ? { at, why } : undefined
  }
  if (typeof value === 'string')
    return isText(value) ? undefined : { at, why: 'Half of a surrogate pair, or a code point that is no character, is no Unicode text' }
  if (typeof value !== 'object' || value === null) return undefined
  if (path.length >= MAX_DEPTH) return { at, why: `Nested deeper than ${MAX_DEPTH} levels` }
  for (const [key, inner] of Object.entries(value)) {
    const flaw = isKeepable(key) ? flawOf(inner, [...path, key]) : { at, why: 'Holds a field with an impossible name' }
    if (flaw) return flaw
  }
  return undefined
}

const FORM = 'application/x-www-form-urlencoded'
const JSON_TYPES = ['application/json', 'application/merge-patch+json']

function checkType({ accepts }: Endpoint, type: string): void {
  if ((accepts ?? JSON_TYPES).some((each) => each === type)) return
  throw problem('UNSUPPORTED_MEDIA_TYPE', accepts ? { message: `Send ${accepts.join(' or ')}.` } : {})
}

function parseJson(raw: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw))
  } catch {
    throw problem('MALFORMED_JSON')
  }
}

/** The body's bytes as they were sent. */
export const rawBodyOf = (event: Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded'>): Buffer =>
  Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8')

/** The value that the body holds; without a body, an empty object where that will do. */
export function readBody(contract: Endpoint, event: APIGatewayProxyEventV2): unknown {
  const raw = rawBodyOf(event)
  if (raw.length > (contract.maxBodyBytes ?? DEFAULT_BODY_BYTES)) throw problem('PAYLOAD_TOO_LARGE')
  if (contract.rawBody && !contract.body) return {}
  if (raw.length === 0) return !contract.body || contract.body.safeParse({}).success ? {} : undefined
  const type = (event.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  checkType(contract, type)
  const value = type === FORM ? Object.fromEntries(new URLSearchParams(raw.toString())) : parseJson(raw)
  const flaw = flawOf(value, [])
  if (flaw) throw problem('VALIDATION_ERROR', { details: { [flaw.at]: flaw.why } })
  return value
}

/** A GET's body means nothing (RFC 9110), so it is not looked at. */
export const takesBody = (contract: Endpoint) => methodOf(contract) !== 'GET'
