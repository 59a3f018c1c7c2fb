import { isProblem } from '../../shared/errors.ts'
import { serve } from '../../shared/serve/serve.ts'
import { save } from '../../shared/store/writes.ts'
import { revokeTechnicianAccess } from './contract.ts'
import { dismissing } from './guest.ts'
import { toAccess } from './present-access.ts'
import { accesses, revoke } from './technician-access.ts'

export const handler = serve(revokeTechnicianAccess, { resource: accesses }, async (call) => {
  const { resource, body, tenant, actor, now } = call
  const change = revoke(resource, actor.id, body.reason, now)
  const [written, reply] = [save(accesses, change), toAccess(change.after, call)]
  if (resource.status === 'requested') return tenant.commit(written, reply)
  return tenant.commit([written, ...dismissing(resource, now)], reply).catch((error: unknown) => {
    // Of one that has expired, another may have taken the place. Whoever changed the access itself meanwhile is found by its version.
    if (isProblem(error, 'VERSION_CONFLICT')) return tenant.commit(written, reply)
    throw error
  })
})
