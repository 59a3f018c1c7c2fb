import * as z from 'zod'
import { Session } from '../../shared/access/session-schema.ts'
import { endpoint } from '../../shared/endpoint.ts'
import { Email, Id, orNull, PageQuery, PermissionName, PersonName, Slug } from '../../shared/schema.ts'
import { Organization } from '../organizations/contract.ts'
import { User, UserRole } from '../users/contract.ts'

export { Session }

/** Only Cognito judges passwords, so that its policy is stated once; these bounds are its technical ones. */
const Password = z.string().min(1).max(256)
const Code = z
  .string()
  .trim()
  .regex(/^\d{6}$/, 'Must be the six digits that were mailed')

const TotpCode = z
  .string()
  .trim()
  .regex(/^\d{6}$/, 'Must be the six digits that your authenticator app shows')
/** Cognito's bounds. */
const StepSession = z.string().min(20).max(2_048)

export const Tokens = z.object({
  /** Opens the API for an hour. */
  accessToken: z.string(),
  idToken: z.string(),
  refreshToken: z.string(),
  /** Of the access token, in seconds. */
  expiresIn: z.number().int(),
  tokenType: z.literal('Bearer'),
})

export const MembershipView = z.object({
  organizationId: Id('org'),
  name: z.string(),
  type: z.enum(['customer', 'mss_provider']),
  status: z.string(),
  role: orNull(z.string()),
})

export const Me = z.object({
  user: User,
  memberships: z.array(MembershipView),
  roles: z.array(UserRole),
  permissions: z.array(PermissionName),
  mfa: z.object({ enabled: z.boolean(), required: z.boolean(), backupCodesLeft: z.number().int() }),
  session: Session,
})

/** A sign-in that is complete. */
export const SignedIn = z.object({
  mfaRequired: z.literal(false),
  /** The organization demands a second factor, and this session has none: only `/auth` answers until one is set up. */
  mfaSetupRequired: z.boolean(),
  user: User,
  tokens: Tokens,
})

/** A sign-in that takes one more step, within three minutes. */
export const NextStep = z.object({
  mfaRequired: z.literal(true),
  /** `SOFTWARE_TOKEN_MFA`: go on with `/auth/mfa/complete`; `NEW_PASSWORD_REQUIRED`: with `/auth/new-password`. */
  challenge: z.enum(['SOFTWARE_TOKEN_MFA', 'NEW_PASSWORD_REQUIRED']),
  /** Proves to the next step that this one was taken. */
  session: z.string(),
})

const SignInReply = z.discriminatedUnion('mfaRequired', [SignedIn, NextStep])

const signIn = 'Nobody is signed in before signing in.'

const FoundingBody = z.strictObject({
  name: z.string().trim().min(1).max(255),
  slug: Slug.optional(),
  type: z.enum(['customer', 'mss_provider']).default('customer'),
})

/** What every step of a sign-in may meet, and what it needs. */
const refusals = [
  'ACCOUNT_LOCKED',
  'ACCOUNT_DISABLED',
  'ORGANIZATION_SUSPENDED',
  'ORGANIZATION_CLOSED',
  'NOT_FOUND',
  'MFA_REQUIRED',
  'FORBIDDEN',
  'UNAVAILABLE',
] as const
const signingIn = {
  secret: true,
  reads: ['ORGANIZATION'],
  writes: ['USER', 'SESSION'],
  lookups: ['LOGIN', 'PERSON', 'SESSION'],
} as const

export const register = endpoint({
  route: 'POST /api/v1/auth/register',
  summary: 'Registers an organization with its first administrator.',
  description:
    'A code is mailed to the administrator; until it is entered, nobody can be invited. A slug that is left out is made from the name.',
  public: 'It is how an organization comes to be.',
  body: z.object({
    organization: FoundingBody,
    admin: z.strictObject({ email: Email, password: Password, firstName: PersonName, lastName: PersonName }),
  }),
  status: 201,
  reply: z.object({ organization: Organization, user: User }),
  fails: ['EMAIL_TAKEN', 'SLUG_TAKEN', 'WEAK_PASSWORD', 'REGISTRATION_CLOSED'],
  writes: ['ORGANIZATION', 'USER'],
  lookups: ['LOGIN', 'PERSON', 'SLUG', 'TENANTS'],
  calls: ['cognito-idp:AdminCreateUser', 'cognito-idp:AdminSetUserPassword', 'cognito-idp:AdminDeleteUser'],
})

