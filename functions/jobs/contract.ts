import * as z from 'zod'
import { endpoint } from '../../shared/endpoint.ts'
import { Id, orNull, PageQuery, Timestamp } from '../../shared/schema.ts'

const JobStatus = z.enum(['queued', 'running', 'cancelling', 'succeeded', 'failed', 'cancelled'])

/** Work that takes longer than a request; kept 30 days. */
export const Job = z.object({
  id: Id('job'),
  kind: z.string(),
  status: JobStatus,
  /** Percent; never falls. 0 until it is known how much there is to do. */
  progress: z.number(),
  total: orNull(z.number()),
  /** Rows that went well, by what became of them. What a cancelled or failed job had done stays done, and stands here. */
  counts: z.record(z.string(), z.number()),
  errorCount: z.number(),
  resource: orNull(z.object({ type: z.string(), id: z.string() })),
  result: orNull(z.record(z.string(), z.unknown())),
  /** Why it failed as a whole. */
  failure: orNull(z.object({ code: z.string(), message: z.string() })),
  startedBy: z.string(),
  createdAt: Timestamp,
  startedAt: orNull(Timestamp),
  finishedAt: orNull(Timestamp),
  version: z.number(),
})

/** What went wrong with one row. */
export const JobError = z.object({
  /** A line's number, or the id of what it concerns. */
  row: z.union([z.number(), z.string()]),
  column: orNull(z.string()),
  code: z.string(),
  message: z.string(),
})

const params = z.object({ id: Id('job') })
const WHOSE = 'Those that you started; with `jobs:read` those of everybody.'

export const listJobs = endpoint({
  route: 'GET /api/v1/jobs',
  summary: 'Lists long work, newest first.',
  description: WHOSE,
  self: true,
  query: z.object({ kind: z.string().min(1).max(100).optional(), status: JobStatus.optional(), ...PageQuery }),
  reply: Job,
  list: true,
  fails: ['INVALID_CURSOR'],
  reads: ['JOB'],
})

export const getJob = endpoint({
  route: 'GET /api/v1/jobs/{id}',
  summary: 'Says how far long work came.',
  description: WHOSE,
  self: true,
  params,
  reply: Job,
  reads: ['JOB'],
})

export const listJobErrors = endpoint({
  route: 'GET /api/v1/jobs/{id}/errors',
  summary: 'Lists the first 20 rows that went wrong; `errorCount` of the job says how many there are.',
  description: WHOSE,
  self: true,
  params,
  reply: JobError,
  list: true,
  reads: ['JOB'],
})

export const cancelJob = endpoint({
  route: 'POST /api/v1/jobs/{id}/cancel',
  summary: 'Gives long work up at its next step; what is done by then stays done.',
  description: 'Work that you started; with `jobs:cancel` that of everybody you may see. Asked again, it answers alike.',
  self: true,
  params,
  reply: Job,
  fails: ['INVALID_TRANSITION', 'PRECONDITION_FAILED', 'VERSION_CONFLICT'],
  writes: ['JOB'],
  ending: 'open',
})
