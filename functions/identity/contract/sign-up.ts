import * as z from 'zod'
import { endpoint } from '../../../shared/endpoint.ts'
import { Email, Id, Locale, OrganizationName, PersonName, Slug, Timestamp } from '../../../shared/schema.ts'
import { Organization, SLUG_TAKEN, TOO_MANY_ORGANIZATIONS } from '../../organizations/contract.ts'
import { User } from '../../users/contract.ts'
import { INVITATION_EXPIRED, REGISTRATION_CLOSED, SIGN_IN_TO_ACCEPT } from '../problems.ts'
import { Code, LinkToken, Password } from './fields.ts'

const FoundingBody = z.strictObject({
  name: OrganizationName,
  slug: Slug.optional(),
  type: z.enum(['customer', 'mss_provider']).default('customer'),
})

/** A registration that waits for its proof. */
export const Registration = z.object({ registrationId: Id('reg'), expiresAt: Timestamp })

export const register = endpoint({
  route: 'POST /api/v1/auth/register',
  summary: 'Begins to register an organization with its first administrator.',
  description:
    'A code and a link are mailed to the administrator; nothing exists until one of them comes back. The answer is the same for every address: who has an account already gets a mail that says so. A registration that nobody proves vanishes after 24 hours. A slug that is left out is made from the name. Mails come in `admin.locale`, else in the language that `Accept-Language` likes best, where the product speaks it (en, de), else in English.',
  public: 'It is how an organization comes to be.',
  body: z.object({
    organization: FoundingBody,
    admin: z.strictObject({ email: Email, password: Password, firstName: PersonName, lastName: PersonName, locale: Locale.optional() }),
  }),
  status: 202,
  reply: Registration,
  fails: [SLUG_TAKEN, 'WEAK_PASSWORD', REGISTRATION_CLOSED],
  secret: true,
  keyring: true,
  writes: ['SIGNALS'],
  lookups: ['REGISTRATION'],
  lookupReads: ['SLUG'],
})

export const verifyEmail = endpoint({
  route: 'POST /api/v1/auth/verify-email',
  summary: 'Proves that a mail address is yours, and so finishes what waits for it.',
  description:
    '`{ registrationId, code }`: whoever began the registration and reads the mail gets the organization (201). `{ token, password }`: from the mailed link; the password is set anew, so that whoever follows the link owns the account (201). `{ email, code }`, signed in: the next address of your account (200). Ten wrong codes an address and day, for the next address of an account ten a person and day; a link survives every wrong guess. The first proof of an address wins.',
  public: 'The code or the link itself is the proof.',
  signedIn: 'optional',
  body: z.union([
    z.strictObject({ registrationId: Id('reg'), code: Code }),
    z.strictObject({ token: LinkToken, password: Password }),
    z.strictObject({ email: Email, code: Code }),
  ]),
  status: 201,
  orStatus: 200,
  reply: z.union([z.object({ organization: Organization, user: User }), z.object({ email: z.string(), emailVerified: z.literal(true) })]),
  fails: [
    'INVALID_CODE',
    'LINK_EXPIRED',
    'TOO_MANY_CODES',
    'EMAIL_TAKEN',
    SLUG_TAKEN,
    'WEAK_PASSWORD',
    'INVALID_SESSION',
    'PERSON_OF_SEVERAL',
  ],
  secret: true,
  keyring: true,
  writes: ['ORGANIZATION', 'USER', 'SESSION', 'SIGNALS'],
  lookups: ['REGISTRATION', 'REGISTRATION_LINK', 'LOGIN', 'PERSON', 'MEMBERSHIP', 'SLUG', 'TENANTS', 'CODE', 'SESSION_STATE'],
  calls: ['cognito-idp:AdminCreateUser', 'cognito-idp:AdminSetUserPassword', 'cognito-idp:AdminDeleteUser'],
})

export const resendVerification = endpoint({
  route: 'POST /api/v1/auth/resend-verification',
  summary: 'Sends another code and link for a registration; the ones before end.',
  description: 'At most one a minute is sent. An unknown registration is answered alike.',
  public: 'Whoever began the registration has no account yet.',
  body: z.object({ registrationId: Id('reg') }),
  status: 202,
  reply: Registration,
  fails: ['LINK_EXPIRED'],
  writes: ['SIGNALS'],
  lookupReads: ['REGISTRATION'],
})

export const foundOrganization = endpoint({
  route: 'POST /api/v1/auth/organizations',
  summary: 'Makes one more organization of your own, with you as its administrator.',
  description: 'Choose the organization with `X-Organization-Id`, or as `organizationId` at sign-in. At most ten can be made so.',
  self: true,
  body: FoundingBody,
  status: 201,
  reply: z.object({ organization: Organization, user: User }),
  fails: [SLUG_TAKEN, TOO_MANY_ORGANIZATIONS, REGISTRATION_CLOSED],
  limitPerMinute: 20,
  keyring: true,
  writes: ['ORGANIZATION', 'USER'],
  lookups: ['PERSON_PLACE', 'MEMBERSHIP', 'SLUG', 'TENANTS'],
})

export const acceptInvitation = endpoint({
  route: 'POST /api/v1/auth/invitations/accept',
  summary: 'Joins the organization that sent the invitation.',
  description:
    'Whoever is new chooses a password, and may correct the names and the `locale`, which is that of `Accept-Language` where nobody gave one. Who has an account accepts with a session of the invited address, unless no organization lets them in any more; all of these are then ignored and a password is refused.',
  public: 'The token from the mail is the proof of somebody new.',
  signedIn: 'optional',
  body: z.object({
    token: LinkToken,
    password: Password.optional(),
    firstName: PersonName.optional(),
    lastName: PersonName.optional(),
    locale: Locale.optional(),
  }),
  reply: z.object({ user: User, organization: z.object({ id: Id('org'), name: z.string() }) }),
  fails: [
    INVITATION_EXPIRED,
    SIGN_IN_TO_ACCEPT,
    'INVALID_SESSION',
    'EMAIL_TAKEN',
    'WEAK_PASSWORD',
    'ORGANIZATION_SUSPENDED',
    'ORGANIZATION_OFFBOARDING',
    'ORGANIZATION_CLOSED',
  ],
  keyring: true,
  reads: ['ORGANIZATION', 'ROLE'],
  writes: ['USER'],
  lookups: ['LOGIN', 'PERSON', 'MEMBERSHIP', 'INVITATION_LINK'],
  lookupReads: ['TENANTS'],
  calls: ['cognito-idp:AdminCreateUser', 'cognito-idp:AdminSetUserPassword', 'cognito-idp:AdminDeleteUser'],
})
