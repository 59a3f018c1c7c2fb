import * as z from 'zod'
import { eventType } from '../shared/event.ts'

/** The kernel records sessions, so it holds their events. */
export { loginSucceeded, sessionMfaChanged, sessionRefreshed, sessionRevoked } from '../shared/access/session-events.ts'

/** A signal: it belongs to no aggregate. */
export const loginFailed = eventType('auth.login.failed', {
  summary: 'A sign-in was refused.',
  data: z.object({ userId: z.string(), reason: z.string() }),
})
export const passwordChanged = eventType('auth.password.changed', {
  summary: 'A password was set anew.',
  data: z.object({ userId: z.string(), how: z.enum(['reset', 'changed', 'forced']) }),
})
/** A signal in the home organization, once a lock. */
export const loginLocked = eventType('auth.login.locked', {
  summary: 'Sign-in with an address is locked for a while, after too many failures.',
  data: z.object({ userId: z.string(), until: z.string() }),
})
/** A signal beside the session that began. */
export const deviceAppeared = eventType('auth.device.appeared', {
  summary: 'A person signed in from a device not seen before.',
  data: z.object({ userId: z.string(), device: z.string() }),
})
/** A signal beside the session that ended. */
export const refreshTokenReused = eventType('auth.refresh_token.reused', {
  summary: 'A refresh token that had been exchanged was presented again, so its session was ended.',
  data: z.object({ userId: z.string(), device: z.string() }),
})
export const mfaEnabled = eventType('auth.mfa.enabled', {
  summary: 'A person set up an authenticator app as second factor.',
  data: z.object({ userId: z.string() }),
})
export const mfaDisabled = eventType('auth.mfa.disabled', {
  summary: 'A second factor was removed, by its person or at the request of an administrator.',
  data: z.object({ userId: z.string(), how: z.enum(['removed', 'reset']) }),
})
/** A signal: the user record tells of the sign-in. */
export const mfaRecovered = eventType('auth.mfa.recovered', {
  summary: 'A person signed in with a backup code; the second factor has to be set up anew.',
  data: z.object({ userId: z.string() }),
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
