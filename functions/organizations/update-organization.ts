import { transitions } from '../../shared/resource/verbs.ts'
import { applyPatch } from './apply-patch.ts'
import { updateOrganization } from './contract.ts'
import { detailsOf, update } from './organization.ts'
import { organizations } from './organization-store.ts'
import { toOrganization } from './present-organization.ts'
import { requireSecurity } from './security.ts'

export const handler = transitions(
  updateOrganization,
  organizations,
  async (organization, call) => {
    await requireSecurity(updateOrganization, call, 'organization:update_security')
    return update(organization, applyPatch(detailsOf(organization), call.body), call.now)
  },
  toOrganization,
)
