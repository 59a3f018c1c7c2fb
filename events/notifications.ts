import * as z from 'zod'
import { eventType } from '../shared/event.ts'

/** A signal: it belongs to no aggregate. The address itself is not told. */
export const emailSent = eventType('email.sent', {
  summary: 'A mail was handed to the mail service.',
  data: z.object({ template: z.string(), userId: z.string().optional(), messageId: z.string() }),
  aka: ['EmailSentEvent'],
})
