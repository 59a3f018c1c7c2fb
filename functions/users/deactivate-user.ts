import { serve } from '../../shared/serve/serve.ts'
import { commitTransition } from './commit-transition.ts'
import { deactivateUser } from './contract.ts'
import { deactivate } from './user.ts'
import { users } from './user-store.ts'

export const handler = serve(deactivateUser, { resource: users }, (call) => commitTransition(call, deactivate(call.resource, call.now)))
