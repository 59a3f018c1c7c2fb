import * as z from 'zod'
import { endpoint } from '../../shared/endpoint.ts'
import { Email, Id, OrganizationName, orNull, PageQuery, PersonName, Phone, Slug, Timestamp } from '../../shared/schema.ts'
import { createUser, listUsers, User } from '../users/contract.ts'

const Line = z.string().trim().min(1).max(200)
const DAY_MINUTES = 1_440
const WEEK_MINUTES = 7 * DAY_MINUTES

const address = { line1: Line, line2: Line, city: Line, region: Line, postalCode: z.string().trim().min(1).max(20) }
/** ISO 3166-1 alpha-2 */
const Country = z.string().regex(/^[A-Z]{2}$/, 'Must be a two-letter country code such as NZ')

export const Address = z.strictObject({
  line1: address.line1,
  line2: address.line2.optional(),
  city: address.city,
  region: address.region.optional(),
  postalCode: address.postalCode.optional(),
  country: Country,
})
export const Contact = z.strictObject({ email: Email.optional(), phone: Phone.optional(), address: Address.optional() })

const settings = {
  /** Everybody must have passed a second factor. */
  mfaRequired: z.boolean(),
  unitNameUniqueness: z.enum(['siblings', 'organization']),
  auditRetentionDays: z.number().int().min(365).max(3_650),
}
const sessionPolicy = {
  idleMinutes: z.number().int().min(5).max(WEEK_MINUTES),
  lifetimeMinutes: z.number().int().min(15).max(WEEK_MINUTES),
}
const branding = {
  displayName: OrganizationName.max(100),
  logoUrl: z.url({ protocol: /^https$/, message: 'Must be an https:// address' }).max(2_000),
  primaryColor: z.string().regex(/^#[0-9a-f]{6}$/i, 'Must be a colour such as #1a73e8'),
}

export const Settings = z.strictObject({
  mfaRequired: settings.mfaRequired.default(false),
  sessionPolicy: z.strictObject(sessionPolicy).partial().default({}),
  auditRetentionDays: settings.auditRetentionDays.default(2_555),
  unitNameUniqueness: settings.unitNameUniqueness.default('siblings'),
  branding: z.strictObject(branding).partial().default({}),
})

/** Every field may be left out, or be null to fall back to its default. */
const nullish = <S extends Record<string, z.ZodType>>(shape: S) =>
  Object.fromEntries(Object.entries(shape).map(([name, schema]) => [name, schema.nullish()])) as {
    [K in keyof S]: z.ZodOptional<z.ZodNullable<S[K]>>
  }

const SettingsPatch = z.strictObject({
  ...nullish(settings),
  sessionPolicy: z.strictObject(nullish(sessionPolicy)).nullish(),
  branding: z.strictObject(nullish(branding)).nullish(),
})
const ContactPatch = z.strictObject({
  email: Email.nullish(),
  phone: Phone.nullish(),
  address: z.strictObject(nullish({ ...address, country: Country })).nullish(),
})

/** A DNS name such as `example.com`. */
const Domain = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, 'Must be a domain such as example.com')

const Status = z.enum(['trial', 'active', 'suspended', 'offboarding', 'closed'])

/** The provider that made a customer, and reaches it until the customer ends the link. */
export const ProviderLink = z.object({ organizationId: Id('org'), since: Timestamp, endedAt: orNull(Timestamp) })

export const Organization = z.object({
  id: Id('org'),
  name: z.string(),
  slug: Slug,
  type: z.enum(['customer', 'mss_provider']),
  status: Status,
  /** Why it is suspended, or leaves, where somebody said so. */
  statusReason: orNull(z.string()),
  /** When it is closed, unless that is called off before. */
  closesAt: orNull(Timestamp),
  provider: orNull(ProviderLink),
  domain: orNull(z.string()),
  ssoEnabled: z.boolean(),
  contact: orNull(Contact),
  settings: Settings,
  createdAt: Timestamp,
  createdBy: z.string(),
  updatedAt: Timestamp,
  version: z.number().int(),
})

/** What must hold once a patch is applied. */
export const Details = z.object({ contact: Contact.optional(), settings: Settings })

