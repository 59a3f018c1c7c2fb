import { serve } from '../../shared/serve/serve.ts'
import { save } from '../../shared/store/writes.ts'
import { linkHolds } from '../organizations/door.ts'
import { technicianOf } from './admit-technician.ts'
import { requestTechnicianAccess } from './contract.ts'
import { toAccess } from './present-access.ts'
import { accesses, request } from './technician-access.ts'

/** Written with the customer, who is to decide about it. */
export const handler = serve(requestTechnicianAccess, async (call) => {
  const { body, organization, principal, tenant, actor, now } = call
  const { organizationId, technicianId = principal.id, ...terms } = body
  const providerId = principal.organizationId
  const { id, firstName, lastName, email } = principal
  const technician = technicianId === id ? { id, firstName, lastName, email } : await technicianOf(call, providerId, technicianId)
  const change = request({ organizationId, technician, providerId, terms, by: actor.id, at: now })
  return tenant.commit([linkHolds(organization), save(accesses, change)], toAccess(change.after, call))
})
