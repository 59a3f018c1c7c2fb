import { permissionsHeld } from '../../shared/access/evaluate.ts'
import { serve } from '../../shared/serve/serve.ts'
import { listUserPermissions } from './contract.ts'
import { users } from './user-store.ts'

export const handler = serve(listUserPermissions, { resource: users }, async ({ resource, policy, now }) => ({
  items: await policy.ask((known) => permissionsHeld(resource, known, now)),
  nextCursor: null,
}))
