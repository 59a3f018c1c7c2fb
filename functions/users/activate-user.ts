import { transitions } from '../../shared/resource/verbs.ts'
import { activateUser } from './contract.ts'
import { asMighty } from './granting.ts'
import { toUser } from './present-user.ts'
import { activate } from './user.ts'
import { users } from './user-store.ts'

export const handler = transitions(activateUser, users, (user, { now }) => activate(user, now), toUser, { requires: asMighty('activate') })
