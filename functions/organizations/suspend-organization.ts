import { serve } from '../../shared/serve/serve.ts'
import { commitMove } from './commit-move.ts'
import { suspendOrganization } from './contract.ts'
import { organizations } from './organization-store.ts'

export const handler = serve(suspendOrganization, { resource: organizations }, commitMove('suspend'))
