import { serve } from '../../shared/serve/serve.ts'
import { findUsers, toUser } from '../users/door.ts'
import { listUnitUsers } from './contract.ts'
import { units } from './unit.ts'

export const handler = serve(listUnitUsers, { resource: units }, async ({ resource, query, tenant, access, policy, now }) => {
  const within = await access.reach('users:read')
  const { items, nextCursor } = await findUsers(tenant, { ...query, unitId: resource.id, within, now })
  return { items: await policy.ask((known) => items.map((user) => toUser(user, { policy: known }))), nextCursor }
})
