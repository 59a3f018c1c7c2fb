import { jobs } from '../../shared/jobs/job-store.ts'
import { reads } from '../../shared/resource/verbs.ts'
import { getJob } from './contract.ts'
import { toJob } from './present-job.ts'
import { visible } from './visible.ts'

export const handler = reads(getJob, jobs, (job, call) => toJob(visible(job, call)))