export const verifyEmail = endpoint({
  route: 'POST /api/v1/auth/verify-email',
  summary: 'Proves that a mail address is yours with the code that was sent to it.',
  description: 'A wrong address, a wrong code and an expired one are answered alike. Five wrong tries end a code.',
  public: 'The code itself is the proof.',
  body: z.object({ email: Email, code: Code }),
  reply: z.object({ email: z.string(), emailVerified: z.boolean() }),
  fails: ['INVALID_CODE'],
  writes: ['USER'],
  lookups: ['LOGIN', 'PERSON'],
})

export const resendVerification = endpoint({
  route: 'POST /api/v1/auth/resend-verification',
  summary: 'Sends a new verification code to your mail address; the old one ends.',
  description: 'At most one a minute is sent.',
  self: true,
  status: 202,
  reply: z.object({ email: z.string() }),
  fails: ['EMAIL_ALREADY_VERIFIED'],
  lookupReads: ['PERSON'],
})

export const login = endpoint({
  route: 'POST /api/v1/auth/login',
  summary: 'Signs in with mail address and password.',
  description:
    'An unknown address and a wrong password are answered alike, and five failures lock the address for 15 minutes, known or not. `organizationId` becomes the organization that tokens act in by default.',
  public: signIn,
  body: z.object({ email: Email, password: Password, organizationId: Id('org').optional() }),
  reply: SignInReply,
  fails: ['INVALID_CREDENTIALS', ...refusals],
  ...signingIn,
  calls: ['cognito-idp:AdminInitiateAuth'],
})

export const completeMfa = endpoint({
  route: 'POST /api/v1/auth/mfa/complete',
  summary: 'Completes a sign-in with a code of your authenticator app.',
  description: 'Each code serves once. Five wrong ones end the sign-in; they count towards the lock of the address as wrong passwords do.',
  public: signIn,
  body: z.object({ email: Email, session: StepSession, code: TotpCode }),
  reply: SignInReply,
  fails: ['INVALID_CODE', 'INVALID_SESSION', ...refusals],
  ...signingIn,
  calls: ['cognito-idp:AdminRespondToAuthChallenge'],
})

export const setNewPassword = endpoint({
  route: 'POST /api/v1/auth/new-password',
  summary: 'Goes on with a sign-in that demands a new password, and ends all other sessions.',
  description: 'A second factor is still asked for afterwards.',
  public: signIn,
  body: z.object({ email: Email, session: StepSession, newPassword: Password }),
  reply: SignInReply,
  fails: ['INVALID_SESSION', 'WEAK_PASSWORD', ...refusals],
  ...signingIn,
  calls: ['cognito-idp:AdminRespondToAuthChallenge'],
})

export const recoverMfa = endpoint({
  route: 'POST /api/v1/auth/mfa/recover',
  summary: 'Signs in with a backup code after the authenticator app was lost, and ends all other sessions.',
  description:
    'Each code serves once. The second factor is off afterwards, and the other codes are void: set it up anew. Should this not get to its end, no other sign-in happens until it is repeated with the same code.',
  public: signIn,
  body: z.object({ email: Email, password: Password, backupCode: z.string().trim().min(1).max(100) }),
  reply: SignedIn,
  fails: ['INVALID_CREDENTIALS', 'INVALID_CODE', ...refusals],
  ...signingIn,
  calls: ['cognito-idp:AdminInitiateAuth', 'cognito-idp:AdminSetUserMFAPreference', 'cognito-idp:AdminUserGlobalSignOut'],
})

