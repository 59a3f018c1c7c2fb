import * as z from 'zod'
import { Session } from '../../../shared/identity/session-schema.ts'
import { Id, orNull, PermissionName } from '../../../shared/schema.ts'
import { User, UserRole } from '../../users/contract.ts'

export { Session }

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
  /** The organization that manages the account while its person belongs to it alone. */
  homeOrganizationId: Id('org'),
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
  /** Send it along with the next sign-in from this device: it is then not shut out when strangers guess at the password. */
  deviceToken: z.string(),
})

/** A sign-in that takes one more step, within three minutes. */
export const NextStep = z.object({
  mfaRequired: z.literal(true),
  /** `SOFTWARE_TOKEN_MFA`: go on with `/auth/mfa/complete`; `NEW_PASSWORD_REQUIRED`: with `/auth/new-password`. */
  challenge: z.enum(['SOFTWARE_TOKEN_MFA', 'NEW_PASSWORD_REQUIRED']),
  /** Proves to the next step that this one was taken. */
  session: z.string(),
})

export const SignInReply = z.discriminatedUnion('mfaRequired', [SignedIn, NextStep])
