import * as z from 'zod'
import { endpoint } from '../../../shared/endpoint.ts'
import { Email, Id, Timestamp } from '../../../shared/schema.ts'
import { DeviceToken, Password, signInReason, TotpCode } from './fields.ts'
import { SignedIn } from './schemas.ts'
import { signInRefusals, signingIn, voiding } from './sign-in.ts'

export const stepUp = endpoint({
  route: 'POST /api/v1/auth/step-up',
  summary: 'Proves once more who you are: this session is fresh for five minutes.',
  description:
    'With a code of the authenticator app where a second factor is on, else with the password. Five wrong tries lock this session out of trying for 15 minutes.',
  self: true,
  body: z.union([z.strictObject({ password: Password }), z.strictObject({ code: TotpCode })]),
  reply: z.object({ freshUntil: Timestamp }),
  fails: ['ACCOUNT_LOCKED', 'INVALID_CREDENTIALS', 'INVALID_CODE'],
  secret: true,
  keyring: true,
  writes: ['SESSION', 'SIGNALS'],
  lookups: ['ATTEMPTS', 'FACTOR', 'SESSION_STATE'],
  lookupReads: ['LOGIN', 'PERSON'],
  calls: ['cognito-idp:AdminInitiateAuth'],
})

export const setUpMfa = endpoint({
  route: 'POST /api/v1/auth/mfa/setup',
  summary: 'Gives a secret for your authenticator app, as text, as link and as QR code.',
  description:
    'It counts once a code of it was entered, within ten minutes. It works in a session of the hosted login as well. A second factor that is set up already has to be removed first.',
  self: true,
  fresh: true,
  body: z.object({ password: Password }),
  reply: z.object({
    /** Base32, for entering by hand. */
    secret: z.string(),
    otpauthUri: z.string(),
    /** An SVG image of the link. */
    qrSvg: z.string(),
  }),
  fails: ['ACCOUNT_LOCKED', 'INVALID_CREDENTIALS', 'INVALID_TRANSITION'],
  secret: true,
  keyring: true,
  writes: ['SIGNALS'],
  lookups: ['ATTEMPTS', 'FACTOR'],
  lookupReads: ['LOGIN', 'PERSON'],
  calls: ['cognito-idp:AdminInitiateAuth'],
})

export const verifyMfa = endpoint({
  route: 'POST /api/v1/auth/mfa/verify',
  summary: 'Turns the second factor on with the first code of your authenticator app, and gives ten backup codes.',
  description: 'The codes are shown this once. All other sessions of yours end; this one counts as signed in with the second factor.',
  self: true,
  fresh: true,
  body: z.object({ code: TotpCode }),
  reply: z.object({ backupCodes: z.array(z.string()).length(10) }),
  fails: ['INVALID_CODE', 'INVALID_TRANSITION', 'VERSION_CONFLICT'],
  secret: true,
  keyring: true,
  writes: ['USER', 'SESSION'],
  lookups: ['FACTOR', 'LOGIN', 'PERSON', 'SESSION_STATE'],
  calls: ['cognito-idp:AdminSetUserMFAPreference'],
})

export const removeMfa = endpoint({
  route: 'DELETE /api/v1/auth/mfa',
  summary: 'Turns your second factor off, voids the backup codes and ends all other sessions.',
  description: 'No organization of yours that demands a second factor lets it be removed, whichever you act in.',
  self: true,
  fresh: true,
  status: 204,
  fails: ['INVALID_TRANSITION', 'VERSION_CONFLICT'],
  keyring: true,
  reads: ['ORGANIZATION'],
  writes: ['USER', 'SESSION'],
  lookups: ['FACTOR', 'RECOVERY', 'LOGIN', 'PERSON', 'SESSION_STATE'],
  lookupReads: ['MEMBERSHIP'],
  calls: ['cognito-idp:AdminSetUserMFAPreference'],
})

