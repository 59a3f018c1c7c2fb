import { passwordForgotten } from '../../events/identity.ts'
import { serve } from '../../shared/serve/serve.ts'
import { mailHash } from '../../shared/tokens.ts'
import { forgotPassword } from './contract.ts'
import { findLogin } from './person-store.ts'
import { leaveTrace } from './trace.ts'

export const handler = serve(forgotPassword, async (call) => {
  const { email } = call.body
  const login = await findLogin(call.lookups, email)
  const userId = login?.personId ?? ''
  await leaveTrace(call, mailHash(email), login, {
    event: passwordForgotten,
    data: { userId },
    fold: `${userId}#forgotten#${call.now.slice(0, 16)}`,
  })
  return { email }
})
