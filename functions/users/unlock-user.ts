import { transitions } from '../../shared/resource/verbs.ts'
import { unlockUser } from './contract.ts'
import { asMighty } from './granting.ts'
import { toUser } from './present-user.ts'
import { unlock } from './user.ts'
import { users } from './user-store.ts'

export const handler = transitions(unlockUser, users, (user, { now }) => unlock(user, now), toUser, { requires: asMighty('unlock') })
