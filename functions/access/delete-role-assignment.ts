import { serve } from '../../shared/serve/serve.ts'
import { take } from './assigning.ts'
import { assignments } from './assignment.ts'
import { deleteRoleAssignment } from './contract.ts'

export const handler = serve(deleteRoleAssignment, { resource: assignments }, async (call) =>
  call.tenant.commit(await take(call, call.resource)),
)
