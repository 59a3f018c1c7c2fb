import { serve } from '../../shared/serve/serve.ts'
import { commitTransition } from './commit-transition.ts'
import { activateUser } from './contract.ts'
import { requireAsMighty } from './granting.ts'
import { activate } from './user.ts'
import { users } from './user-store.ts'

export const handler = serve(activateUser, { resource: users }, async (call) => {
  const change = activate(call.resource, call.now)
  await requireAsMighty(call, call.resource, 'activate')
  return commitTransition(call, change)
})
