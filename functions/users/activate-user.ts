import { serve } from '../../shared/serve/serve.ts'
import { commitTransition } from './commit-transition.ts'
import { activateUser } from './contract.ts'
import { activate } from './user.ts'
import { users } from './user-store.ts'

export const handler = serve(activateUser, { resource: users }, (call) => commitTransition(call, activate(call.resource, call.now)))
