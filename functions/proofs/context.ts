import { context } from '../../shared/context.ts'
import { examplesOf, sampleId } from '../../shared/examples.ts'
import * as contract from './contract.ts'
import * as problems from './problems.ts'
import { rule as seal } from './seal.ts'
import { rule as sealMissed } from './seal-missed.ts'

export default context({
  ring: 'administration',
  contract,
  problems,
  tasks: [seal, sealMissed],
  keeps: { SEALED: {} },
  examples: examplesOf(contract, {
    resources: { checkpoint: { listedBy: 'listCheckpoints' } },
    requests: {
      getInclusionProof: { query: { entryId: sampleId('aud') } },
      getConsistencyProof: { query: { from: '1' } },
    },
  }),
})
