import { lists } from '../../shared/resource/verbs.ts'
import { listUsers } from './contract.ts'
import { toUser } from './present-user.ts'
import { findUsers } from './user-store.ts'

export const handler = lists(
  listUsers,
  async ({ query, tenant, access, now }) => findUsers(tenant, { ...query, within: await access.reach('users:read'), now }),
  toUser,
)
