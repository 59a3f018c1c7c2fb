import { serve } from '../../shared/serve/serve.ts'
import { commitTransition } from './commit-transition.ts'
import { resetUserPassword } from './contract.ts'
import { requireAsMighty } from './granting.ts'
import { requestPasswordReset } from './user.ts'
import { users } from './user-store.ts'

export const handler = serve(resetUserPassword, { resource: users }, async (call) => {
  const asked = requestPasswordReset(call.resource, call.now)
  await requireAsMighty(call, call.resource, 'ask for a new password of')
  return commitTransition(call, asked)
})
