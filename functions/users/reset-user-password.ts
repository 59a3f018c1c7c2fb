import { transitions } from '../../shared/resource/verbs.ts'
import { resetUserPassword } from './contract.ts'
import { asMighty } from './granting.ts'
import { toUser } from './present-user.ts'
import { requestPasswordReset } from './user.ts'
import { users } from './user-store.ts'

export const handler = transitions(resetUserPassword, users, (user, { now }) => requestPasswordReset(user, now), toUser, {
  requires: asMighty('ask for a new password of'),
})
