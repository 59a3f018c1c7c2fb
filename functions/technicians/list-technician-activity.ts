import { serve } from '../../shared/serve/serve.ts'
import { auditByActor } from '../audit/door.ts'
import { listTechnicianActivity } from './contract.ts'
import { accesses } from './technician-access.ts'

/** What they did here in the time of this access; before it was granted there was nothing that they could. */
export const handler = serve(listTechnicianActivity, { resource: accesses }, ({ resource, query, tenant, now }) => {
  const { technician, grantedAt, revokedAt } = resource
  if (grantedAt === undefined) return { items: [], nextCursor: null }
  return auditByActor(tenant, technician.id, { ...query, from: grantedAt, to: revokedAt ?? now })
})
