import * as z from 'zod'
import { endpoint } from '../../../shared/endpoint.ts'
import { AskedEvaluation, Evaluation } from './fields.ts'

const asks = { self: true, ending: 'open', reads: ['USER', 'UNIT', 'ROLE', 'GROUP', 'RESOURCE'] } as const

const WHO = 'Of oneself everybody may ask; of others it takes `role_assignments:read`.'

export const evaluateAccess = endpoint({
  route: 'POST /api/v1/access/evaluate',
  summary: 'Says whether somebody may do something, and why, or what would let them.',
  description: `${WHO} What whoever asks may not see is decided as if it were not there.`,
  body: AskedEvaluation,
  reply: Evaluation,
  ...asks,
})

export const evaluateAccessBatch = endpoint({
  route: 'POST /api/v1/access/evaluate-batch',
  summary: 'Answers up to 100 such questions, in their order.',
  description: `${WHO} Somebody who is not there may do nothing.`,
  body: z.object({ evaluations: z.array(AskedEvaluation).min(1).max(100) }),
  reply: z.array(Evaluation),
  ...asks,
})
