import { randomUUID } from 'node:crypto'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import type * as z from 'zod'
import type { Endpoint } from '../endpoint.ts'
import { type Problem, problem } from '../errors.ts'
import type { Incoming } from './call.ts'

const DEFAULT_BODY_BYTES = 1_000_000
const REQUEST_ID = /^[\w.:-]{1,128}$/
const TRACE_PARENT = /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}$/

/** Zod's issues as `{ field: message }`; nested fields are dotted, unknown ones named. */
export function detailsOf(error: z.ZodError): Record<string, string> {
  const details: Record<string, string> = {}
  for (const issue of error.issues) {
    const path = issue.path.join('.')
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys : undefined
    if (unknown) for (const key of unknown) details[path ? `${path}.${key}` : key] = 'Unknown field'
    else details[path || 'body'] ??= issue.message
  }
  return details
}

function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw problem('VALIDATION_ERROR', { details: detailsOf(result.error) })
}

/** Unknown fields are refused at the top, whatever the contract's author thought of. */
const strict = (schema: z.ZodType): z.ZodType => ('strict' in schema ? (schema as z.ZodObject).strict() : schema)

function readBody(contract: Endpoint, event: APIGatewayProxyEventV2): unknown {
  const raw = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8')
  if (raw.length > (contract.maxBodyBytes ?? DEFAULT_BODY_BYTES)) throw problem('PAYLOAD_TOO_LARGE')
  if (raw.length === 0) return contract.body?.safeParse({}).success ? {} : undefined
  const type = (event.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  if (type !== 'application/json' && type !== 'application/merge-patch+json') throw problem('UNSUPPORTED_MEDIA_TYPE')
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw))
  } catch {
    throw problem('MALFORMED_JSON')
  }
}

export interface Parsed<E extends Endpoint> {
  incoming: Incoming<E>
  /** Wrong input is told only to those who may call at all, so it waits until access is decided. */
  invalid?: Problem
}

const attempt = <T>(read: () => T): { value?: T; invalid?: Problem } => {
  try {
    return { value: read() }
  } catch (error) {
    return { invalid: error as Problem }
  }
}

function traceOf(headers: Record<string, string | undefined>) {
  const requestId = headers['x-request-id']
  const given = requestId && REQUEST_ID.test(requestId) ? requestId : undefined
  const trace = TRACE_PARENT.exec(headers.traceparent ?? '')?.[1]
  const id = given ?? randomUUID()
  return { requestId: id, correlationId: trace ?? id }
}

export function readIncoming<E extends Endpoint>(contract: E, event: APIGatewayProxyEventV2, now: Date): Parsed<E> {
  const headers = event.headers ?? {}
  const params = attempt(() => (contract.params ? parse(contract.params, event.pathParameters ?? {}) : {}))
  const query = attempt(() => parseQuery(contract, event))
  const body = attempt(() => (contract.body ? parse(strict(contract.body), readBody(contract, event)) : undefined))
  // An id of the wrong form names nothing, like one that does not exist.
  const invalid = params.invalid ? problem('NOT_FOUND') : (body.invalid ?? query.invalid)
  const incoming = {
    params: params.value,
    query: query.value,
    body: body.value,
    ...traceOf(headers),
    client: { ip: event.requestContext.http.sourceIp, userAgent: (event.requestContext.http.userAgent ?? '').slice(0, 512) },
    now: now.toISOString(),
    headers,
    ...(headers['idempotency-key'] ? { idempotencyKey: headers['idempotency-key'] } : {}),
    ...(headers['if-match'] ? { ifMatch: headers['if-match'] } : {}),
  } as Incoming<E>
  return invalid ? { incoming, invalid } : { incoming }
}

function parseQuery(contract: Endpoint, event: APIGatewayProxyEventV2): unknown {
  const given = event.queryStringParameters ?? {}
  if (contract.query) return parse(contract.query.strict(), given)
  const [first] = Object.keys(given)
  if (first === undefined) return {}
  throw problem('VALIDATION_ERROR', { details: { [first]: 'Unknown query parameter' } })
}
