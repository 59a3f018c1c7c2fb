import { serve } from '../../shared/serve/serve.ts'
import { commitDetails } from './commit-details.ts'
import { updateOrganization } from './contract.ts'
import { organizations } from './organization-store.ts'
import { requireSecurity } from './security.ts'

export const handler = serve(updateOrganization, { resource: organizations }, async (call) => {
  await requireSecurity(updateOrganization, call, 'organization:update_security')
  return commitDetails(call)
})
