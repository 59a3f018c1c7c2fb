import { requireManaged } from '../../shared/identity/home-store.ts'
import { transitions } from '../../shared/resource/verbs.ts'
import { resetUserMfa } from './contract.ts'
import { requireAsMighty } from './granting.ts'
import { toUser } from './present-user.ts'
import { resetMfa } from './user.ts'
import { users } from './user-store.ts'

export const handler = transitions(
  resetUserMfa,
  users,
  async (user, call) => {
    const reset = resetMfa(user, call.now)
    await requireAsMighty(call, user, 'reset the second factor of')
    return { ...reset, alongside: [requireManaged(user)] }
  },
  toUser,
)
