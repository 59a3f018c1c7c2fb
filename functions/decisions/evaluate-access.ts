import { problem } from '../../shared/errors.ts'
import { serve } from '../../shared/serve/serve.ts'
import { evaluateAccess } from './contract.ts'
import { explanationsOf, toEvaluation } from './evaluate.ts'

export const handler = serve(evaluateAccess, async (call) => {
  const [answer] = await explanationsOf(call, [call.body])
  if (!answer?.question) throw problem('NOT_FOUND')
  return toEvaluation(answer, call)
})
