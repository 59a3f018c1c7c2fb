import { serve } from '../../shared/serve/serve.ts'
import { auditByActor } from '../audit/door.ts'
import { listUserActivity } from './contract.ts'
import { users } from './user-store.ts'

/** What a removed user did is still told. */
export const handler = serve(listUserActivity, { resource: users, deleted: 'allowed' }, ({ resource, query, tenant }) =>
  auditByActor(tenant, resource.id, query),
)
