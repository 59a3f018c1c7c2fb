import * as z from 'zod'
import { endpoint } from '../../../shared/endpoint.ts'
import { Email, Id } from '../../../shared/schema.ts'
import { Code, DeviceToken, LinkToken, Password, StepSession, signInReason, TotpCode } from './fields.ts'
import { SignInReply, Tokens } from './schemas.ts'

/** What every step of a sign-in may meet. */
export const signInRefusals = [
  'ACCOUNT_LOCKED',
  'ACCOUNT_DISABLED',
  'ORGANIZATION_SUSPENDED',
  'ORGANIZATION_CLOSED',
  'NOT_FOUND',
  'MFA_REQUIRED',
  'FORBIDDEN',
  'UNAVAILABLE',
] as const
export const signingIn = {
  secret: true,
  keyring: true,
  reads: ['ORGANIZATION', 'ROLE'],
  writes: ['USER', 'SESSION', 'SIGNALS'],
  lookups: ['ATTEMPTS', 'STEP', 'PERSON_SEEN', 'SESSION', 'REFRESH', 'DEVICE'],
  lookupReads: ['LOGIN', 'MEMBERSHIP'],
} as const

/** A sign-in that voids the credentials of before. */
export const voiding = { lookups: [...signingIn.lookups, 'PERSON', 'LOGIN'], lookupReads: ['MEMBERSHIP'] } as const

export const login = endpoint({
  route: 'POST /api/v1/auth/login',
  summary: 'Signs in with mail address and password.',
  description:
    'An unknown address and a wrong password are answered alike, and five failures lock the address for 15 minutes, known or not; a device that signed in before and sends its `deviceToken` is not shut out by others. `organizationId` becomes the organization that tokens act in by default.',
  public: signInReason,
  body: z.object({ email: Email, password: Password, organizationId: Id('org').optional(), deviceToken: DeviceToken.optional() }),
  reply: SignInReply,
  fails: ['INVALID_CREDENTIALS', ...signInRefusals],
  ...signingIn,
  calls: ['cognito-idp:AdminInitiateAuth'],
})

export const completeMfa = endpoint({
  route: 'POST /api/v1/auth/mfa/complete',
  summary: 'Completes a sign-in with a code of your authenticator app.',
  description:
    'Each code serves once, here or at `POST /auth/step-up`. Five wrong ones end the sign-in; they count towards the lock of the address as wrong passwords do.',
  public: signInReason,
  body: z.object({ email: Email, session: StepSession, code: TotpCode, deviceToken: DeviceToken.optional() }),
  reply: SignInReply,
  fails: ['INVALID_CODE', 'INVALID_SESSION', ...signInRefusals],
  ...signingIn,
  lookups: [...signingIn.lookups, 'RECOVERY', 'FACTOR'],
  calls: ['cognito-idp:AdminRespondToAuthChallenge'],
})

export const setNewPassword = endpoint({
  route: 'POST /api/v1/auth/new-password',
  summary: 'Goes on with a sign-in that demands a new password, and ends all other sessions.',
  description: 'A second factor is still asked for afterwards.',
  public: signInReason,
  body: z.object({ email: Email, session: StepSession, newPassword: Password, deviceToken: DeviceToken.optional() }),
  reply: SignInReply,
  fails: ['INVALID_SESSION', 'WEAK_PASSWORD', ...signInRefusals],
  ...signingIn,
  ...voiding,
  calls: ['cognito-idp:AdminRespondToAuthChallenge'],
})

export const refresh = endpoint({
  route: 'POST /api/v1/auth/refresh',
  summary: 'Exchanges a refresh token for new tokens; the old one retires.',
  description:
    'The one door at which refresh tokens are exchanged, those of the hosted login too. A token that retired more than ten seconds ago was stolen from one of two: presented again, it ends the session.',
  public: 'The refresh token itself is the proof.',
  body: z.object({ refreshToken: z.string().min(1).max(8_000) }),
  reply: Tokens,
  fails: ['INVALID_SESSION', 'ACCOUNT_LOCKED', 'ACCOUNT_DISABLED', 'ORGANIZATION_SUSPENDED', 'ORGANIZATION_CLOSED'],
  secret: true,
  keyring: true,
  reads: ['ORGANIZATION', 'USER'],
  writes: ['SESSION', 'SIGNALS'],
  lookups: ['REFRESH', 'SESSION_STATE', 'HOSTED_SESSION'],
  lookupReads: ['PERSON', 'RECOVERY'],
})

export const changePassword = endpoint({
  route: 'POST /api/v1/auth/password/change',
  summary: 'Changes your password, and ends all other sessions.',
  description:
    'Where a second factor is on, this session has to be fresh as well (`STEP_UP_REQUIRED`). Five wrong guesses at the current password lock this session out of guessing for 15 minutes.',
  self: true,
  body: z.object({ currentPassword: Password, newPassword: Password }),
  status: 204,
  fails: ['ACCOUNT_LOCKED', 'INVALID_CREDENTIALS', 'WEAK_PASSWORD', 'STEP_UP_REQUIRED'],
  keyring: true,
  writes: ['SESSION', 'SIGNALS'],
  lookups: ['LOGIN', 'ATTEMPTS', 'PERSON', 'RECOVERY', 'SESSION_STATE'],
  calls: ['cognito-idp:AdminInitiateAuth', 'cognito-idp:AdminSetUserPassword'],
})

export const forgotPassword = endpoint({
  route: 'POST /api/v1/auth/password/forgot',
  summary: 'Sends a code and a link to set a new password, if the address is known; the answer does not tell.',
  description:
    'Asked for again within ten minutes, the code that was mailed stays good and no other is. A day brings an address ten such mails; a device that signed in before, which says so by its `deviceToken`, is counted apart.',
  public: signInReason,
  body: z.object({ email: Email, deviceToken: DeviceToken.optional() }),
  status: 202,
  reply: z.object({ email: z.string() }),
  keyring: true,
  writes: ['SIGNALS'],
  lookupReads: ['LOGIN', 'DEVICE'],
})

export const resetPassword = endpoint({
  route: 'POST /api/v1/auth/password/reset',
  summary: 'Sets a new password with the code or the link that was mailed, and ends all sessions.',
  description:
    'A wrong address, a wrong code and an expired one are answered alike. Ten wrong codes an address and day, then the link alone works; no wrong guess ends a link.',
  public: 'The code or the link itself is the proof.',
  body: z.union([
    z.strictObject({ email: Email, code: Code, newPassword: Password }),
    z.strictObject({ token: LinkToken, newPassword: Password }),
  ]),
  status: 204,
  fails: ['INVALID_CODE', 'LINK_EXPIRED', 'TOO_MANY_CODES', 'WEAK_PASSWORD'],
  keyring: true,
  reads: ['USER'],
  writes: ['SESSION', 'SIGNALS'],
  lookups: ['LOGIN', 'ATTEMPTS', 'CODE', 'RESET_LINK', 'PERSON', 'RECOVERY', 'SESSION_STATE'],
  calls: ['cognito-idp:AdminSetUserPassword', 'cognito-idp:AdminUserGlobalSignOut'],
})
