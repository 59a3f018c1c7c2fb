import type * as z from 'zod'
import { Problem, problem } from '../errors.ts'
import { type ReactionCall, react } from '../react.ts'
import { isVersionConflict, retryConflicts } from '../store/retry-conflicts.ts'
import { save, signal, type Write } from '../store/writes.ts'
import { describeError, logger, MetricUnit, metrics } from '../telemetry.ts'
import { jobStepped } from './events.ts'
import { type Advance, advance, beginRun, finish, handOn, isFinished, type Job } from './job.ts'
import { jobs, keepStep } from './job-store.ts'
import type { JobRule } from './rule.ts'

/** Of the 100 parts of a transaction the job takes two: its record, and what is told. */
const MOST_EFFECTS = 98
/** No step begins later, so that the last one of a run ends within its function's 30 s. */
const RUN_MS = 20_000
/** One less than the queue's, so that a job has ended before its message becomes a dead letter. */
const MOST_TRIES = 4

export interface StepCall<R extends JobRule> extends Pick<ReactionCall, 'tenant' | 'enter' | 'lookups' | 'meter' | 'now'> {
  input: z.output<R['input']>
  /** Where the step before ended; nothing at the first. */
  cursor: z.output<R['cursor']> | undefined
  job: Job
}

/** What a step did, and where the next one begins; or that all is done, and with what result. */
export type Outcome<C> = Advance & {
  /** Written in one transaction with how far the job came: at most 98 parts. */
  writes?: readonly Write[]
} & ({ cursor: C; done?: never } | { done: Record<string, unknown>; cursor?: never })

/**
 * Does one step. What it returns to be written happens exactly once. What it does beside that happens at least once, so it must bear to be
 * repeated. A row that fails is an error of its row; a `problem` that is thrown ends the job, with its words; what else is thrown is tried again.
 */
export type Work<R extends JobRule> = (call: StepCall<R>) => Promise<Outcome<z.input<R['cursor']>>>

const failureOf = (error: unknown): { code: string; message: string } => {
  const { code, message } = error instanceof Problem ? error : problem('INTERNAL')
  return { code, message }
}

const STUCK = {
  code: 'INTERNAL',
  message: `The work was stopped ${MOST_TRIES} times without a word of why. Start it anew, or ask whoever runs this installation.`,
}

type Tried<R extends JobRule> = Awaited<ReturnType<Work<R>>> | { failure: { code: string; message: string } }

/** That somebody else wrote meanwhile, or that something does not answer, is no word about the work. */
async function attempt<R extends JobRule>(work: Work<R>, call: StepCall<R>): Promise<Tried<R>> {
  try {
    return await work(call)
  } catch (error) {
    if (error instanceof Problem && error.status < 500 && !isVersionConflict(error)) return { failure: failureOf(error) }
    throw error
  }
}

const bounded =
  ({ name }: JobRule, writes: readonly Write[]): Write =>
  (context) => {
    const parts = writes.flatMap((write) => write(context))
    if (parts.length <= MOST_EFFECTS) return parts
    throw new Error(
      `A step of ${name} writes ${parts.length} parts, and a transaction takes ${MOST_EFFECTS} of them. Take fewer rows a step.`,
    )
  }

/** Which message this is: the first is the one that tells of the beginning. */
const turnOf = ({ type, data }: ReactionCall['event']) => (type === jobStepped.name ? jobStepped.data.parse(data).n : 0)

/** The job, where this message has its turn. */
async function mine(rule: JobRule, { tenant, event }: ReactionCall): Promise<Job | undefined> {
  const job = await tenant.get(jobs, event.aggregateId)
  return job && job.kind === rule.name && job.turn === turnOf(event) && !isFinished(job) ? job : undefined
}

