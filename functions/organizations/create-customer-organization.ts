import { requireFresh } from '../../shared/identity/fresh.ts'
import { serve } from '../../shared/serve/serve.ts'
import { isVersionConflict } from '../../shared/store/retry-conflicts.ts'
import { createCustomerOrganization } from './contract.ts'
import { withinCap } from './customer-cap.ts'
import { linkStands, linkWrites, requireProvider } from './customer-link.ts'
import { foundCustomer } from './found-customer.ts'
import { toOrganization } from './present-organization.ts'
import { requireSecurity } from './security.ts'

/** Two tenants, so two transactions: the customer first, and after a crash in between a reaction to its founding adds the link. */
export const handler = serve(createCustomerOrganization, async (call) => {
  const { organization, tenant } = call
  requireProvider(organization)
  await requireSecurity(createCustomerOrganization, { ...call, resource: undefined }, 'organizations:update_security')
  if (call.body.admin) requireFresh(call)
  const customer = await withinCap(tenant, organization, () => foundCustomer(call))
  const reply = toOrganization(customer, call)
  return tenant.commit(linkWrites(tenant.id, customer, undefined), reply).catch((error: unknown) => {
    if (!isVersionConflict(error)) throw error
    return tenant.commit(linkStands(tenant.id, customer), reply)
  })
})
