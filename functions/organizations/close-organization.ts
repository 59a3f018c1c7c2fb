import { serve } from '../../shared/serve/serve.ts'
import { commitMove } from './commit-move.ts'
import { closeOrganization } from './contract.ts'
import { organizations } from './organization-store.ts'

export const handler = serve(closeOrganization, { resource: organizations }, commitMove('close'))
