import { randomUUID } from 'node:crypto'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import * as z from 'zod'
import { config } from '../config.ts'
import type { Endpoint } from '../endpoint.ts'
import { type Problem, problem } from '../errors.ts'
import { rawBodyOf, readBody, takesBody } from './body.ts'
import type { Incoming } from './call.ts'
import { givenKey } from './idempotency.ts'
import { strictly } from './strictly.ts'
import { viewerAddress } from './viewer.ts'

const REQUEST_ID = /^[\w.:-]{1,128}$/
/** W3C Trace Context: ids of zeros only, and version ff, are void. */
const TRACE_PARENT = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-[\da-f]{2}$/

/** Of the alternatives of a union, the one that knows most of the fields given, and then lacks least. */
const nearest = (alternatives: z.core.$ZodIssue[][]): z.core.$ZodIssue[] => {
  const strangeness = (issues: z.core.$ZodIssue[]) =>
    issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? 1_000 * issue.keys.length : 1), 0)
  return alternatives.toSorted((a, b) => strangeness(a) - strangeness(b))[0] ?? []
}

/** Issues with those of a union in its place, told as of the alternative that was probably meant. */
const flattened = (issues: z.core.$ZodIssue[]): z.core.$ZodIssue[] =>
  issues.flatMap((issue) => {
    const inner = issue.code === 'invalid_union' ? nearest(issue.errors) : []
    return inner.length === 0 ? [issue] : flattened(inner.map((each) => ({ ...each, path: [...issue.path, ...each.path] })))
  })

/** Zod's issues as `{ field: message }`; nested fields are dotted, unknown ones named. */
export function detailsOf(error: z.ZodError): Record<string, string> {
  const details = new Map<string, string>()
  for (const issue of flattened(error.issues)) {
    const path = issue.path.join('.')
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys : undefined
    if (unknown) for (const key of unknown) details.set(path ? `${path}.${key}` : key, 'Unknown field')
    else if (!details.has(path || 'body')) details.set(path || 'body', issue.message)
  }
  return Object.fromEntries(details)
}

const isMissing = (issue: { code: string; input?: unknown }) => issue.code === 'invalid_type' && issue.input === undefined

function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = strictly(schema).safeParse(value, { error: (issue) => (isMissing(issue) ? 'Required' : undefined) })
  if (result.success) return result.data
  throw problem('VALIDATION_ERROR', { details: detailsOf(result.error) })
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

const NOTHING = z.object({})

function parseQuery(contract: Endpoint, event: APIGatewayProxyEventV2): unknown {
  const given = event.queryStringParameters ?? {}
  if (contract.query) return parse(contract.query, given)
  const [first] = Object.keys(given)
  if (first === undefined) return {}
  throw problem('VALIDATION_ERROR', { details: { [first]: 'Unknown query parameter' } })
}

function parseBody(contract: Endpoint, event: APIGatewayProxyEventV2): unknown {
  if (!takesBody(contract)) return undefined
  const value = parse(contract.body ?? NOTHING, readBody(contract, event))
  return contract.body ? value : undefined
}

/** The caller's `traceparent`, if it is one. */
const traceParentOf = ({ traceparent }: Record<string, string | undefined>) =>
  traceparent && TRACE_PARENT.test(traceparent) ? traceparent : undefined

/** What a request is known by; `requestId` is always our own, so that no caller can pass a request off as another. */
export interface Trace {
  requestId: string
  /** What the caller calls it, if that is usable. */
  clientRequestId?: string
  correlationId: string
}

export function traceOf(headers: Record<string, string | undefined>): Trace {
  const requestId = randomUUID()
  const asked = headers['x-request-id'] ?? ''
  const correlationId = TRACE_PARENT.exec(headers.traceparent ?? '')?.[1] ?? requestId
  return { requestId, correlationId, ...(REQUEST_ID.test(asked) ? { clientRequestId: asked } : {}) }
}

/** The headers by which an answer tells whose it is: what the caller sent comes back, and our own id stands beside it. */
export function traceHeaders({ requestId, clientRequestId = requestId }: Trace, headers: Record<string, string | undefined>) {
  const traceparent = traceParentOf(headers)
  return {
    'x-request-id': clientRequestId,
    'x-tessera-request-id': requestId,
    ...(traceparent ? { traceparent } : {}),
  }
}

/** What every event of the request carries: cut so that it stays Unicode text, which queues take. */
const plainText = (agent: string) =>
  agent
    .slice(0, 512)
    .toWellFormed()
    .replace(/\p{Noncharacter_Code_Point}/gu, '\ufffd')

export function readIncoming<E extends Endpoint>(contract: E, event: APIGatewayProxyEventV2, now: Date): Parsed<E> {
  const headers = event.headers ?? {}
  const params = attempt(() => (contract.params ? parse(contract.params, event.pathParameters ?? {}) : {}))
  const query = attempt(() => parseQuery(contract, event))
  const body = attempt(() => parseBody(contract, { ...event, headers }))
  const key = attempt(() => givenKey(contract, headers))
  // An id of the wrong form names nothing, like one that does not exist.
  const invalid = params.invalid ? problem('NOT_FOUND') : (body.invalid ?? query.invalid ?? key.invalid)
  const { sourceIp, userAgent } = event.requestContext.http
  const incoming = {
    params: params.value,
    query: query.value,
    body: body.value,
    ...traceOf(headers),
    client: { ip: viewerAddress(headers, sourceIp, config.originSecret), userAgent: plainText(userAgent ?? '') },
    now: now.toISOString(),
    path: event.rawPath,
    headers,
    ...(contract.rawBody ? { rawBody: rawBodyOf(event) } : {}),
    ...(key.value === undefined ? {} : { idempotencyKey: key.value }),
    ...(headers['if-match'] === undefined ? {} : { ifMatch: headers['if-match'] }),
  } as Incoming<E>
  return invalid ? { incoming, invalid } : { incoming }
}
