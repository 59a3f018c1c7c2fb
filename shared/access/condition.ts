import { BlockList, isIP } from 'node:net'
import type { Attribute, Condition, Environment, Hours, Principal, Resource, Scalar } from './model.ts'

/** Conditions on grants: each a comparison that holds or does not, of values that are there. */

/** What conditions may ask about. */
export interface Circumstances {
  principal: Principal
  resource?: Resource | undefined
  environment?: Environment | undefined
  /** RFC 3339 UTC. */
  now: string
}

const own = (attributes: Readonly<Record<string, Attribute>> | undefined, name: string): Attribute =>
  attributes && Object.hasOwn(attributes, name) ? attributes[name] : undefined

const SUBJECT: Record<string, (principal: Principal) => Attribute> = {
  id: ({ id }) => id,
  kind: ({ kind }) => kind,
  unitId: ({ unitId }) => unitId,
  groupIds: ({ groupIds }) => groupIds,
}
const RESOURCE: Record<string, (resource: Resource) => Attribute> = {
  id: ({ id }) => id,
  type: ({ type }) => type,
  unitId: ({ unitId }) => unitId,
  groupIds: ({ groupIds }) => groupIds,
  ownerId: ({ ownerId }) => ownerId,
}
const ENVIRONMENT: Record<string, (circumstances: Circumstances) => Attribute> = {
  ip: ({ environment }) => environment?.ip,
  service: ({ environment }) => environment?.service,
  mfa: ({ environment }) => environment?.mfa,
  time: ({ now }) => now,
}

/** The value of `subject.…`, `resource.…` or `environment.…`; of anything else, and of what is not there, none. */
export function attributeOf(name: string, circumstances: Circumstances): Attribute {
  const dot = name.indexOf('.')
  const [whose, field] = [name.slice(0, dot), name.slice(dot + 1)]
  const { principal, resource } = circumstances
  if (whose === 'environment') return Object.hasOwn(ENVIRONMENT, field) ? ENVIRONMENT[field]?.(circumstances) : undefined
  if (whose === 'subject') return Object.hasOwn(SUBJECT, field) ? SUBJECT[field]?.(principal) : own(principal.attributes, field)
  if (whose !== 'resource' || !resource) return undefined
  return Object.hasOwn(RESOURCE, field) ? RESOURCE[field]?.(resource) : own(resource.attributes, field)
}

const networks = new WeakMap<readonly string[], BlockList>()

function networkOf(ranges: readonly string[]): BlockList {
  const known = networks.get(ranges)
  if (known) return known
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits] = range.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    list.addSubnet(address, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family)
  }
  networks.set(ranges, list)
  return list
}

/** Is the address in one of these networks (CIDR, RFC 4632 and RFC 4291)? One of IPv4 in the notation of IPv6 is the same address. */
export function isInNetwork(address: string, ranges: readonly string[]): boolean {
  const version = isIP(address)
  return version !== 0 && networkOf(ranges).check(address, version === 6 ? 'ipv6' : 'ipv4')
}

const clocks = new Map<string, Intl.DateTimeFormat>()

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone)
  if (known) return known
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  clocks.set(timeZone, clock)
  return clock
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** Is it within these hours, on the clock of their zone? From `from`, and before `to`. */
export function isDuring(now: string, { timeZone, days, from, to }: Hours): boolean {
  const parts = Object.fromEntries(
    clockOf(timeZone)
      .formatToParts(Date.parse(now))
      .map(({ type, value }) => [type, value]),
  )
  const day = DAYS.indexOf(parts.weekday ?? '') + 1
  const time = `${parts.hour}:${parts.minute}`
  if (from < to) return days.includes(day) && from <= time && time < to
  // Past midnight it is still the night of the day before.
  const dayBefore = day === 1 ? 7 : day - 1
  return (days.includes(day) && from <= time) || (days.includes(dayBefore) && time < to)
}

function compares(operator: 'less_than' | 'at_most' | 'greater_than' | 'at_least', found: Attribute, value: number | string): boolean {
  if (typeof found !== typeof value) return false
  const [one, other] = [found as number | string, value]
  if (operator === 'less_than') return one < other
  if (operator === 'at_most') return one <= other
  return operator === 'greater_than' ? one > other : one >= other
}

const isScalar = (value: Attribute): value is Scalar => value !== undefined && typeof value !== 'object'

/** Does it hold? */
export function holds(condition: Condition, circumstances: Circumstances): boolean {
  const found = attributeOf(condition.attribute, circumstances)
  if (found === undefined) return false
  switch (condition.operator) {
    case 'equals':
    case 'not_equals': {
      const { value, operator } = condition
      const other = typeof value === 'object' ? attributeOf(value.attribute, circumstances) : value
      return isScalar(found) && isScalar(other) && (found === other) === (operator === 'equals')
    }
    case 'in':
    case 'not_in':
      return isScalar(found) && condition.value.includes(found) === (condition.operator === 'in')
    case 'starts_with':
      return typeof found === 'string' && found.startsWith(condition.value)
    case 'contains':
      return Array.isArray(found) && found.includes(condition.value)
    case 'in_network':
      return typeof found === 'string' && isInNetwork(found, condition.value)
    case 'during':
      return typeof found === 'string' && isDuring(found, condition.value)
    default:
      return compares(condition.operator, found, condition.value)
  }
}

/** The attributes that a condition compares. */
export function attributesIn({ attribute, ...compared }: Condition): string[] {
  const { value } = compared
  return typeof value === 'object' && 'attribute' in value ? [attribute, value.attribute] : [attribute]
}

/** Does it ask about the subject, say? */
export const asksAbout = (whose: 'subject' | 'resource' | 'environment', condition: Condition): boolean =>
  attributesIn(condition).some((name) => name.startsWith(`${whose}.`))

export const allHold = (conditions: readonly Condition[] | undefined, circumstances: Circumstances): boolean =>
  conditions?.every((condition) => holds(condition, circumstances)) ?? true