const details = { domain: Domain.nullish(), contact: ContactPatch.nullish(), settings: SettingsPatch.nullish() }
export const OrganizationPatch = z.object({ name: OrganizationName.optional(), ...details })

const FRESH_FOR_SECURITY = 'when it changes security settings'
const securityTakes = (permission: string) =>
  `\`mfaRequired\`, \`sessionPolicy\` and \`auditRetentionDays\` take the permission \`${permission}\` too; only somebody who passed a second factor in this session demands one of everybody.`

export const getOrganization = endpoint({
  route: 'GET /api/v1/organization',
  summary: 'Reads the own organization.',
  permission: 'organization:read',
  reply: Organization,
  reads: ['ORGANIZATION'],
})

export const updateOrganization = endpoint({
  route: 'PATCH /api/v1/organization',
  summary: 'Changes the own organization by a JSON merge patch (RFC 7396): null empties a field or restores its default.',
  description: `The short name (\`slug\`) never changes. With \`mfaRequired\`, sessions without a second factor get no further than \`/auth/*\`. ${securityTakes('organization:update_security')}`,
  permission: 'organization:update',
  body: OrganizationPatch,
  reply: Organization,
  fails: ['MFA_REQUIRED', 'PRECONDITION_FAILED', 'VERSION_CONFLICT'],
  fresh: FRESH_FOR_SECURITY,
  writes: ['ORGANIZATION'],
})

export const leaveOrganization = endpoint({
  route: 'POST /api/v1/organization/leave',
  summary: 'Leaves the organization: your membership, your roles and the sessions that you began here end at once.',
  description:
    'Other organizations of yours are not affected; one of them becomes your default and, where this was it, your home. You come back by accepting an invitation.',
  self: true,
  status: 204,
  fails: ['LAST_ADMIN', 'VERSION_CONFLICT'],
  writes: ['USER', 'SESSION'],
  lookups: ['PERSON_PLACE', 'MEMBERSHIP', 'SESSION_STATE'],
  ending: 'open',
})

export const endProvider = endpoint({
  route: 'DELETE /api/v1/organization/provider',
  summary: 'Ends the link to the provider that made this organization: it is shut out at its next request.',
  description:
    "There is no way back, and nobody then suspends, activates or closes the organization but whoever runs the installation. The provider's people who are members go with it, so it takes an administrator who is none of them, and another cannot do it.",
  permission: 'organization:end_provider',
  status: 204,
  fails: ['LAST_ADMIN', 'PRECONDITION_FAILED', 'VERSION_CONFLICT'],
  fresh: true,
  writes: ['ORGANIZATION'],
  lookups: ['DUE'],
  ending: 'open',
})

/** A provider's customer, as the provider's own list knows it; everything else is read at the customer. */
export const Customer = z.object({
  id: Id('org'),
  name: z.string(),
  type: z.literal('customer'),
  status: Status,
  since: Timestamp,
  /** When the customer ended the link: name and status are as they were then. */
  endedAt: orNull(Timestamp),
})

export const listOrganizations = endpoint({
  route: 'GET /api/v1/organizations',
  summary: 'Lists the customers that this provider made.',
  description: 'Name and status may trail a change by about a second.',
  permission: 'organizations:read',
  query: z.object({ ...PageQuery, status: Status.optional() }),
  reply: Customer,
  list: true,
  reads: ['CUSTOMER'],
})

export const createCustomerOrganization = endpoint({
  route: 'POST /api/v1/organizations',
  summary: 'Makes a customer of this provider, and invites its administrator by mail.',
  description: `Always a new organization: one that exists cannot be taken over. It is on trial until it is activated. A slug that is left out is made from the name. ${securityTakes('organizations:update_security')}`,
  permission: 'organizations:create',
  body: z.object({
    name: OrganizationName,
    slug: Slug.optional(),
    ...details,
    admin: z.strictObject({ email: Email, firstName: PersonName, lastName: PersonName }).optional(),
  }),
  status: 201,
  reply: Organization,
  fails: ['MFA_REQUIRED', 'SLUG_TAKEN', 'TOO_MANY_ORGANIZATIONS'],
  fresh: 'when it names an administrator or security settings',
  keyring: true,
  writes: ['ORGANIZATION', 'USER', 'CUSTOMER', 'SIGNALS'],
  lookups: ['SLUG', 'TENANTS', 'MARKER'],
})

