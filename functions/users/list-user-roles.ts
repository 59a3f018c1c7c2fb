import { serve } from '../../shared/serve/serve.ts'
import { listUserRoles } from './contract.ts'
import { toAssignedRoles } from './present-user.ts'
import { users } from './user-store.ts'

export const handler = serve(listUserRoles, { resource: users }, async ({ resource, policy }) => ({
  items: await policy.ask((known) => toAssignedRoles(resource, known)),
  nextCursor: null,
}))
