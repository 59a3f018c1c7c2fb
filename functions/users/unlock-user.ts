import { transitions } from '../../shared/resource/verbs.ts'
import { unlockUser } from './contract.ts'
import { requireAsMighty } from './granting.ts'
import { toUser } from './present-user.ts'
import { unlock } from './user.ts'
import { users } from './user-store.ts'

export const handler = transitions(
  unlockUser,
  users,
  async (user, call) => {
    const change = unlock(user, call.now)
    await requireAsMighty(call, user, 'unlock')
    return change
  },
  toUser,
)
