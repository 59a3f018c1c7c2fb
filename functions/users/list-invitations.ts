import { lists } from '../../shared/resource/verbs.ts'
import { listInvitations } from './contract.ts'
import { toInvitation } from './present-user.ts'
import { findInvited } from './user-store.ts'

export const handler = lists(
  listInvitations,
  async ({ query, tenant, access }) => findInvited(tenant, { ...query, within: await access.reach('users:read') }),
  toInvitation,
)
