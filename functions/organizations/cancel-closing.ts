import { transitions } from '../../shared/resource/verbs.ts'
import { cancelClosing as cancel } from './closing.ts'
import { dropDue } from './closing-store.ts'
import { cancelClosing } from './contract.ts'
import { organizations } from './organization-store.ts'
import { toOrganization } from './present-organization.ts'

export const handler = transitions(
  cancelClosing,
  organizations,
  (organization, { now }) => ({ ...cancel(organization, now), alongside: [dropDue(organization)] }),
  toOrganization,
)
