import { transitions } from '../../shared/resource/verbs.ts'
import { applyPatch } from './apply-patch.ts'
import type { updateCustomerOrganization, updateOrganization } from './contract.ts'
import { detailsOf, update } from './organization.ts'
import { organizations } from './organization-store.ts'
import { toOrganization } from './present-organization.ts'
import { requireSecurity } from './security.ts'

/** Changes the details of an organization, its own or a customer's; its security takes a permission besides. */
export const edits = (contract: typeof updateOrganization | typeof updateCustomerOrganization, security: string) =>
  transitions(
    contract,
    organizations,
    async (organization, call) => {
      await requireSecurity(contract, call, security)
      return update(organization, applyPatch(detailsOf(organization), call.body), call.now)
    },
    toOrganization,
  )
