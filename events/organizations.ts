import * as z from 'zod'
import { dueKind } from '../shared/due/due.ts'
import { eventType } from '../shared/event.ts'

export const organizationCreated = eventType('organization.created', {
  summary: 'An organization was registered.',
  data: z.object({ name: z.string(), slug: z.string(), type: z.string(), foundedBy: z.string(), providerId: z.string().optional() }),
})

export const organizationUpdated = eventType('organization.updated', {
  summary: 'The name, contact or settings of an organization changed.',
  data: z.object({}),
})

const Reason = z.object({ reason: z.string().optional() })

export const organizationActivated = eventType('organization.activated', {
  summary: 'An organization may work, on trial no longer.',
  data: Reason,
})
export const organizationSuspended = eventType('organization.suspended', {
  summary: 'An organization was shut to its members until it is activated.',
  data: z.object({ reason: z.string() }),
})
export const organizationOffboarded = eventType('organization.offboarded', {
  summary: 'An organization began to leave: it can be read and exported, and not changed any more.',
  data: Reason,
})
export const organizationClosingScheduled = eventType('organization.closing_scheduled', {
  summary: 'An organization is going to be closed, unless that is called off before.',
  data: z.object({ closesAt: z.string(), reason: z.string().optional() }),
})
export const organizationClosingCancelled = eventType('organization.closing_cancelled', {
  summary: 'The closing of an organization was called off: it goes on leaving.',
  data: z.object({}),
})
export const closingDue = dueKind('organization.closing_due', {
  summary: 'The moment has come at which an organization was going to be closed.',
  data: z.object({}),
})
export const organizationClosed = eventType('organization.closed', { summary: 'An organization was closed for good.', data: Reason })

export const providerEnded = eventType('organization.provider.ended', {
  summary: 'A customer ended the link to its provider.',
  data: z.object({ providerId: z.string() }),
})

export const membersLeaving = eventType('organization.members_leaving', {
  summary:
    'Members go with a provider whose link ended, or with a closed organization, and there are more than one run of the reaction takes.',
  data: z.object({ reason: z.enum(['provider_ended', 'organization_closed']), after: z.string(), endedBy: z.string().optional() }),
})

/** Signals in the provider's tenant: what happened there is told by the customer's own events. */
export const customerAdded = eventType('customer.added', {
  summary: 'A provider has a new customer.',
  data: z.object({ customerId: z.string() }),
})
export const customerLeft = eventType('customer.left', {
  summary: 'A customer ended the link to this provider.',
  data: z.object({ customerId: z.string() }),
})
