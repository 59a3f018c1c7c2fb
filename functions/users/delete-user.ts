import { serve } from '../../shared/serve/serve.ts'
import { deleteUser } from './contract.ts'
import { requireAsMighty, requireFreshFor } from './granting.ts'
import { commitShutOut } from './shut-out.ts'
import { remove } from './user.ts'
import { users } from './user-store.ts'

export const handler = serve(deleteUser, { resource: users }, async (call) => {
  const { resource, now } = call
  await requireAsMighty(call, resource, 'remove')
  requireFreshFor(call, resource)
  return commitShutOut(call, { change: remove(resource, now), reason: 'removed from the organization', isGone: true })
})
