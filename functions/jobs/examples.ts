import { examplesOf } from '../../shared/examples.ts'
import * as contract from './contract.ts'

export const examples = examplesOf(contract, { resources: { job: { listedBy: 'listJobs' } }, requests: {} })
