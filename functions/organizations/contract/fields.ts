import * as z from 'zod'
import { Email, Id, OrganizationName, Phone } from '../../../shared/schema.ts'

const Line = z.string().trim().min(1).max(200)

const DAY_MINUTES = 1_440

const WEEK_MINUTES = 7 * DAY_MINUTES

export const address = { line1: Line, line2: Line, city: Line, region: Line, postalCode: z.string().trim().min(1).max(20) }

/** ISO 3166-1 alpha-2 */
export const Country = z.string().regex(/^[A-Z]{2}$/, 'Must be a two-letter country code such as NZ')

export const settings = {
  /** Everybody must have passed a second factor. */
  mfaRequired: z.boolean(),
  /** An API key does nothing that its maker could not at that moment. */
  apiKeysFollowMaker: z.boolean(),
  unitNameUniqueness: z.enum(['siblings', 'organization']),
  auditRetentionDays: z.number().int().min(365).max(3_650),
}

export const sessionPolicy = {
  idleMinutes: z.number().int().min(5).max(WEEK_MINUTES),
  lifetimeMinutes: z.number().int().min(15).max(WEEK_MINUTES),
}

export const branding = {
  displayName: OrganizationName.max(100),
  logoUrl: z.url({ protocol: /^https$/, message: 'Must be an https:// address' }).max(2_000),
  primaryColor: z.string().regex(/^#[0-9a-f]{6}$/i, 'Must be a colour such as #1a73e8'),
}

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

export const Status = z.enum(['trial', 'active', 'suspended', 'offboarding', 'closed'])

export const details = { domain: Domain.nullish(), contact: ContactPatch.nullish(), settings: SettingsPatch.nullish() }

export const FRESH_FOR_SECURITY = 'when it changes security settings'

export const securityTakes = (permission: string) =>
  `\`mfaRequired\`, \`sessionPolicy\`, \`apiKeysFollowMaker\` and \`auditRetentionDays\` take the permission \`${permission}\` too; only somebody who passed a second factor in this session demands one of everybody.`

const params = z.object({ id: Id('org') })

export const atCustomer = { customer: true, params } as const
