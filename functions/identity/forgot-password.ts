import { passwordForgotten } from '../../events/identity.ts'
import { serve } from '../../shared/serve/serve.ts'
import { mailHash } from '../../shared/tokens.ts'
import { readHolder } from './address.ts'
import { forgotPassword } from './contract.ts'
import { leaveTrace } from './trace.ts'

export const handler = serve(forgotPassword, async (call) => {
  const { email, deviceToken } = call.body
  const { holder, knownDevice } = await readHolder(call, email, deviceToken)
  const userId = holder?.personId ?? ''
  const asker = knownDevice === undefined ? userId : `${userId}#${knownDevice}`
  await leaveTrace(call, mailHash(email), holder, {
    event: passwordForgotten,
    data: { userId, ...(knownDevice === undefined ? {} : { isKnownDevice: true }) },
    fold: `${asker}#forgotten#${call.now.slice(0, 16)}`,
  })
  return { email }
})
