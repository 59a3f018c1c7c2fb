import { serve } from '../../shared/serve/serve.ts'
import { commitMove } from './commit-move.ts'
import { offboardOrganization } from './contract.ts'
import { organizations } from './organization-store.ts'

export const handler = serve(offboardOrganization, { resource: organizations }, commitMove('offboard'))
