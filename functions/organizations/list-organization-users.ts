import { serve } from '../../shared/serve/serve.ts'
import { findUsers, toUser } from '../users/reads.ts'
import { listOrganizationUsers } from './contract.ts'

export const handler = serve(listOrganizationUsers, async ({ query, tenant, policy, now }) => {
  const { items, nextCursor } = await findUsers(tenant, { ...query, now })
  return { items: items.map((user) => toUser(user, policy)), nextCursor }
})
