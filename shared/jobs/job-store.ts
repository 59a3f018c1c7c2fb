import type { Page } from '../endpoint.ts'
import { firstIdAt } from '../store/audit-keys.ts'
import { entity } from '../store/entity.ts'
import type { Tenant } from '../store/tenant.ts'
import { put, toItem, type Write } from '../store/writes.ts'
import { JOB_DAYS, type Job } from './job.ts'

const KEPT_MS = JOB_DAYS * 86_400_000

const startedByList = (userId: string) => `JOBS#USER#${userId}`

/** `T#JOB#<id>` / ITEM; all, and those of whoever started them, by id. */
export const jobs = entity<Job>({
  name: 'JOB',
  all: true,
  indexes: ({ id, startedBy }) => ({ g2: [startedByList(startedBy), id] }),
  label: ({ kind }) => kind,
  expires: ({ createdAt }) => Math.ceil((Date.parse(createdAt) + KEPT_MS) / 1000),
  freeForm: ['input', 'cursor', 'result'],
})

export const isKept = ({ createdAt }: Job, now: string) => Date.parse(createdAt) + KEPT_MS > Date.parse(now)

/** Writes how far a job came, unless anybody wrote it since; tells no event. */
export const keepStep = (before: Job, after: Job): Write =>
  put(
    jobs.keyOf(after),
    toItem(jobs, after),
    { expression: '#version = :version', names: { '#version': 'version' }, values: { ':version': before.version } },
    'VERSION_CONFLICT',
  )

export interface JobQuery {
  /** Only theirs. */
  startedBy?: string
  kind?: string | undefined
  status?: string | undefined
  limit: number
  cursor?: string | undefined
  now: string
}

/** A page, newest first. */
export function findJobs(tenant: Tenant, { startedBy, kind, status, limit, cursor, now }: JobQuery): Promise<Page<Job>> {
  const keep = (job: Job) => (kind === undefined || job.kind === kind) && (status === undefined || job.status === status)
  return tenant.list<Job>({
    ...(startedBy === undefined ? { partitions: [jobs.plural], index: 'g1' } : { partitions: [startedByList(startedBy)], index: 'g2' }),
    order: 'descending',
    from: firstIdAt('job', Date.parse(now) - KEPT_MS),
    limit,
    cursor,
    ...(kind === undefined && status === undefined ? {} : { keep }),
  })
}
