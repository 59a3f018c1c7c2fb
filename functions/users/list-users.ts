import { lists } from '../../shared/resource/verbs.ts'
import { listUsers } from './contract.ts'
import { toUser } from './present-user.ts'
import { findUsers } from './user-store.ts'

export const handler = lists(listUsers, ({ query, tenant, now }) => findUsers(tenant, { ...query, now }), toUser)