export const replaceBackupCodes = endpoint({
  route: 'POST /api/v1/auth/mfa/backup-codes',
  summary: 'Gives ten new backup codes; the old ones are void.',
  self: true,
  fresh: true,
  reply: z.object({ backupCodes: z.array(z.string()).length(10) }),
  fails: ['INVALID_TRANSITION'],
  secret: true,
  keyring: true,
  writes: ['SIGNALS'],
  lookups: ['FACTOR'],
  lookupReads: ['PERSON'],
})

export const recoverMfa = endpoint({
  route: 'POST /api/v1/auth/mfa/recover',
  summary: 'Signs in with a backup code after the authenticator app was lost, and ends all other sessions.',
  description:
    'Each code serves once. The second factor is off afterwards, and the other codes are void: set it up anew. Should this not get to its end, no other sign-in happens until it is repeated with the same code.',
  public: signInReason,
  body: z.object({ email: Email, password: Password, backupCode: z.string().trim().min(1).max(100), deviceToken: DeviceToken.optional() }),
  reply: SignedIn,
  fails: ['INVALID_CREDENTIALS', 'INVALID_CODE', ...signInRefusals],
  ...signingIn,
  ...voiding,
  lookups: [...voiding.lookups, 'FACTOR', 'RECOVERY'],
  calls: ['cognito-idp:AdminInitiateAuth', 'cognito-idp:AdminSetUserMFAPreference', 'cognito-idp:AdminUserGlobalSignOut'],
})

/** A lost second factor that waits to be let in without. */
export const RecoveryRequest = z.object({ id: Id('rec'), requestedAt: Timestamp, completesAt: Timestamp, expiresAt: Timestamp })

export const requestRecovery = endpoint({
  route: 'POST /api/v1/auth/mfa/recovery-requests',
  summary: 'Asks to be let in without the lost second factor, when no backup code is left: after 72 hours.',
  description:
    'The address and every organization of the person are told, and any of them can object. Asked again while one waits, it answers with that one. Complete it with the same password.',
  public: signInReason,
  body: z.object({ email: Email, password: Password, deviceToken: DeviceToken.optional() }),
  status: 202,
  reply: RecoveryRequest,
  fails: ['INVALID_CREDENTIALS', 'INVALID_TRANSITION', 'ACCOUNT_LOCKED'],
  secret: true,
  keyring: true,
  reads: ['USER'],
  writes: ['SIGNALS'],
  lookups: ['ATTEMPTS', 'RECOVERY'],
  lookupReads: ['LOGIN', 'PERSON', 'DEVICE'],
  calls: ['cognito-idp:AdminInitiateAuth'],
})

export const completeRecovery = endpoint({
  route: 'POST /api/v1/auth/mfa/recovery-requests/complete',
  summary: 'Signs in without the lost second factor, once the 72 hours are over and nobody objected.',
  description:
    'The second factor is off afterwards: set it up anew. Each organization stays closed (`REAPPROVAL_REQUIRED`) until an administrator there approves the person again; where they are its only administrator, they go on.',
  public: signInReason,
  body: z.object({ email: Email, password: Password, deviceToken: DeviceToken.optional() }),
  reply: SignedIn,
  fails: ['INVALID_CREDENTIALS', 'INVALID_TRANSITION', ...signInRefusals],
  ...signingIn,
  ...voiding,
  lookups: [...voiding.lookups, 'FACTOR', 'RECOVERY'],
  calls: ['cognito-idp:AdminInitiateAuth', 'cognito-idp:AdminSetUserMFAPreference', 'cognito-idp:AdminUserGlobalSignOut'],
})

export const cancelRecovery = endpoint({
  route: 'POST /api/v1/auth/mfa/recovery-requests/cancel',
  summary: 'Objects to a recovery with the link that was mailed to the address.',
  public: 'The link itself is the proof.',
  body: z.object({ token: z.string().min(20).max(200) }),
  status: 204,
  fails: ['LINK_EXPIRED'],
  reads: ['USER'],
  writes: ['SIGNALS'],
  lookups: ['RECOVERY', 'RECOVERY_LINK'],
  lookupReads: ['PERSON'],
})
