import type * as z from 'zod'
import type { Job } from '../../shared/jobs/job.ts'
import type { Job as Shown } from './contract.ts'

/** Of a job everything but what it needs for its own work, and its errors, which have a list of their own. */
export const toJob = (job: Job): z.input<typeof Shown> => ({
  id: job.id,
  kind: job.kind,
  status: job.status,
  progress: job.progress,
  total: job.total,
  counts: job.counts,
  errorCount: job.errorCount,
  resource: job.resource,
  result: job.result,
  failure: job.failure,
  startedBy: job.startedBy,
  createdAt: job.createdAt,
  startedAt: job.startedAt,
  finishedAt: job.finishedAt,
  version: job.version,
})
