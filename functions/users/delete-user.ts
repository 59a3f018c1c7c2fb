import { serve } from '../../shared/serve/serve.ts'
import { save } from '../../shared/store/writes.ts'
import { deleteUser } from './contract.ts'
import { remove } from './user.ts'
import { users } from './user-store.ts'

export const handler = serve(deleteUser, { resource: users }, ({ resource, tenant, now }) =>
  tenant.commit(save(users, remove(resource, now))),
)
