import { updateOrganization } from './contract.ts'
import { edits } from './edit-organization.ts'

export const handler = edits(updateOrganization, 'organization:update_security')
