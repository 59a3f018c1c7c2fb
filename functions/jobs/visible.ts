import { problem } from '../../shared/errors.ts'
import type { Job } from '../../shared/jobs/job.ts'
import { isKept } from '../../shared/jobs/job-store.ts'

interface Asking {
  actor: { id: string }
  now: string
  access: { allowed(permission: string): Promise<boolean> }
}

export const isOwn = ({ startedBy }: Job, { actor }: Asking) => startedBy === actor.id

/** Of others' work nobody learns that it is there, unless they hold `jobs:read`. Throws `NOT_FOUND`. */
export async function visible(job: Job | undefined, asking: Asking): Promise<Job> {
  if (job && isKept(job, asking.now) && (isOwn(job, asking) || (await asking.access.allowed('jobs:read')))) return job
  throw problem('NOT_FOUND')
}
