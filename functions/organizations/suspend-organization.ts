import { transitions } from '../../shared/resource/verbs.ts'
import { suspendOrganization } from './contract.ts'
import { move } from './life-cycle.ts'
import { organizations } from './organization-store.ts'
import { toOrganization } from './present-organization.ts'

export const handler = transitions(
  suspendOrganization,
  organizations,
  (organization, { body, now }) => move(organization, 'suspend', now, body.reason),
  toOrganization,
)
