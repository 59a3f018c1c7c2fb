import * as z from 'zod'
import { eventType } from '../shared/event.ts'

export const unitCreated = eventType('unit.created', {
  summary: 'A unit was made, and somebody looks after it.',
  data: z.object({ ownerId: z.string(), parentId: z.string().optional() }),
  aka: ['OrganizationUnitCreatedEvent', 'OrganizationUnitAdded'],
})
export const unitUpdated = eventType('unit.updated', { summary: 'The name or the description of a unit changed.', data: z.object({}) })
export const unitOwnerChanged = eventType('unit.owner_changed', {
  summary: 'Somebody else looks after a unit.',
  data: z.object({ ownerId: z.string() }),
})
export const unitMoved = eventType('unit.moved', {
  summary: 'A unit, with all below it, lies under another one, or at the top.',
  data: z.object({ newParentId: z.string().nullable() }),
  aka: ['OrganizationUnitMovedEvent'],
})
export const unitDeleted = eventType('unit.deleted', { summary: 'A unit was removed.', data: z.object({}) })
