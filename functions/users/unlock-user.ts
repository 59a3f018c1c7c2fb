import { serve } from '../../shared/serve/serve.ts'
import { commitTransition } from './commit-transition.ts'
import { unlockUser } from './contract.ts'
import { requireAsMighty } from './granting.ts'
import { unlock } from './user.ts'
import { users } from './user-store.ts'

export const handler = serve(unlockUser, { resource: users }, async (call) => {
  const change = unlock(call.resource, call.now)
  await requireAsMighty(call, call.resource, 'unlock')
  return commitTransition(call, change)
})
