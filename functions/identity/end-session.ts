import { serve } from '../../shared/serve/serve.ts'
import { endSession } from './contract.ts'
import { endOne } from './end-one.ts'

export const handler = serve(endSession, async (call) => {
  await endOne(call, call.params.id, 'ended by its owner')
  return undefined
})
