import { serve } from '../../shared/serve/serve.ts'
import { listUsers } from './contract.ts'
import { toUser } from './present-user.ts'
import { findUsers } from './user-store.ts'

export const handler = serve(listUsers, async ({ query, tenant, policy, now }) => {
  const { items, nextCursor } = await findUsers(tenant, { ...query, now })
  return { items: items.map((user) => toUser(user, policy)), nextCursor }
})
