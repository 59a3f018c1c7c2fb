import { serve } from '../../shared/serve/serve.ts'
import { evaluateAccessBatch } from './contract.ts'
import { explanationsOf, toEvaluation } from './evaluate.ts'

export const handler = serve(evaluateAccessBatch, async (call) =>
  (await explanationsOf(call, call.body.evaluations)).map((answer) => toEvaluation(answer, call)),
)
