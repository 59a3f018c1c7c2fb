import { findJobs } from '../../shared/jobs/job-store.ts'
import { lists } from '../../shared/resource/verbs.ts'
import { listJobs } from './contract.ts'
import { toJob } from './present-job.ts'

export const handler = lists(
  listJobs,
  ({ query, tenant, actor, allowed, now }) => findJobs(tenant, { ...query, ...(allowed('jobs:read') ? {} : { startedBy: actor.id }), now }),
  toJob,
)
