import { transitions } from '../../shared/resource/verbs.ts'
import { activateUser } from './contract.ts'
import { requireAsMighty } from './granting.ts'
import { toUser } from './present-user.ts'
import { activate } from './user.ts'
import { users } from './user-store.ts'

export const handler = transitions(
  activateUser,
  users,
  async (user, call) => {
    const change = activate(user, call.now)
    await requireAsMighty(call, user, 'activate')
    return change
  },
  toUser,
)
