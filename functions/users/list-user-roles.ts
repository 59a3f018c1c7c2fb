import { serve } from '../../shared/serve/serve.ts'
import { listUserRoles } from './contract.ts'
import { toAssignedRoles } from './present-user.ts'
import { users } from './user-store.ts'

export const handler = serve(listUserRoles, { resource: users }, ({ resource, policy }) => ({
  items: toAssignedRoles(resource, policy),
  nextCursor: null,
}))
