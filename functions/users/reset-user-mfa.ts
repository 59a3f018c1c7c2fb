import { serve } from '../../shared/serve/serve.ts'
import { requireManaged } from '../identity/reads.ts'
import { commitTransition } from './commit-transition.ts'
import { resetUserMfa } from './contract.ts'
import { requireAsMighty } from './granting.ts'
import { resetMfa } from './user.ts'
import { users } from './user-store.ts'

export const handler = serve(resetUserMfa, { resource: users }, async (call) => {
  const reset = resetMfa(call.resource, call.now)
  await requireAsMighty(call, call.resource, 'reset the second factor of')
  return commitTransition(call, reset, requireManaged(call.resource))
})
