import { serve } from '../../shared/serve/serve.ts'
import { commitDetails } from './commit-details.ts'
import { updateCustomerOrganization } from './contract.ts'
import { organizations } from './organization-store.ts'

export const handler = serve(updateCustomerOrganization, { resource: organizations }, commitDetails)
