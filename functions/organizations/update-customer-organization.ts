import { updateCustomerOrganization } from './contract.ts'
import { edits } from './edit-organization.ts'

export const handler = edits(updateCustomerOrganization, 'organizations:update_security')
