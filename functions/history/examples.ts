import { examplesOf, sampleId } from '../../shared/examples.ts'
import * as contract from './contract.ts'

export const examples = examplesOf(contract, {
  requests: { listEvents: { query: { aggregateType: 'user', aggregateId: sampleId('usr') } } },
})
