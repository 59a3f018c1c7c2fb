import * as z from 'zod'
import { eventType } from '../shared/event.ts'

const who = { technicianId: z.string(), providerId: z.string(), accessLevel: z.string() }

export const technicianAccessRequested = eventType('technician_access.requested', {
  summary: 'A provider asked its customer to let one of its technicians in.',
  data: z.object(who),
})
export const technicianAccessGranted = eventType('technician_access.granted', {
  summary: 'A customer let a technician of its provider in, within limits.',
  data: z.object(who),
})
export const technicianAccessRefused = eventType('technician_access.refused', {
  summary: 'A customer refused to let a technician in.',
  data: z.object({ ...who, reason: z.string() }),
})
export const technicianAccessRevoked = eventType('technician_access.revoked', {
  summary: 'A customer ended the access of a technician, in force at their next request.',
  data: z.object({ ...who, reason: z.string() }),
})
