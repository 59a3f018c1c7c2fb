import { reads } from '../../shared/resource/verbs.ts'
import { getUser } from './contract.ts'
import { toUser } from './present-user.ts'
import { users } from './user-store.ts'

export const handler = reads(getUser, users, toUser)
