import { serve } from '../../shared/serve/serve.ts'
import { commitAdmitted, requireWord, technicianHere } from './admit-technician.ts'
import { grantTechnicianAccess } from './contract.ts'
import { grant } from './technician-access.ts'

export const handler = serve(grantTechnicianAccess, async (call) => {
  const { body, organization, actor, now } = call
  const { technicianId, ...terms } = body
  await requireWord(call, terms)
  const known = await technicianHere(call, technicianId)
  return commitAdmitted(call, grant({ organizationId: organization.id, ...known, terms, by: actor.id, at: now }))
})
