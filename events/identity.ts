import * as z from 'zod'
import { eventType } from '../shared/event.ts'

export { mailChangeRequested } from '../shared/identity/mail-request.ts'
/** The kernel records sessions, so it holds their events. */
export { loginSucceeded, sessionMfaChanged, sessionRefreshed, sessionRevoked, sessionSteppedUp } from '../shared/identity/session-events.ts'

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
  summary: 'Sign-in with an address, or proving oneself again in a session, is locked for a while, after too many failures.',
  data: z.object({ userId: z.string(), until: z.string(), sessionId: z.string().optional() }),
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
  data: z.object({ userId: z.string(), how: z.enum(['removed', 'reset', 'undone']) }),
})
/** A signal: the user record tells of the sign-in. */
export const mfaRecovered = eventType('auth.mfa.recovered', {
  summary: 'A person signed in without the lost second factor; it has to be set up anew.',
  data: z.object({ userId: z.string(), how: z.enum(['backup_code', 'waiting']) }),
})
export const mfaSetupBegun = eventType('auth.mfa.setup_begun', {
  summary: 'A person was given a secret for an authenticator app.',
  data: z.object({ userId: z.string() }),
})
export const backupCodesReplaced = eventType('auth.mfa.backup_codes_replaced', {
  summary: 'A person was given new backup codes; the old ones are void.',
  data: z.object({ userId: z.string() }),
})
export const recoveryRequested = eventType('auth.mfa.recovery_requested', {
  summary: 'Somebody with the password asked to be let in without the lost second factor, after 72 hours in which others may object.',
  data: z.object({ userId: z.string(), completesAt: z.string() }),
})
export const recoveryRefused = eventType('auth.mfa.recovery_refused', {
  summary: 'The person, or an administrator of an organization of theirs, objected to a recovery.',
  data: z.object({ userId: z.string(), by: z.string() }),
})
/** A signal in an organization of the person, other than the one in which it happened. */
export const credentialsChanged = eventType('user.credentials_changed', {
  summary: 'A credential of a member changed, or somebody tried to, outside this organization.',
  data: z.object({ userId: z.string(), what: z.string(), how: z.string().optional(), eventId: z.string() }),
})
export const stepUpFailed = eventType('auth.step_up.failed', {
  summary: 'A signed-in person, or whoever has their token, did not prove who they are.',
  data: z.object({ userId: z.string(), reason: z.string() }),
})
/** In an organization that may come to be; the mail that it leads to is sent, and nothing else stays of it. */
export const registrationBegun = eventType('auth.registration.begun', {
  summary: 'Somebody began to register an organization.',
  data: z.object({ registrationId: z.string() }),
  keptDays: 30,
})
export const registrationResent = eventType('auth.registration.resent', {
  summary: 'Somebody asked for another code for a registration.',
  data: z.object({ registrationId: z.string() }),
  keptDays: 30,
})
export const verificationFailed = eventType('auth.verification.failed', {
  summary: 'A wrong code was entered for a mail address.',
  data: z.object({ userId: z.string().optional(), registrationId: z.string().optional(), reason: z.string() }),
  keptDays: 30,
})
export const passwordResetFailed = eventType('auth.password_reset.failed', {
  summary: 'A wrong code for a new password was entered.',
  data: z.object({ userId: z.string(), reason: z.string() }),
})
export const mailChanged = eventType('auth.email.changed', {
  summary: 'A person has another mail address, which they proved; for 72 hours it can be undone from the old one.',
  data: z.object({ userId: z.string(), email: z.string(), oldEmail: z.string() }),
})
export const mailChangeUndone = eventType('auth.email.undone', {
  summary: 'A change of mail address was undone from the old address; the password is void and memberships wait for approval.',
  data: z.object({ userId: z.string(), email: z.string(), undoneEmail: z.string() }),
})
export const homeChanged = eventType('auth.home.changed', {
  summary: 'A person chose another organization as their home, which manages them while they belong to it alone.',
  data: z.object({ userId: z.string(), homeOrganizationId: z.string() }),
})
/** A signal, at most one a minute and person; its answer is a mail with a code. */
export const passwordForgotten = eventType('auth.password.forgotten', {
  summary: 'Somebody asked for a code to set a new password, perhaps from a device that signed in before.',
  data: z.object({ userId: z.string(), isKnownDevice: z.boolean().optional() }),
})
