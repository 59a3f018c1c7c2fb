import middy from '@middy/core'
import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import { config } from '../config.ts'
import { type Endpoint, isPublic, isVerified, methodOf, type ReplyInputOf } from '../endpoint.ts'
import { type Problem, problem } from '../errors.ts'
import { openKeyring } from '../keyring.ts'
import type { Versioned } from '../store/entity.ts'
import { type Meter, meter } from '../store/meter.ts'
import { logger, metrics } from '../telemetry.ts'
import { answerError, answerOf, unlessKnown } from './answer.ts'
import type { Base, Call, PublicCall, ServeOptions, Verification } from './call.ts'
import { readIncoming, traceHeaders } from './incoming.ts'
import { type Answer, toResult } from './respond.ts'
import { runPublic } from './run-public.ts'
import { runSigned } from './run-signed.ts'

type Event = APIGatewayProxyEventV2WithJWTAuthorizer
type Result = APIGatewayProxyStructuredResultV2

type Reply<E extends Endpoint> = ReplyInputOf<E> | Promise<ReplyInputOf<E>>
type SignedHandler<E extends Endpoint, R> = (call: Call<E, R>) => Reply<E>
type PublicHandler<E extends Endpoint> = (call: PublicCall<E>) => Reply<E>
/** Admits the caller, runs the handler, and gives what it returned. */
type Work = (base: Base, invalid: Problem | undefined, event: Event) => Promise<unknown>

/** Time to answer before Lambda ends the function, and the gateway answers without a word of ours. */
const RESERVE_MS = 500

function record(contract: Endpoint, { status, body }: Answer, startedMs: number, counts: Meter) {
  const durationMs = Date.now() - startedMs
  const { waves, credentials, readUnits, writeUnits } = counts
  const { code } = (body ?? {}) as { code?: string }
  metrics.measureRequest({ method: methodOf(contract), route: contract.route, status_code: String(status) }, durationMs / 1000)
  logger.info('request', {
    route: contract.route,
    status,
    durationMs,
    waves,
    credentials,
    readUnits,
    writeUnits,
    ...(status >= 400 ? { code } : {}),
  })
}

function baseOf(contract: Endpoint, event: Event, now: Date) {
  const { incoming, invalid } = readIncoming(contract, event, now)
  const base: Base = { ...incoming, meter: meter(), answer: { headers: traceHeaders(incoming, incoming.headers) } }
  return { base, invalid }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(problem('UNAVAILABLE', { cause: new Error(`Not done after ${ms} ms.`) })), ms)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}

async function handle(contract: Endpoint, event: Event, context: Context, work: Work): Promise<Result> {
  const now = new Date(Date.now())
  const { base, invalid } = baseOf(contract, event, now)
  const { meter: counts } = base
  const { requestId, clientRequestId, correlationId } = base
  logger.appendKeys({ requestId, correlationId, ...(clientRequestId ? { clientRequestId } : {}) })
  let answer: Answer
  try {
    // Fetched while the caller is admitted; whoever needs it waits for it, and hears of a failure.
    if (contract.keyring) openKeyring().catch(() => undefined)
    const reply = await within(context.getRemainingTimeInMillis() - RESERVE_MS, work(base, invalid, event))
    answer = unlessKnown(contract, answerOf(contract, reply, base), base)
  } catch (error) {
    answer = answerError(contract, error, base)
  }
  if (config.strict)
    answer.headers['x-cost'] = `waves=${counts.waves}; sts=${counts.credentials}; rru=${counts.readUnits}; wru=${counts.writeUnits}`
  record(contract, answer, now.getTime(), counts)
  return toResult(answer, base.headers['accept-encoding'])
}

/** The same, once the keyring is open where the contract asks for it. */
const withKeyring = <C, R>(contract: Endpoint, run: (call: C) => R) =>
  contract.keyring
    ? async (call: C) => {
        await openKeyring()
        return run(call)
      }
    : run

/**
 * Makes the Lambda handler of an endpoint: reads and checks the request, admits the caller, runs the handler, answers.
 * A handler sees validated input only, and can return nothing that its contract does not name.
 */
export function serve<E extends Endpoint & { public: string; rawBody: true }, V>(
  contract: E,
  verification: Verification<E, V>,
  handler: (call: PublicCall<E> & { verified: V }) => Reply<E>,
): LambdaHandler
export function serve<E extends Endpoint & { public: string }>(contract: E, handler: PublicHandler<E>): LambdaHandler
export function serve<E extends Endpoint>(contract: E, handler: SignedHandler<E, undefined>): LambdaHandler
export function serve<E extends Endpoint, R extends Versioned>(
  contract: E,
  options: ServeOptions<R>,
  handler: SignedHandler<E, R>,
): LambdaHandler
export function serve(contract: Endpoint, ...rest: unknown[]): LambdaHandler {
  const handler = withKeyring(contract, rest.at(-1) as (call: unknown) => unknown)
  const given = rest.length === 2 ? rest[0] : undefined
  const stated = (given as Partial<Verification<Endpoint, unknown>> | undefined)?.verify
  const verify = stated && withKeyring(contract, stated)
  if (isVerified(contract) && !verify) throw new Error(`${contract.route}: say how the signature over the raw body is verified.`)
  const options = given as ServeOptions<Versioned> | undefined
  const work: Work = isPublic(contract)
    ? (base, invalid, event) => runPublic({ contract, base, invalid, event, verify }, handler)
    : (base, invalid, event) => runSigned({ contract, base, event, invalid, options }, handler)
  return middy<Event, Result>()
    .use({
      before({ context }) {
        logger.resetKeys()
        logger.appendKeys({ function_request_id: context.awsRequestId })
      },
    })
    .handler((event, context) => handle(contract, event, context, work)) as unknown as LambdaHandler
}

export type LambdaHandler = (event: unknown, context: unknown) => Promise<Result>
