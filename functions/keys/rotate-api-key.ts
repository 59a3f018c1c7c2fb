import { requireHeld } from '../../shared/serve/granting.ts'
import { serve } from '../../shared/serve/serve.ts'
import { save } from '../../shared/store/writes.ts'
import { apiKeys, rotate } from './api-key.ts'
import { rotateApiKey } from './contract.ts'
import { refound } from './key-store.ts'
import { toKey } from './present-key.ts'
import { newSecret } from './secret.ts'

/** Whoever sees the secret acts as the key, so it takes all that the key holds. */
export const handler = serve(rotateApiKey, { resource: apiKeys }, async (call) => {
  const { resource, body, tenant, now } = call
  await requireHeld(call, resource.assignments, 'Nobody gets the secret of a key that may do more than they.')
  const { secret, ...stored } = newSecret()
  const { before = resource, ...change } = rotate(resource, stored, body.overlapHours ?? 0, now)
  const writes = [save(apiKeys, { before, ...change }), ...refound(before, change.after)]
  return tenant.commit(writes, { ...toKey(change.after, call), secret })
})
