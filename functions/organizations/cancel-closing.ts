import { serve } from '../../shared/serve/serve.ts'
import { save } from '../../shared/store/writes.ts'
import { cancelClosing as cancel } from './closing.ts'
import { dropDue } from './closing-store.ts'
import { cancelClosing } from './contract.ts'
import { organizations } from './organization-store.ts'
import { toOrganization } from './present-organization.ts'

export const handler = serve(cancelClosing, { resource: organizations }, ({ resource, tenant, now }) => {
  const change = cancel(resource, now)
  return tenant.commit([save(organizations, change), dropDue(resource)], toOrganization(change.after, now))
})
