import * as z from 'zod'
import { eventType } from '../event.ts'

export const loginSucceeded = eventType('auth.login.success', {
  summary: 'A session began.',
  data: z.object({ userId: z.string(), method: z.string(), mfa: z.boolean() }),
})
export const sessionRefreshed = eventType('auth.session.refreshed', { summary: 'A session got new tokens.', data: z.object({}) })
export const sessionMfaChanged = eventType('auth.session.mfa_changed', {
  summary: 'The second factor was passed in a session that began without it, or given up.',
  data: z.object({ mfa: z.boolean() }),
})
export const sessionRevoked = eventType('auth.session.revoked', {
  summary: 'A session ended before its time.',
  data: z.object({ userId: z.string(), reason: z.string() }),
})
export const sessionSteppedUp = eventType('auth.session.stepped_up', {
  summary: 'A person proved once more who they are, for an act that takes it.',
  data: z.object({ userId: z.string(), by: z.enum(['password', 'code']) }),
})
