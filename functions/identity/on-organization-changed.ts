import {
  organizationActivated,
  organizationClosed,
  organizationClosingCancelled,
  organizationClosingScheduled,
  organizationOffboarded,
  organizationSuspended,
  organizationUpdated,
} from '../../events/organizations.ts'
import { isProblem } from '../../shared/errors.ts'
import { putCard } from '../../shared/identity/membership-store.ts'
import { react, reaction } from '../../shared/react.ts'
import { organizations } from '../organizations/door.ts'

export const rule = reaction('identity/on-organization-changed', {
  on: [
    organizationUpdated,
    organizationActivated,
    organizationSuspended,
    organizationOffboarded,
    organizationClosingScheduled,
    organizationClosingCancelled,
    organizationClosed,
  ],
  summary: "Keeps an organization's card in the directory, from which its members' lists show name and status.",
  reads: ['ORGANIZATION'],
  lookups: ['TENANTS'],
})

export const handler = react(rule, async ({ event, tenant }) => {
  const organization = await tenant.get(organizations, event.organizationId)
  if (!organization) return
  await tenant.commit(putCard(organization)).catch((error) => {
    // Something newer stands there already.
    if (!isProblem(error, 'VERSION_CONFLICT')) throw error
  })
})
