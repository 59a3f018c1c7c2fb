import * as z from 'zod'
import { dueKind } from '../shared/due/due.ts'
import { eventType } from '../shared/event.ts'

const asked = { requesterId: z.string(), permission: z.string() }

export const accessRequested = eventType('access_request.created', {
  summary: 'Somebody asked to be let do what they may not.',
  data: z.object({ ...asked, reason: z.string() }),
})
export const accessRequestApproved = eventType('access_request.approved', {
  summary: 'Somebody who asked for access was given it for a time.',
  data: z.object({ ...asked, assignmentId: z.string(), expiresAt: z.string() }),
})
export const accessRequestRefused = eventType('access_request.refused', {
  summary: 'Somebody who asked for access was refused it.',
  data: z.object({ ...asked, reason: z.string() }),
})
export const accessRequestExpired = eventType('access_request.expired', {
  summary: 'Nobody decided in time about access that somebody asked for.',
  data: z.object(asked),
})
export const accessRequestDue = dueKind('access_request.expiry_due', {
  summary: 'The time to decide about access that somebody asked for is over.',
  data: z.object({}),
})
