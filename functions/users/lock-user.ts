import { requireNoGainIn } from '../../shared/serve/granting.ts'
import { serve } from '../../shared/serve/serve.ts'
import { lockUser } from './contract.ts'
import { requireAsMighty, requireFreshFor } from './granting.ts'
import { toUser } from './present-user.ts'
import { commitShutOut } from './shut-out.ts'
import { lock } from './user.ts'
import { users } from './user-store.ts'

export const handler = serve(lockUser, { resource: users }, async (call) => {
  const { resource, body, policy, now } = call
  const change = lock(resource, body.reason, now)
  await requireAsMighty(call, resource, 'lock')
  await requireNoGainIn(call, users, resource, change.after)
  requireFreshFor(call, resource)
  const reply = await policy.ask((known) => toUser(change.after, { policy: known }))
  return commitShutOut(call, { change, reason: 'locked by an administrator', reply })
})
