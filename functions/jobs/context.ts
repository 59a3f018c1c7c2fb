import { context } from '../../shared/context.ts'
import * as events from '../../shared/jobs/events.ts'
import { jobs } from '../../shared/jobs/job-store.ts'
import * as contract from './contract.ts'
import { examples } from './examples.ts'

export default context({
  ring: 'administration',
  contract,
  examples,
  events,
  entities: [jobs],
  ids: { job: 'a job' },
  permissions: {
    'jobs:read': 'See the long work that others started.',
    'jobs:cancel': 'Give up long work that others started.',
  },
})
