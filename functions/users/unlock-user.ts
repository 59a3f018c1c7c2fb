import { serve } from '../../shared/serve/serve.ts'
import { commitTransition } from './commit-transition.ts'
import { unlockUser } from './contract.ts'
import { unlock } from './user.ts'
import { users } from './user-store.ts'

export const handler = serve(unlockUser, { resource: users }, (call) => commitTransition(call, unlock(call.resource, call.now)))
