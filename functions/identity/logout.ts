import { serve } from '../../shared/serve/serve.ts'
import { logout } from './contract.ts'
import { endOne } from './end-one.ts'

export const handler = serve(logout, async (call) => {
  await endOne(call, call.session.id, 'signed out')
  return undefined
})
