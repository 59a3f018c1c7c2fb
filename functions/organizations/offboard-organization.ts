import { transitions } from '../../shared/resource/verbs.ts'
import { offboardOrganization } from './contract.ts'
import { move } from './life-cycle.ts'
import { organizations } from './organization-store.ts'
import { toOrganization } from './present-organization.ts'

export const handler = transitions(
  offboardOrganization,
  organizations,
  (organization, { body, now }) => move(organization, 'offboard', now, body.reason),
  toOrganization,
)
