import { transitions } from '../../shared/resource/verbs.ts'
import { activateOrganization } from './contract.ts'
import { move } from './life-cycle.ts'
import { organizations } from './organization-store.ts'
import { toOrganization } from './present-organization.ts'

export const handler = transitions(
  activateOrganization,
  organizations,
  (organization, { body, now }) => move(organization, 'activate', now, body.reason),
  toOrganization,
)
