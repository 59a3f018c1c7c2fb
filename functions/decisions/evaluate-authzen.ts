import { serve } from '../../shared/serve/serve.ts'
import { inquiryOf, toDecision } from './authzen.ts'
import { evaluateAuthzen } from './contract.ts'
import { answersTo } from './evaluate.ts'

export const handler = serve(evaluateAuthzen, async (call) => {
  const [decision] = (await answersTo(call, [inquiryOf(call.body)])).map(toDecision)
  return decision as NonNullable<typeof decision>
})
