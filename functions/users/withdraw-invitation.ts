import { serve } from '../../shared/serve/serve.ts'
import { save } from '../../shared/store/writes.ts'
import { withdrawInvitation } from './contract.ts'
import { withdraw } from './user.ts'
import { users } from './user-store.ts'

export const handler = serve(withdrawInvitation, { resource: users }, ({ resource, tenant, now }) =>
  tenant.commit(save(users, withdraw(resource, now))),
)
