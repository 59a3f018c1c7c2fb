import { cancel } from '../../shared/jobs/job.ts'
import { jobs } from '../../shared/jobs/job-store.ts'
import { requireAllowed } from '../../shared/serve/access.ts'
import { serve } from '../../shared/serve/serve.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import { save } from '../../shared/store/writes.ts'
import { cancelJob } from './contract.ts'
import { toJob } from './present-job.ts'
import { isOwn, visible } from './visible.ts'

const OTHERS = 'Somebody else started this, so cancelling it takes the permission jobs:cancel.'

/** Work under way writes its job every moment; between two of its steps a cancel finds its place. */
const MOST_TRIES = 20

export const handler = serve(cancelJob, { resource: jobs }, (call) =>
  retryConflicts(async (attempt) => {
    const { tenant, now, access, resource } = call
    const job = await visible(attempt === 1 ? resource : await tenant.get(jobs, resource.id), call)
    if (!isOwn(job, call)) await requireAllowed(access, 'jobs:cancel', undefined, OTHERS)
    const change = cancel(job, now)
    return change ? tenant.commit(save(jobs, change), toJob(change.after)) : toJob(job)
  }, MOST_TRIES),
)
