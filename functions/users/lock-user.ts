import { serve } from '../../shared/serve/serve.ts'
import { commitTransition } from './commit-transition.ts'
import { lockUser } from './contract.ts'
import { lock } from './user.ts'
import { users } from './user-store.ts'

export const handler = serve(lockUser, { resource: users }, (call) =>
  commitTransition(call, lock(call.resource, call.body.reason, call.now)),
)
