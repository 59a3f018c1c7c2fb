import middy from '@middy/core'
import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { config } from '../config.ts'
import { type Endpoint, isPublic, methodOf, type Page, pathOf, type ReplyInputOf } from '../endpoint.ts'
import { Problem, problem } from '../errors.ts'
import { describeError, logger, MetricUnit, metrics } from '../telemetry.ts'
import { type Meter, meter } from '../store/meter.ts'
import type { Entity, Versioned } from '../store/entity.ts'
import type { Call, PublicCall } from './call.ts'
import { Replay } from './idempotency.ts'
import { readIncoming } from './incoming.ts'
import { present } from './present.ts'
import { runPublic, runSigned } from './run.ts'
import { type Answer, etagOf, failure, matches, toResult } from './respond.ts'

type Event = APIGatewayProxyEventV2WithJWTAuthorizer
type Result = APIGatewayProxyStructuredResultV2

export interface ServeOptions<R extends Versioned> {
  /** The entity that the route's `{id}` names: read in the request's one batch; 404 when absent, 410 when deleted. */
  resource: Entity<R>
  /** Hand over deleted ones too, for `/restore`. */
  deleted?: 'allowed'
}

type Reply<E extends Endpoint> = ReplyInputOf<E> | Promise<ReplyInputOf<E>>
type SignedHandler<E extends Endpoint, R> = (call: Call<E, R>) => Reply<E>
type PublicHandler<E extends Endpoint> = (call: PublicCall<E>) => Reply<E>

const UNAVAILABLE = /Throttl|ProvisionedThroughput|RequestLimit|TooManyRequests|Timeout|ServiceUnavailable|NetworkingError|ECONN|EAI_AGAIN/

/** Anything thrown, as what the caller may know of it. */
function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  const name = error instanceof Error ? `${error.name} ${(error as { code?: string }).code ?? ''}` : ''
  return UNAVAILABLE.test(name) ? problem('UNAVAILABLE', { cause: error }) : problem('INTERNAL', { cause: error })
}

function success(contract: Endpoint, reply: unknown, presented: unknown, query: { limit?: number }): unknown {
  if (!contract.list) return { success: true, data: presented }
  const { nextCursor, total } = reply as Page<unknown>
  return { success: true, data: presented, meta: { limit: query.limit ?? 20, nextCursor, ...(total === undefined ? {} : { total }) } }
}

/** Wraps what a handler returned: envelope, `ETag`, `Location`, and 304 when the caller has it already. */
function answerOf(contract: Endpoint, reply: unknown, call: PublicCall<Endpoint>, path: string): Answer {
  const headers = { ...call.answer.headers }
  const status = call.answer.status ?? contract.status ?? 200
  if (contract.raw) return { status, headers, body: reply }
  const presented = present(contract, reply) as { id?: string; version?: number } | undefined
  if (presented === undefined) return { status: contract.status ?? 204, headers }
  if (presented.version !== undefined) headers.etag = etagOf(presented.version)
  if (status === 201 && presented.id) headers.location ??= `${path.replace(/\/$/, '')}/${presented.id}`
  const known = call.headers['if-none-match']
  if (methodOf(contract) === 'GET' && known && headers.etag && matches(known, headers.etag)) return { status: 304, headers }
  return { status, headers, body: success(contract, reply, presented, call.query as { limit?: number }) }
}

function record(contract: Endpoint, status: number, startedMs: number, counts: Meter, about: Record<string, unknown>) {
  const durationMs = Date.now() - startedMs
  const { waves, credentials, readUnits, writeUnits } = counts
  logger.info('request', { route: contract.route, status, durationMs, waves, credentials, readUnits, writeUnits, ...about })
  const single = metrics.singleMetric()
  single.addDimensions({ method: methodOf(contract), route: pathOf(contract), status_code: String(status) })
  single.addMetric('http_request_duration_seconds', MetricUnit.Seconds, durationMs / 1000)
}

