import * as z from 'zod'
import { eventType } from '../event.ts'

/** Somebody tried what they may not do; one per actor, endpoint and minute, of a guest each. */
export const accessDenied = eventType('access.denied', {
  summary: 'Somebody tried what they may not do.',
  data: z.object({ route: z.string(), code: z.string(), missing: z.string().optional(), barredBy: z.string().optional() }),
})

/** Of each request of a guest that was answered: `ids` are of what the answer shows. */
export const guestRead = eventType('access.guest_read', {
  summary: 'A guest was shown something, or did something.',
  data: z.object({ route: z.string(), accessId: z.string(), ids: z.array(z.string()) }),
})

/** Somebody tried to hand out what they do not hold themselves. */
export const escalationAttempted = eventType('access.escalation_attempted', {
  summary: 'Somebody tried to grant more than they hold.',
  data: z.object({ route: z.string(), missing: z.array(z.string()) }),
})
