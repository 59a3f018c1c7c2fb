import { reads } from '../../shared/resource/verbs.ts'
import { getCustomerOrganization } from './contract.ts'
import { organizations } from './organization-store.ts'
import { toOrganization } from './present-organization.ts'

export const handler = reads(getCustomerOrganization, organizations, toOrganization)
