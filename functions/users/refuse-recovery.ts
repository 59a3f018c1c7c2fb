import { recoveryRefused } from '../../events/identity.ts'
import { problem } from '../../shared/errors.ts'
import { objectToRecovery } from '../../shared/identity/recovery-request.ts'
import { serve } from '../../shared/serve/serve.ts'
import { signal } from '../../shared/store/writes.ts'
import { refuseRecovery } from './contract.ts'
import { users } from './user-store.ts'

/** It opens nothing to anybody, so it takes no might: whoever looks after people here may say that it was not they. */
export const handler = serve(refuseRecovery, { resource: users }, ({ resource, tenant, actor, now }) => {
  const { id, status, firstName, lastName } = resource
  if (status === 'invited') throw problem('INVALID_TRANSITION', { message: 'This user has not joined, so there is nothing to object to.' })
  const aggregate = { type: 'user', id, name: `${firstName} ${lastName}` }
  const refused = signal({ event: recoveryRefused, aggregate, data: { userId: id, by: actor.id } })
  return tenant.commit([...objectToRecovery(id, now), refused])
})
