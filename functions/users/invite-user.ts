import { serve } from '../../shared/serve/serve.ts'
import { commitTransition } from './commit-transition.ts'
import { inviteUser } from './contract.ts'
import { requireVerified } from './granting.ts'
import { reinvite } from './user.ts'
import { users } from './user-store.ts'

export const handler = serve(inviteUser, { resource: users }, (call) => {
  requireVerified(call)
  return commitTransition(call, reinvite(call.resource, call.now))
})
