import * as z from 'zod'
import { Id, StoredNumber } from '../schema.ts'

/** How access is spoken of in contracts. */

const word = /^[a-z][a-z0-9_]{0,49}$/

/** Where a grant holds: everywhere, in a unit or a group with all below it, or for one resource. */
export const Scope = z.discriminatedUnion('type', [
  z.object({ type: z.literal('organization') }),
  z.object({ type: z.literal('unit'), id: Id('unit') }),
  z.object({ type: z.literal('group'), id: Id('grp') }),
  z.object({
    type: z.literal('resource'),
    resourceType: z.string().regex(word, 'Use lower-case letters, digits and underscores, such as purchase_order'),
    id: z.string().min(1).max(128),
  }),
])

const isTimeZone = (name: string) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
  } catch {
    return false
  }
}

const Clock = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'Must be a time of day such as 09:30')

/** Weekly hours on the clock of a zone. */
export const Hours = z.object({
  timeZone: z.string().max(64).refine(isTimeZone, 'Must be a time zone of the IANA database, such as Pacific/Auckland'),
  days: z
    .array(z.number().int().min(1).max(7))
    .min(1)
    .max(7)
    .transform((days) => [...new Set(days)].sort()),
  from: Clock,
  to: z.union([Clock, z.literal('24:00')]),
})

/** An address or a network (CIDR), of IPv4 or IPv6. */
export const Network = z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()], {
  error: 'Must be an address or a network such as 203.0.113.0/24',
})

const Attribute = z
  .string()
  .regex(
    /^(?:(?:subject|resource)\.[a-z][A-Za-z0-9_]{0,49}|environment\.(?:ip|time|service|mfa))$/,
    'Must be subject.…, resource.… or one of environment.ip, environment.time, environment.service, environment.mfa',
  )
const Scalar = z.union([z.string().max(200), StoredNumber, z.boolean()])

/** What must be so, too. Times are compared as RFC 3339 in UTC. */
export const Condition = z.discriminatedUnion('operator', [
  z.object({
    attribute: Attribute,
    operator: z.enum(['equals', 'not_equals']),
    value: z.union([Scalar, z.object({ attribute: Attribute })]),
  }),
  z.object({ attribute: Attribute, operator: z.enum(['in', 'not_in']), value: z.array(Scalar).min(1).max(50) }),
  z.object({
    attribute: Attribute,
    operator: z.enum(['less_than', 'at_most', 'greater_than', 'at_least']),
    value: z.union([StoredNumber, z.iso.datetime({ precision: 3 })]),
  }),
  z.object({ attribute: Attribute, operator: z.literal('starts_with'), value: z.string().min(1).max(200) }),
  z.object({ attribute: Attribute, operator: z.literal('contains'), value: Scalar }),
  z.object({ attribute: z.literal('environment.ip'), operator: z.literal('in_network'), value: z.array(Network).min(1).max(50) }),
  z.object({ attribute: z.literal('environment.time'), operator: z.literal('during'), value: Hours }),
])
export const Conditions = z.array(Condition).max(10)
