import * as z from 'zod'
import { eventType } from '../shared/event.ts'

/** A signal: it belongs to no aggregate. The address itself is not told. */
export const emailSent = eventType('email.sent', {
  summary: 'A mail was handed to the mail service.',
  data: z.object({ template: z.string(), userId: z.string().optional(), messageId: z.string() }),
  aka: ['EmailSentEvent'],
})

/** A signal, once a day and template: who asks for more than anybody reads, or floods somebody, is not answered by mail. */
export const emailSuppressed = eventType('email.suppressed', {
  summary: 'A mail was not sent, because as many of its kind as a day takes went to its recipient, or out of this organization.',
  data: z.object({ template: z.string(), userId: z.string().optional(), reason: z.enum(['recipient', 'organization']) }),
})
/** A signal, in the organization whose messages were chosen anew. */
export const preferencesChanged = eventType('notification.preferences_changed', {
  summary: 'A person chose which messages of the organization reach them.',
  data: z.object({ userId: z.string(), changed: z.record(z.string(), z.object({ old: z.boolean(), new: z.boolean() })) }),
})
