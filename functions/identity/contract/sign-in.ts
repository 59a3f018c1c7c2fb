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
  reads: ['ORGANIZATION'],
  writes: ['USER', 'SESSION'],
  lookups: ['ATTEMPTS', 'STEP', 'PERSON', 'FACTOR', 'SESSION', 'REFRESH', 'DEVICE'],
  lookupReads: ['LOGIN'],
} as const

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
  description: 'Each code serves once. Five wrong ones end the sign-in; they count towards the lock of the address as wrong passwords do.',
  public: signInReason,
  body: z.object({ email: Email, session: StepSession, code: TotpCode, deviceToken: DeviceToken.optional() }),
  reply: SignInReply,
  fails: ['INVALID_CODE', 'INVALID_SESSION', ...signInRefusals],
  ...signingIn,
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
  lookups: [...signingIn.lookups, 'LOGIN'],
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
  lookups: ['REFRESH', 'SESSION_STATE'],
  lookupReads: ['PERSON'],
})

export const changePassword = endpoint({
  route: 'POST /api/v1/auth/password/change',
  summary: 'Changes your password, and ends all other sessions.',
  description: 'Wrong guesses at the current password count towards the lock of your address.',
  self: true,
  body: z.object({ currentPassword: Password, newPassword: Password }),
  status: 204,
  fails: ['ACCOUNT_LOCKED', 'INVALID_CREDENTIALS', 'WEAK_PASSWORD'],
  keyring: true,
  writes: ['SESSION', 'SIGNALS'],
  lookups: ['LOGIN', 'ATTEMPTS', 'PERSON', 'SESSION_STATE'],
  calls: ['cognito-idp:AdminInitiateAuth', 'cognito-idp:AdminSetUserPassword'],
})

export const forgotPassword = endpoint({
  route: 'POST /api/v1/auth/password/forgot',
  summary: 'Sends a code and a link to set a new password, if the address is known; the answer does not tell.',
  description: 'At most one a minute is sent to an address.',
  public: signInReason,
  body: z.object({ email: Email }),
  status: 202,
  reply: z.object({ email: z.string() }),
  keyring: true,
  lookups: ['LOGIN'],
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
  writes: ['SESSION', 'SIGNALS'],
  lookups: ['LOGIN', 'ATTEMPTS', 'CODE', 'TOKEN', 'PERSON', 'SESSION_STATE'],
  calls: ['cognito-idp:AdminSetUserPassword', 'cognito-idp:AdminUserGlobalSignOut'],
})