export const setUpMfa = endpoint({
  route: 'POST /api/v1/auth/mfa/setup',
  summary: 'Gives a secret for your authenticator app, as text, as link and as QR code.',
  description: 'It counts once a code of it was entered. A second factor that is set up already has to be removed first.',
  self: true,
  reply: z.object({
    /** Base32, for entering by hand. */
    secret: z.string(),
    otpauthUri: z.string(),
    /** An SVG image of the link. */
    qrSvg: z.string(),
  }),
  fails: ['INVALID_SESSION', 'INVALID_TRANSITION'],
  secret: true,
  lookupReads: ['PERSON'],
})

export const verifyMfa = endpoint({
  route: 'POST /api/v1/auth/mfa/verify',
  summary: 'Turns the second factor on with the first code of your authenticator app, and gives ten backup codes.',
  description: 'The codes are shown this once. All other sessions of yours end; this one counts as signed in with the second factor.',
  self: true,
  body: z.object({ code: TotpCode }),
  reply: z.object({ backupCodes: z.array(z.string()).length(10) }),
  fails: ['INVALID_CODE', 'INVALID_SESSION', 'INVALID_TRANSITION', 'VERSION_CONFLICT'],
  secret: true,
  writes: ['USER', 'SESSION'],
  lookups: ['PERSON', 'SESSION'],
  calls: ['cognito-idp:AdminSetUserMFAPreference'],
})

export const removeMfa = endpoint({
  route: 'DELETE /api/v1/auth/mfa',
  summary: 'Turns your second factor off, voids the backup codes and ends all other sessions.',
  description:
    'Where the second factor was passed in this session more than 15 minutes ago, or never, the password has to be given again. An organization that demands a second factor does not let it be removed.',
  self: true,
  body: z.object({ password: Password.optional() }),
  status: 204,
  fails: ['ACCOUNT_LOCKED', 'FORBIDDEN', 'INVALID_CREDENTIALS', 'INVALID_TRANSITION', 'VERSION_CONFLICT'],
  writes: ['USER', 'SESSION'],
  lookups: ['LOGIN', 'PERSON', 'SESSION'],
  calls: ['cognito-idp:AdminInitiateAuth', 'cognito-idp:AdminSetUserMFAPreference'],
})

export const changePassword = endpoint({
  route: 'POST /api/v1/auth/password/change',
  summary: 'Changes your password, and ends all other sessions.',
  description: 'Wrong guesses at the current password count towards the lock of your address.',
  self: true,
  body: z.object({ currentPassword: Password, newPassword: Password }),
  status: 204,
  fails: ['ACCOUNT_LOCKED', 'INVALID_CREDENTIALS', 'WEAK_PASSWORD'],
  writes: ['SESSION'],
  lookups: ['LOGIN', 'PERSON', 'SESSION'],
  calls: ['cognito-idp:AdminInitiateAuth', 'cognito-idp:AdminSetUserPassword'],
})

export const refresh = endpoint({
  route: 'POST /api/v1/auth/refresh',
  summary: 'Exchanges a refresh token for new tokens; the old one retires.',
  description: 'A token that retired more than ten seconds ago was stolen from one of two: presented again, it ends the session.',
  public: 'The refresh token itself is the proof.',
  body: z.object({ refreshToken: z.string().min(1).max(8_000) }),
  reply: Tokens,
  fails: ['INVALID_SESSION', 'ACCOUNT_LOCKED', 'ACCOUNT_DISABLED', 'ORGANIZATION_SUSPENDED', 'ORGANIZATION_CLOSED'],
  secret: true,
  reads: ['ORGANIZATION', 'USER'],
  writes: ['SESSION'],
  lookups: ['PERSON', 'REFRESH', 'SESSION'],
})

export const logout = endpoint({
  route: 'POST /api/v1/auth/logout',
  summary: 'Ends this session: its tokens are refused from the next request on.',
  self: true,
  status: 204,
  writes: ['SESSION'],
  lookups: ['SESSION'],
})

export const logoutAll = endpoint({
  route: 'POST /api/v1/auth/logout-all',
  summary: 'Ends all your sessions, this one too.',
  self: true,
  reply: z.object({ ended: z.number().int() }),
  writes: ['SESSION'],
  lookups: ['PERSON', 'SESSION'],
  calls: ['cognito-idp:AdminUserGlobalSignOut'],
})

