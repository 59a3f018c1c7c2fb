import * as z from 'zod'
import { eventType } from '../shared/event.ts'

/** The kernel records sessions, so it holds their events. */
export { loginSucceeded, sessionRefreshed, sessionRevoked } from '../shared/access/session-events.ts'

/** A signal: it belongs to no aggregate. */
export const loginFailed = eventType('auth.login.failed', {
  summary: 'A sign-in was refused.',
  data: z.object({ userId: z.string(), reason: z.string() }),
})
export const passwordChanged = eventType('auth.password.changed', {
  summary: 'A password was set anew.',
  data: z.object({ userId: z.string(), how: z.enum(['reset', 'changed', 'forced']) }),
})
/** A signal, at most one a minute and person; its answer is a mail with a new code. */
export const verificationRequested = eventType('auth.verification.requested', {
  summary: 'A person asked for a new code to verify the mail address.',
  data: z.object({ userId: z.string(), email: z.string() }),
})
/** A signal in the home organization, at most one a minute and person; its answer is a mail with a code. */
export const passwordForgotten = eventType('auth.password.forgotten', {
  summary: 'Somebody asked for a code to set a new password.',
  data: z.object({ userId: z.string() }),
})
