import { serve } from '../../shared/serve/serve.ts'
import { commitMove } from './commit-move.ts'
import { activateOrganization } from './contract.ts'
import { organizations } from './organization-store.ts'

export const handler = serve(activateOrganization, { resource: organizations }, commitMove('activate'))