export const getMe = endpoint({
  route: 'GET /api/v1/auth/me',
  summary: 'Who you are here: your user, organizations, roles, permissions, second factor and session.',
  self: true,
  reply: Me,
  lookupReads: ['PERSON', 'TENANTS'],
})

export const listSessions = endpoint({
  route: 'GET /api/v1/auth/sessions',
  summary: 'Your sessions, newest first; ended ones for as long as they would have lived.',
  self: true,
  query: z.object(PageQuery),
  reply: Session,
  list: true,
  lookupReads: ['SESSION'],
})

export const endSession = endpoint({
  route: 'DELETE /api/v1/auth/sessions/{id}',
  summary: 'Ends one of your sessions: its tokens are refused from the next request on.',
  self: true,
  params: z.object({ id: z.uuid() }),
  status: 204,
  fails: ['NOT_FOUND'],
  writes: ['SESSION'],
  lookups: ['SESSION'],
})

export const foundOrganization = endpoint({
  route: 'POST /api/v1/auth/organizations',
  summary: 'Makes one more organization of your own, with you as its administrator.',
  description:
    'It takes a verified mail address. Choose the organization with `X-Organization-Id`, or as `organizationId` at sign-in. At most ten can be made so.',
  self: true,
  body: FoundingBody,
  status: 201,
  reply: z.object({ organization: Organization, user: User }),
  fails: ['EMAIL_NOT_VERIFIED', 'SLUG_TAKEN', 'TOO_MANY_ORGANIZATIONS', 'REGISTRATION_CLOSED'],
  limitPerMinute: 20,
  writes: ['ORGANIZATION', 'USER'],
  lookups: ['PERSON', 'SLUG', 'TENANTS'],
})

export const acceptInvitation = endpoint({
  route: 'POST /api/v1/auth/invitations/accept',
  summary: 'Joins the organization that sent the invitation.',
  description:
    'Whoever is new chooses a password, and may correct the names. For a person who already signs in here a password is refused and names are ignored. Sign in afterwards.',
  public: 'The token from the mail is the proof.',
  body: z.object({
    token: z.string().min(20).max(200),
    password: Password.optional(),
    firstName: PersonName.optional(),
    lastName: PersonName.optional(),
  }),
  reply: z.object({ user: User, organization: z.object({ id: Id('org'), name: z.string() }) }),
  fails: ['INVITATION_EXPIRED', 'WEAK_PASSWORD', 'ORGANIZATION_SUSPENDED', 'ORGANIZATION_OFFBOARDING', 'ORGANIZATION_CLOSED'],
  reads: ['ORGANIZATION'],
  writes: ['USER'],
  lookups: ['LOGIN', 'PERSON', 'TOKEN'],
  calls: ['cognito-idp:AdminCreateUser', 'cognito-idp:AdminSetUserPassword', 'cognito-idp:AdminDeleteUser'],
})

export const forgotPassword = endpoint({
  route: 'POST /api/v1/auth/password/forgot',
  summary: 'Sends a code to set a new password, if the address is known; the answer does not tell.',
  description: 'At most one a minute is sent to an address.',
  public: signIn,
  body: z.object({ email: Email }),
  status: 202,
  reply: z.object({ email: z.string() }),
  lookups: ['LOGIN'],
})

export const resetPassword = endpoint({
  route: 'POST /api/v1/auth/password/reset',
  summary: 'Sets a new password with the code that was mailed, and ends all sessions.',
  description: 'A wrong address, a wrong code and an expired one are answered alike. Five wrong tries end a code.',
  public: 'The code itself is the proof.',
  body: z.object({ email: Email, code: Code, newPassword: Password }),
  status: 204,
  fails: ['INVALID_CODE', 'WEAK_PASSWORD'],
  writes: ['SESSION'],
  lookups: ['LOGIN', 'PERSON', 'SESSION'],
  calls: ['cognito-idp:AdminSetUserPassword', 'cognito-idp:AdminUserGlobalSignOut'],
})
