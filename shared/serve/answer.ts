import { type Endpoint, methodOf, type Page } from '../endpoint.ts'
import { isProblem, Problem, problem } from '../errors.ts'
import { describeError, logger } from '../telemetry.ts'
import type { Base } from './call.ts'
import { Replay } from './idempotency.ts'
import { present } from './present.ts'
import { type Answer, etagOf, failure, namesTag } from './respond.ts'

const UNAVAILABLE =
  /Throttl|ProvisionedThroughput|RequestLimit|TooManyRequests|InProgress|Timeout|Unavailable|NetworkingError|ECONN|EAI_AGAIN/

/** AWS says of its own failures whether they pass: the fault is the server's, or the call may be tried again. */
function isTemporary(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, $fault, $retryable } = error as { code?: string; $fault?: string; $retryable?: object }
  return $fault === 'server' || $retryable !== undefined || UNAVAILABLE.test(`${error.name} ${code ?? ''}`)
}

/** Anything thrown, as what the caller may know of it. */
function problemOf(error: unknown, base: Base): Problem {
  if (!(error instanceof Problem)) return problem(isTemporary(error) ? 'UNAVAILABLE' : 'INTERNAL', { cause: error })
  // Who named a version and lost the race is told the same as who came too late.
  const isOvertaken = isProblem(error, 'VERSION_CONFLICT') && base.ifMatch !== undefined
  return isOvertaken ? problem('PRECONDITION_FAILED', { cause: error }) : error
}

function envelope(contract: Endpoint, reply: unknown, presented: unknown, query: { limit?: number }): unknown {
  if (!contract.list) return { success: true, data: presented }
  const { nextCursor, total } = reply as Page<unknown>
  return { success: true, data: presented, meta: { limit: query.limit ?? 20, nextCursor, ...(total === undefined ? {} : { total }) } }
}

/** What a handler returned, as an answer: envelope, `ETag`, `Location`. */
export function answerOf(contract: Endpoint, reply: unknown, base: Base): Answer {
  const headers = { ...base.answer.headers }
  if (contract.raw) return { status: base.answer.status ?? contract.status ?? 200, headers, body: reply }
  const presented = present(contract, reply) as { id?: string; version?: number } | null | undefined
  if (presented === undefined) return { status: base.answer.status ?? contract.status ?? 204, headers }
  const status = base.answer.status ?? contract.status ?? 200
  if (presented?.version !== undefined) headers.etag = etagOf(presented.version)
  if (status === 201 && presented?.id) headers.location ??= `${base.path.replace(/\/$/, '')}/${presented.id}`
  return { status, headers, body: envelope(contract, reply, presented, base.query as { limit?: number }) }
}

/** 304 for who has the current version already. */
export function unlessKnown(contract: Endpoint, answer: Answer, base: Base): Answer {
  const known = base.headers['if-none-match']
  const { etag } = answer.headers
  const isKnown = methodOf(contract) === 'GET' && known && etag && namesTag(known, etag, 'weak')
  return isKnown ? { status: 304, headers: answer.headers } : answer
}

/** What was thrown, as an answer; an earlier answer to the same Idempotency-Key is one too. */
export function answerError(contract: Endpoint, error: unknown, base: Base): Answer {
  if (error instanceof Replay) {
    const { answer } = error
    return { ...answer, headers: { ...base.answer.headers, ...answer.headers, 'idempotency-replayed': 'true' } }
  }
  const known = problemOf(error, base)
  if (known.status >= 500) logger.error('failed', { route: contract.route, error: describeError(known.cause ?? known) })
  const answer = failure(known, { now: base.now, path: base.path, requestId: base.requestId })
  return { ...answer, headers: { ...base.answer.headers, ...answer.headers } }
}
