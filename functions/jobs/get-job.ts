import { jobs } from '../../shared/jobs/job-store.ts'
import { serve } from '../../shared/serve/serve.ts'
import { getJob } from './contract.ts'
import { toJob } from './present-job.ts'
import { visible } from './visible.ts'

export const handler = serve(getJob, { resource: jobs }, async (call) => toJob(await visible(call.resource, call)))
