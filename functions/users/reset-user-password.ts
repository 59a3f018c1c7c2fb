import { transitions } from '../../shared/resource/verbs.ts'
import { resetUserPassword } from './contract.ts'
import { requireAsMighty } from './granting.ts'
import { toUser } from './present-user.ts'
import { requestPasswordReset } from './user.ts'
import { users } from './user-store.ts'

export const handler = transitions(
  resetUserPassword,
  users,
  async (user, call) => {
    const asked = requestPasswordReset(user, call.now)
    await requireAsMighty(call, user, 'ask for a new password of')
    return asked
  },
  toUser,
)
