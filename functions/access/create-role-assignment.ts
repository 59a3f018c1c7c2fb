import { serve } from '../../shared/serve/serve.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import { give } from './assigning.ts'
import { toAssignment } from './assignment.ts'
import { createRoleAssignment } from './contract.ts'

export const handler = serve(createRoleAssignment, (call) =>
  retryConflicts(async () => {
    const { given, writes } = await give(call, call.body)
    return call.tenant.commit(writes, toAssignment(given))
  }),
)
