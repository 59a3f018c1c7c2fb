import { serve } from '../../shared/serve/serve.ts'
import { save } from '../../shared/store/writes.ts'
import { endProvider as contract } from './contract.ts'
import { endProvider } from './organization.ts'
import { organizations } from './organization-store.ts'

export const handler = serve(contract, { resource: organizations }, ({ resource, tenant, now }) =>
  tenant.commit(save(organizations, endProvider(resource, now))),
)
