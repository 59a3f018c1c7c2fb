import { serve } from '../../shared/serve/serve.ts'
import { listInvitations } from './contract.ts'
import { toInvitation } from './present-user.ts'
import { findInvited } from './user-store.ts'

export const handler = serve(listInvitations, async ({ query, tenant, policy, now }) => {
  const { items, nextCursor } = await findInvited(tenant, query)
  return { items: items.map((user) => toInvitation(user, policy, now)), nextCursor }
})
