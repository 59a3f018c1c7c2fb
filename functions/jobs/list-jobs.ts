import { findJobs } from '../../shared/jobs/job-store.ts'
import { lists } from '../../shared/resource/verbs.ts'
import { listJobs } from './contract.ts'
import { toJob } from './present-job.ts'

export const handler = lists(
  listJobs,
  async ({ query, tenant, actor, access, now }) =>
    findJobs(tenant, { ...query, ...((await access.allowed('jobs:read')) ? {} : { startedBy: actor.id }), now }),
  toJob,
)
