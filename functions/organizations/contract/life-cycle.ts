import * as z from 'zod'
import { endpoint } from '../../../shared/endpoint.ts'
import { atCustomer } from './fields.ts'
import { Organization } from './schemas.ts'

const Reason = z.string().trim().min(1).max(500)

const transition = {
  permission: 'organizations:update',
  ...atCustomer,
  reply: Organization,
  fails: ['INVALID_TRANSITION'],
  writes: ['ORGANIZATION'],
  ending: 'open',
} as const

const maybeWhy = z.object({ reason: Reason.optional() })

export const activateOrganization = endpoint({
  route: 'POST /api/v1/organizations/{id}/activate',
  summary: 'Ends the trial of a customer, or its suspension.',
  ...transition,
  permission: 'organizations:activate',
  fresh: true,
  body: maybeWhy,
})

export const suspendOrganization = endpoint({
  route: 'POST /api/v1/organizations/{id}/suspend',
  summary: 'Shuts a customer to all its members, in force at their next request, until it is activated.',
  ...transition,
  fresh: true,
  body: z.object({ reason: Reason }),
})

export const offboardOrganization = endpoint({
  route: 'POST /api/v1/organizations/{id}/offboard',
  summary: 'Begins the leaving of a customer: its members read and export, and change nothing any more.',
  description: 'There is no way back; suspend what may come back.',
  ...transition,
  permission: 'organizations:close',
  fresh: true,
  body: maybeWhy,
})

const closing = { ...transition, permission: 'organizations:close', lookups: ['DUE'] } as const

export const closeOrganization = endpoint({
  route: 'POST /api/v1/organizations/{id}/close',
  summary: 'Closes a customer that was offboarded, in 72 hours: nobody enters it from then on, and the provider sees its record alone.',
  description: 'Until then it can be called off.',
  ...closing,
  fresh: true,
  body: maybeWhy,
})

export const cancelClosing = endpoint({
  route: 'POST /api/v1/organizations/{id}/cancel-closing',
  summary: 'Calls off the closing of a customer, whose moment has not come yet: it goes on being offboarded.',
  ...closing,
})
