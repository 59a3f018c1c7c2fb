import {
  organizationActivated,
  organizationClosed,
  organizationCreated,
  organizationOffboarded,
  organizationSuspended,
  organizationUpdated,
  providerEnded,
} from '../../events/organizations.ts'
import { react, reaction } from '../../shared/react.ts'
import { hasProvider, relink } from './customer-link.ts'
import { organizations } from './organization-store.ts'

export const rule = reaction('organizations/on-customer-changed', {
  on: [
    organizationCreated,
    organizationUpdated,
    organizationActivated,
    organizationSuspended,
    organizationOffboarded,
    organizationClosed,
    providerEnded,
  ],
  summary: "Shows a customer's name, status and end in its provider's list, and adds the link where a crash left it out.",
  reads: ['ORGANIZATION'],
  writes: ['CUSTOMER', 'SIGNALS'],
})

/** It writes in the provider's tenant, which only the customer's own item names. */
export const handler = react(rule, async ({ event, tenant, enter }) => {
  const customer = await tenant.get(organizations, event.organizationId)
  if (customer && hasProvider(customer)) await relink(enter(customer.provider.organizationId), customer)
})
