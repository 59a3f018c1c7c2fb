import * as z from 'zod'
import { endpoint } from '../../shared/endpoint.ts'
import { Email, Id, orNull, Phone, Slug, Timestamp } from '../../shared/schema.ts'

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
  displayName: z.string().trim().min(1).max(100),
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

export const Organization = z.object({
  id: Id('org'),
  name: z.string(),
  slug: Slug,
  type: z.enum(['customer', 'mss_provider']),
  status: z.enum(['trial', 'active', 'suspended', 'offboarding', 'closed']),
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
  description: 'The short name (`slug`) never changes. With `mfaRequired`, sessions without a second factor get no further than `/auth/*`.',
  permission: 'organization:update',
  body: z.object({
    name: z.string().trim().min(1).max(255).optional(),
    domain: Domain.nullish(),
    contact: ContactPatch.nullish(),
    settings: SettingsPatch.nullish(),
  }),
  reply: Organization,
  fails: ['VERSION_CONFLICT'],
  writes: ['ORGANIZATION'],
})
