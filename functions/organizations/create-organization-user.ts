import { serve } from '../../shared/serve/serve.ts'
import { addUser } from '../users/reads.ts'
import { createOrganizationUser } from './contract.ts'

export const handler = serve(createOrganizationUser, addUser)
