import { serve } from '../../shared/serve/serve.ts'
import { commitDetails } from './commit-details.ts'
import { updateCustomerOrganization } from './contract.ts'
import { organizations } from './organization-store.ts'
import { requireSecurity } from './security.ts'

export const handler = serve(updateCustomerOrganization, { resource: organizations }, async (call) => {
  await requireSecurity(updateCustomerOrganization, call, 'organizations:update_security')
  return commitDetails(call)
})
