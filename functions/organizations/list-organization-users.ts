import { lists } from '../../shared/resource/verbs.ts'
import { findUsers, toUser } from '../users/door.ts'
import { listOrganizationUsers } from './contract.ts'

export const handler = lists(listOrganizationUsers, ({ query, tenant, now }) => findUsers(tenant, { ...query, now }), toUser)
