import { transitions } from '../../shared/resource/verbs.ts'
import { withdrawInvitation } from './contract.ts'
import { requireAsMighty } from './granting.ts'
import { withdraw } from './user.ts'
import { users } from './user-store.ts'

export const handler = transitions(withdrawInvitation, users, async (user, call) => {
  await requireAsMighty(call, user, 'withdraw the invitation of')
  return withdraw(user, call.now)
})
