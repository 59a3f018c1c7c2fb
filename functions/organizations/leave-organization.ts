import { serve } from '../../shared/serve/serve.ts'
import { putMembership } from '../identity/reads.ts'
import { commitShutOut, leave, type User } from '../users/reads.ts'
import { leaveOrganization } from './contract.ts'

export const handler = serve(leaveOrganization, (call) => {
  const change = leave(call.principal as User, call.now)
  return commitShutOut(call, { change, reason: 'left the organization', isGone: true, alongside: [putMembership(change.after)] })
})
