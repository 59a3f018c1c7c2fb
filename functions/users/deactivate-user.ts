import { requireNoGainIn } from '../../shared/serve/granting.ts'
import { serve } from '../../shared/serve/serve.ts'
import { deactivateUser } from './contract.ts'
import { requireAsMighty, requireFreshFor } from './granting.ts'
import { toUser } from './present-user.ts'
import { commitShutOut } from './shut-out.ts'
import { deactivate } from './user.ts'
import { users } from './user-store.ts'

export const handler = serve(deactivateUser, { resource: users }, async (call) => {
  const { resource, policy, now } = call
  const change = deactivate(resource, now)
  await requireAsMighty(call, resource, 'deactivate')
  await requireNoGainIn(call, users, resource, change.after)
  requireFreshFor(call, resource)
  const reply = await policy.ask((known) => toUser(change.after, { policy: known }))
  return commitShutOut(call, { change, reason: 'deactivated by an administrator', reply })
})
