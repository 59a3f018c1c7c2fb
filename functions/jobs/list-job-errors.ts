import { jobs } from '../../shared/jobs/job-store.ts'
import { serve } from '../../shared/serve/serve.ts'
import { listJobErrors } from './contract.ts'
import { visible } from './visible.ts'

export const handler = serve(listJobErrors, { resource: jobs }, async (call) => ({
  items: (await visible(call.resource, call)).errors,
  nextCursor: null,
}))
