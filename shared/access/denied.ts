import * as z from 'zod'
import { eventType } from '../event.ts'

/** Somebody tried what they may not do; one per actor, endpoint and minute. */
export const accessDenied = eventType('access.denied', {
  summary: 'Somebody tried what they may not do.',
  data: z.object({ route: z.string(), code: z.string(), missing: z.string().optional() }),
})

/** Somebody tried to hand out what they do not hold themselves. */
export const escalationAttempted = eventType('access.escalation_attempted', {
  summary: 'Somebody tried to grant more than they hold.',
  data: z.object({ route: z.string(), missing: z.array(z.string()) }),
})
