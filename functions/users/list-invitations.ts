import { serve } from '../../shared/serve/serve.ts'
import { listInvitations } from './contract.ts'
import { toUser } from './present-user.ts'
import { findInvited } from './user-store.ts'

export const handler = serve(listInvitations, async ({ query, tenant, policy }) => {
  const { items, nextCursor } = await findInvited(tenant, query)
  return { items: items.map((user) => toUser(user, policy)), nextCursor }
})
