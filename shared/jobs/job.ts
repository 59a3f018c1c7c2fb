import { problem } from '../errors.ts'
import { type Change, changed, created, type Versioned } from '../store/entity.ts'
import { jobCancelRequested, jobCreated, jobFinished } from './events.ts'

/** What went wrong with one row; the work goes on with the others. */
export interface RowError {
  /** A line's number, or the id of what it concerns. */
  row: number | string
  column?: string
  code: string
  message: string
}

export type JobStatus = 'queued' | 'running' | 'cancelling' | Ending
type Ending = 'succeeded' | 'failed' | 'cancelled'

/**
 * Work that is longer than a request. Its events tell how it began and ended; how far it came is written at every step without one, so
 * that a hundred thousand rows are not as many events, and the record is no fold of them.
 */
export interface Job extends Versioned {
  /** The rule that does it: `organizations/let-members-go`. */
  kind: string
  status: JobStatus
  input: unknown
  /** Where the next step begins. */
  cursor?: unknown
  /** Of the messages that carry the work on, the one that has its turn; whatever comes with another number is a repetition. */
  turn: number
  /** Runs that began in this turn. */
  tries: number
  /** Rows that went well, by what became of them. */
  counts: Record<string, number>
  errorCount: number
  /** The first of them. */
  errors: RowError[]
  total?: number
  /** Percent; never falls. */
  progress: number
  resource?: { type: string; id: string }
  result?: Record<string, unknown>
  failure?: { code: string; message: string }
  startedBy: string
  startedAt?: string
  finishedAt?: string
}

export const JOB_DAYS = 30
const MOST_ERRORS = 20

const FINISHED: readonly JobStatus[] = ['succeeded', 'failed', 'cancelled']
export const isFinished = ({ status }: Job) => FINISHED.includes(status)

export interface Starting extends Pick<Job, 'id' | 'organizationId' | 'kind' | 'input' | 'startedBy' | 'resource'> {
  at: string
}

export const start = ({ at, ...job }: Starting): Change<Job> =>
  created<Job>(
    { ...job, status: 'queued', turn: 0, tries: 0, counts: {}, errorCount: 0, errors: [], progress: 0 },
    { event: jobCreated, at, data: { kind: job.kind } },
  )

const next = (job: Job, at: string): Job => ({ ...job, version: job.version + 1, updatedAt: at })

/** A run begins. */
export const beginRun = (job: Job, at: string): Job => ({
  ...next(job, at),
  status: 'running',
  startedAt: job.startedAt ?? at,
  tries: job.tries + 1,
})

/** How far a step came. Each row that it is done with is counted once: in `counts`, or as an error. */
export interface Advance {
  counts?: Readonly<Record<string, number>>
  errors?: readonly RowError[]
  total?: number | undefined
}

const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((all, each) => all + each, 0)

/** Not all, before the end. */
function progressOf({ progress, counts, errorCount, total }: Job): number {
  return total ? Math.max(progress, Math.min(99, Math.floor((100 * (sum(counts) + errorCount)) / total))) : progress
}

/** The job with the rows of a step counted. */
export function advance(job: Job, { counts = {}, errors = [], total = job.total }: Advance, at: string): Job {
  const names = new Set([...Object.keys(job.counts), ...Object.keys(counts)])
  const advanced: Job = {
    ...next(job, at),
    counts: Object.fromEntries([...names].map((name) => [name, (job.counts[name] ?? 0) + (counts[name] ?? 0)])),
    errorCount: job.errorCount + errors.length,
    errors: [...job.errors, ...errors].slice(0, MOST_ERRORS),
    ...(total === undefined ? {} : { total }),
  }
  return { ...advanced, progress: progressOf(advanced) }
}

/** The rest is for whoever gets the next message. */
export const handOn = (job: Job): Job => ({ ...job, turn: job.turn + 1, tries: 0 })

/** `before` is what is stored; `job` may have been advanced since. */
export function finish(before: Job, job: Job, status: Ending, at: string, more: Pick<Job, 'result' | 'failure'> = {}): Change<Job> {
  const progress = status === 'succeeded' ? 100 : job.progress
  return changed<Job>(
    before,
    { ...job, ...more, status, progress, finishedAt: at },
    { event: jobFinished, at, data: { kind: job.kind, status } },
  )
}

/** Asks that the next step be the end; `undefined` where that was asked already. Throws `INVALID_TRANSITION`. */
export function cancel(job: Job, at: string): Change<Job> | undefined {
  if (isFinished(job)) {
    const message = `This job ${job.status === 'cancelled' ? 'was cancelled' : job.status} at ${job.finishedAt}, so there is nothing left to cancel.`
    throw problem('INVALID_TRANSITION', { message, details: { status: job.status } })
  }
  if (job.status === 'cancelling') return undefined
  return changed<Job>(job, { status: 'cancelling' }, { event: jobCancelRequested, at, data: { kind: job.kind } })
}
