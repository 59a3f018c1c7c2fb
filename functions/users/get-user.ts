import { serve } from '../../shared/serve/serve.ts'
import { getUser } from './contract.ts'
import { toUser } from './present-user.ts'
import { users } from './user-store.ts'

export const handler = serve(getUser, { resource: users }, ({ resource, policy }) => toUser(resource, policy))
