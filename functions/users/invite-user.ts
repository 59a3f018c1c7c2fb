import { transitions } from '../../shared/resource/verbs.ts'
import { inviteUser } from './contract.ts'
import { inviterOf, requireAsMighty } from './granting.ts'
import { toUser } from './present-user.ts'
import { reinvite } from './user.ts'
import { users } from './user-store.ts'

export const handler = transitions(
  inviteUser,
  users,
  async (user, call) => {
    await requireAsMighty(call, user, 'invite')
    return reinvite(user, call.now, inviterOf(call))
  },
  toUser,
)
