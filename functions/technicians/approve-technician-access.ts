import { serve } from '../../shared/serve/serve.ts'
import { commitAdmitted, requireWord, technicianHere } from './admit-technician.ts'
import { approveTechnicianAccess } from './contract.ts'
import { accesses, approve } from './technician-access.ts'

export const handler = serve(approveTechnicianAccess, { resource: accesses }, async (call) => {
  const { resource, actor, now } = call
  const change = approve(resource, actor.id, now)
  await requireWord(call, resource)
  const known = await technicianHere(call, resource.technician.id)
  return commitAdmitted(call, { ...change, after: { ...change.after, ...known } })
})
