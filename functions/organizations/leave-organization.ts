import { putMembership } from '../../shared/identity/membership-store.ts'
import { serve } from '../../shared/serve/serve.ts'
import { commitShutOut, leave, userOf } from '../users/door.ts'
import { leaveOrganization } from './contract.ts'

export const handler = serve(leaveOrganization, (call) => {
  const change = leave(userOf(call.principal), call.now)
  return commitShutOut(call, { change, reason: 'left the organization', isGone: true, alongside: [putMembership(change.after)] })
})
