import { requireManaged } from '../../shared/identity/home-store.ts'
import { transitions } from '../../shared/resource/verbs.ts'
import { resetUserMfa } from './contract.ts'
import { asMighty } from './granting.ts'
import { toUser } from './present-user.ts'
import { resetMfa } from './user.ts'
import { users } from './user-store.ts'

export const handler = transitions(
  resetUserMfa,
  users,
  (user, { now }) => ({ ...resetMfa(user, now), alongside: [requireManaged(user)] }),
  toUser,
  { requires: asMighty('reset the second factor of') },
)