const params = z.object({ id: Id('org') })
const atCustomer = { customer: true, params } as const

export const getCustomerOrganization = endpoint({
  route: 'GET /api/v1/organizations/{id}',
  summary: 'Reads a customer.',
  permission: 'organizations:read',
  ...atCustomer,
  reply: Organization,
  reads: ['ORGANIZATION'],
  ending: 'open',
})

export const updateCustomerOrganization = endpoint({
  route: 'PATCH /api/v1/organizations/{id}',
  summary: 'Changes the record of a customer by a JSON merge patch (RFC 7396).',
  description: securityTakes('organizations:update_security'),
  permission: 'organizations:update',
  ...atCustomer,
  body: OrganizationPatch,
  reply: Organization,
  fails: ['MFA_REQUIRED', 'ORGANIZATION_CLOSED'],
  writes: ['ORGANIZATION'],
  fresh: FRESH_FOR_SECURITY,
})

const Reason = z.string().trim().min(1).max(500)
const transition = {
  permission: 'organizations:update',
  ...atCustomer,
  reply: Organization,
  fails: ['INVALID_TRANSITION'],
  writes: ['ORGANIZATION'],
  ending: 'open',
} as const
const maybeWhy = z.object({ reason: Reason.optional() })

export const activateOrganization = endpoint({
  route: 'POST /api/v1/organizations/{id}/activate',
  summary: 'Ends the trial of a customer, or its suspension.',
  ...transition,
  permission: 'organizations:activate',
  fresh: true,
  body: maybeWhy,
})

export const suspendOrganization = endpoint({
  route: 'POST /api/v1/organizations/{id}/suspend',
  summary: 'Shuts a customer to all its members, in force at their next request, until it is activated.',
  ...transition,
  fresh: true,
  body: z.object({ reason: Reason }),
})

export const offboardOrganization = endpoint({
  route: 'POST /api/v1/organizations/{id}/offboard',
  summary: 'Begins the leaving of a customer: its members read and export, and change nothing any more.',
  description: 'There is no way back; suspend what may come back.',
  ...transition,
  permission: 'organizations:close',
  fresh: true,
  body: maybeWhy,
})

const closing = { ...transition, permission: 'organizations:close', lookups: ['DUE'] } as const

export const closeOrganization = endpoint({
  route: 'POST /api/v1/organizations/{id}/close',
  summary: 'Closes a customer that was offboarded, in 72 hours: nobody enters it from then on, and the provider sees its record alone.',
  description: 'Until then it can be called off.',
  ...closing,
  fresh: true,
  body: maybeWhy,
})

export const cancelClosing = endpoint({
  route: 'POST /api/v1/organizations/{id}/cancel-closing',
  summary: 'Calls off the closing of a customer, whose moment has not come yet: it goes on being offboarded.',
  ...closing,
})

export const listOrganizationUsers = endpoint({
  route: 'GET /api/v1/organizations/{id}/users',
  summary: 'Lists the users of a customer, or finds them by the beginnings of their names or mail address.',
  permission: 'organizations:read_users',
  ...atCustomer,
  query: listUsers.query,
  reply: User,
  list: true,
  fails: ['ORGANIZATION_CLOSED'],
  reads: ['USER'],
})

export const createOrganizationUser = endpoint({
  route: 'POST /api/v1/organizations/{id}/users',
  summary: 'Adds a person to a customer and invites them by mail.',
  description:
    'Without `roleIds` the person gets the role `basic_user`. A role that administrates anything there takes the permission `organizations:appoint`; of others, nobody grants what they do not hold themselves. Ends with the link where it was not accepted before.',
  permission: 'organizations:create_users',
  fresh: 'when an administrator role is given',
  ...atCustomer,
  body: createUser.body,
  status: 201,
  reply: User,
  fails: ['EMAIL_TAKEN', 'ROLE_UNKNOWN', 'ORGANIZATION_CLOSED'],
  keyring: true,
  reads: ['ORGANIZATION'],
  writes: ['USER'],
})
