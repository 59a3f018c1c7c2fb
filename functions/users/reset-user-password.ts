import { serve } from '../../shared/serve/serve.ts'
import { requireHome } from '../identity/reads.ts'
import { commitTransition } from './commit-transition.ts'
import { resetUserPassword } from './contract.ts'
import { requestPasswordReset } from './user.ts'
import { users } from './user-store.ts'

export const handler = serve(resetUserPassword, { resource: users }, (call) =>
  commitTransition(call, requestPasswordReset(call.resource, call.now), requireHome(call.resource)),
)
