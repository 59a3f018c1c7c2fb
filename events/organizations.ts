import * as z from 'zod'
import { eventType } from '../shared/event.ts'

export const organizationCreated = eventType('organization.created', {
  summary: 'An organization was registered.',
  data: z.object({ name: z.string(), slug: z.string(), type: z.string(), foundedBy: z.string() }),
})

export const organizationUpdated = eventType('organization.updated', {
  summary: 'The name, contact or settings of an organization changed.',
  data: z.object({}),
})
