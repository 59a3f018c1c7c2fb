import { serve } from '../../shared/serve/serve.ts'
import { save } from '../../shared/store/writes.ts'
import { withdrawInvitation } from './contract.ts'
import { requireAsMighty } from './granting.ts'
import { withdraw } from './user.ts'
import { users } from './user-store.ts'

export const handler = serve(withdrawInvitation, { resource: users }, async (call) => {
  const { resource, tenant, now } = call
  await requireAsMighty(call, resource, 'withdraw the invitation of')
  await tenant.commit(save(users, withdraw(resource, now)))
  return undefined
})
