import * as z from 'zod'
import { eventType } from '../shared/event.ts'

const none = z.object({})
const placed = z.object({ type: z.string(), key: z.string() })

export const resourceTypeCreated = eventType('resource_type.created', {
  summary: 'A type of the organization’s own things was registered.',
  data: none,
})
export const resourceTypeUpdated = eventType('resource_type.updated', {
  summary: 'What a type is called, or can be done with, changed.',
  data: none,
})
export const resourceTypeDeleted = eventType('resource_type.deleted', { summary: 'A type was taken out.', data: none })
export const resourceCreated = eventType('resource.created', {
  summary: 'One of the organization’s own things was registered.',
  data: placed,
})
export const resourceUpdated = eventType('resource.updated', {
  summary: 'Where a thing lies, whose it is or what it is like changed.',
  data: placed,
})
export const resourceDeleted = eventType('resource.deleted', { summary: 'A thing was taken out.', data: placed })
