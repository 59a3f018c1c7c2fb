import * as z from 'zod'
import { Email, Id, OrganizationName, orNull, Phone, Slug, Timestamp } from '../../../shared/schema.ts'
import { address, branding, Country, details, Status, sessionPolicy, settings } from './fields.ts'

export const Address = z.strictObject({
  line1: address.line1,
  line2: address.line2.optional(),
  city: address.city,
  region: address.region.optional(),
  postalCode: address.postalCode.optional(),
  country: Country,
})

export const Contact = z.strictObject({ email: Email.optional(), phone: Phone.optional(), address: Address.optional() })

export const Settings = z.strictObject({
  mfaRequired: settings.mfaRequired.default(false),
  apiKeysFollowMaker: settings.apiKeysFollowMaker.default(true),
  sessionPolicy: z.strictObject(sessionPolicy).partial().default({}),
  auditRetentionDays: settings.auditRetentionDays.default(2_555),
  unitNameUniqueness: settings.unitNameUniqueness.default('siblings'),
  branding: z.strictObject(branding).partial().default({}),
})

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

export const OrganizationPatch = z.object({ name: OrganizationName.optional(), ...details })

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
