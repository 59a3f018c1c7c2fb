import { serve } from '../../shared/serve/serve.ts'
import { requireHome } from '../identity/reads.ts'
import { commitTransition } from './commit-transition.ts'
import { resetUserMfa } from './contract.ts'
import { resetMfa } from './user.ts'
import { users } from './user-store.ts'

export const handler = serve(resetUserMfa, { resource: users }, (call) =>
  commitTransition(call, resetMfa(call.resource, call.now), requireHome(call.resource)),
)
