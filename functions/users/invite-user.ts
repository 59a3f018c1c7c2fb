import { serve } from '../../shared/serve/serve.ts'
import { commitTransition } from './commit-transition.ts'
import { inviteUser } from './contract.ts'
import { inviterOf, requireAsMighty } from './granting.ts'
import { reinvite } from './user.ts'
import { users } from './user-store.ts'

export const handler = serve(inviteUser, { resource: users }, async (call) => {
  const { resource, now } = call
  await requireAsMighty(call, resource, 'invite')
  return commitTransition(call, reinvite(resource, now, inviterOf(call)))
})