async function end({ tenant }: ReactionCall, change: ReturnType<typeof finish>, effects: readonly Write[] = []): Promise<false> {
  await tenant.commit([...effects, save(jobs, change)])
  const { id, kind, status, counts, errorCount } = change.after
  logger.info('job finished', { jobId: id, kind, status, counts, errorCount })
  metrics.addMetric('jobs_finished', MetricUnit.Count, 1)
  if (status === 'failed') metrics.addMetric('jobs_failed', MetricUnit.Count, 1)
  metrics.publishStoredMetrics()
  return false
}

const tell = ({ id, kind, turn }: Job): Write =>
  signal({ event: jobStepped, aggregate: { type: 'job', id, name: kind }, data: { kind, n: turn } })

interface Run<R extends JobRule> {
  rule: R
  work: Work<R>
  call: ReactionCall
  /** Epoch milliseconds. */
  clock: () => number
  until: number
}

/** One step, of the job as it is now; says whether this run goes on. */
async function step<R extends JobRule>({ rule, work, call, clock, until }: Run<R>): Promise<boolean> {
  const job = await mine(rule, call)
  if (!job) return false
  const { tenant } = call
  const now = new Date(clock()).toISOString()
  if (job.status === 'cancelling') return end(call, finish(job, job, 'cancelled', now))
  const cursor = job.cursor === undefined ? undefined : rule.cursor.parse(job.cursor)
  const outcome = await attempt(work, { ...call, now, job, input: rule.input.parse(job.input), cursor } as StepCall<R>)
  if ('failure' in outcome) return end(call, finish(job, job, 'failed', now, outcome))
  const effects = bounded(rule, outcome.writes ?? [])
  const advanced = advance(job, outcome, now)
  if (outcome.done) return end(call, finish(job, advanced, 'succeeded', now, { result: outcome.done }), [effects])
  // A message that was handed out before has fewer deliveries left, so what comes further has a new one.
  const isLast = clock() >= until || job.tries > 1
  const after: Job = { ...(isLast ? handOn(advanced) : advanced), cursor: outcome.cursor }
  await tenant.commit([effects, keepStep(job, after), ...(isLast ? [tell(after)] : [])])
  return !isLast
}

/** Says whether there is anything to run. Counted ahead of the work, for a run that is killed can say nothing of itself. */
const begin = ({ rule, call, clock }: Run<JobRule>): Promise<boolean> =>
  retryConflicts(async () => {
    const job = await mine(rule, call)
    if (!job || job.status === 'cancelling') return job !== undefined
    const now = new Date(clock()).toISOString()
    if (job.tries >= MOST_TRIES) return end(call, finish(job, job, 'failed', now, { failure: STUCK }))
    await call.tenant.commit(keepStep(job, beginRun(job, now)))
    return true
  })

/** A run threw, and is to be tried again: says whether it was the last try, after which the job has failed. */
const fails = ({ rule, call, clock }: Run<JobRule>, error: unknown): Promise<boolean> =>
  retryConflicts(async () => {
    const job = await mine(rule, call)
    if (!job || job.tries < MOST_TRIES) return false
    logger.error('A job failed for good', { consumer: rule.name, jobId: job.id, error: describeError(error) })
    await end(call, finish(job, job, 'failed', new Date(clock()).toISOString(), { failure: failureOf(error) }))
    return true
  })

/**
 * Makes the Lambda handler of a job: step after step, each of them one transaction on the condition that nobody wrote the job since, and at
 * the end of a run the message that has the next turn. A message that is repeated, late or doubled finds that its turn is over. A run that
 * fails or is killed goes on where it was, when the queue hands its message out again; after four that did not hand it on the job ends as failed.
 */
export const runs = <R extends JobRule>(rule: R, work: Work<R>, clock: () => number = Date.now) =>
  react(rule, async (call) => {
    const run = { rule, work, call, clock, until: clock() + RUN_MS }
    try {
      for (let isOn = await begin(run); isOn; ) isOn = await retryConflicts(() => step(run))
    } catch (error) {
      if (!(await fails(run, error))) throw error
    }
  })
