import { entity } from '../../shared/store/entity.ts'
import { organizationKey } from '../../shared/store/keys.ts'
import type { Organization } from './organization.ts'

export const organizations = entity<Organization>({
  name: 'ORGANIZATION',
  key: ({ organizationId }) => organizationKey(organizationId),
  label: ({ name }) => name,
  // Changes of roles, groups and units raise its policy version beside what it is changed in.
  partial: true,
})
