import { serve } from '../../shared/serve/serve.ts'
import { getOrganization } from './contract.ts'
import { organizations } from './organization-store.ts'
import { toOrganization } from './present-organization.ts'

export const handler = serve(getOrganization, { resource: organizations }, ({ resource, now }) => toOrganization(resource, now))