async function handle<E extends Endpoint>(contract: E, event: Event, work: Work): Promise<Result> {
  const now = new Date()
  const counts = meter()
  const { incoming, invalid } = readIncoming(contract as Endpoint, event, now)
  const answerHeaders: Record<string, string> = { 'x-request-id': incoming.requestId }
  const parent = incoming.headers.traceparent
  if (parent) answerHeaders.traceparent = parent
  const base = { ...incoming, meter: counts, answer: { headers: answerHeaders } }
  const path = event.rawPath
  logger.resetKeys()
  logger.appendKeys({ requestId: incoming.requestId, correlationId: incoming.correlationId })
  let answer: Answer
  try {
    const { call, reply } = await work(base, invalid, event)
    answer = answerOf(contract, reply, call, path)
  } catch (error) {
    answer = answerError(contract, error, base, path)
  }
  if (config.strict) answer.headers['x-cost'] = `waves=${counts.waves}; sts=${counts.credentials}; rru=${counts.readUnits}; wru=${counts.writeUnits}`
  record(contract, answer.status, now.getTime(), counts, {})
  return toResult(answer, incoming.headers['accept-encoding'])
}

function answerError(contract: Endpoint, error: unknown, base: Base, path: string): Answer {
  if (error instanceof Replay) {
    const data = error.reply as { id?: string; version?: number } | undefined
    const headers: Record<string, string> = { ...base.answer.headers, 'idempotency-replayed': 'true' }
    if (data?.version !== undefined) headers.etag = etagOf(data.version)
    if (contract.status === 201 && data?.id) headers.location = `${path}/${data.id}`
    if (data === undefined || data === null) return { status: contract.status ?? 204, headers }
    return { status: contract.status ?? 200, headers, body: { success: true, data } }
  }
  const known = toProblem(error)
  if (known.status >= 500) logger.error('failed', { route: contract.route, error: describeError(known.cause ?? known) })
  const answer = failure(known, { now: base.now, path, requestId: base.requestId })
  return { ...answer, headers: { ...base.answer.headers, ...answer.headers } }
}

/** Answered just before Lambda would end the function, and the gateway answer without a word of ours. */
const tooLate: Result = toResult(failure(problem('UNAVAILABLE'), { now: '', path: '', requestId: '' }))

export type Base = Omit<PublicCall<Endpoint>, 'lookups' | 'enter'>
export type Work = (base: Base, invalid: Problem | undefined, event: Event) => Promise<{ call: PublicCall<Endpoint>; reply: unknown }>

/**
 * Makes the Lambda handler of an endpoint: reads and checks the request, admits the caller, runs the handler, answers.
 * A handler sees validated input only, and can return nothing that its contract does not name.
 */
export function serve<E extends Endpoint & { public: string }>(contract: E, handler: PublicHandler<E>): LambdaHandler
export function serve<E extends Endpoint>(contract: E, handler: SignedHandler<E, undefined>): LambdaHandler
export function serve<E extends Endpoint, R extends Versioned>(contract: E, options: ServeOptions<R>, handler: SignedHandler<E, R>): LambdaHandler
export function serve<E extends Endpoint, R extends Versioned>(contract: E, ...rest: unknown[]): LambdaHandler {
  const handler = rest.at(-1) as (call: unknown) => unknown
  const options = rest.length === 2 ? (rest[0] as ServeOptions<R> as unknown as ServeOptions<Versioned>) : undefined
  const work: Work = isPublic(contract)
    ? (base, invalid) => runPublic(contract, base, invalid, handler)
    : (base, invalid, event) => runSigned(contract, base, invalid, event, options, handler)
  return middy<Event, Result>({ timeoutEarlyInMillis: 500, timeoutEarlyResponse: () => tooLate })
    .use({
      before({ context }) {
        logger.addContext(context)
        metrics.setFunctionName(context.functionName)
        metrics.captureColdStartMetric()
      },
    })
    .handler((event) => handle(contract, event, work)) as unknown as LambdaHandler
}

export type LambdaHandler = (event: unknown, context: unknown) => Promise<Result>
