import type { Question } from './evaluate.ts'
import type { Attribute, Condition, Principal, Scope } from './model.ts'
import type { World } from './test-world.ts'

/** For tests: the same decisions, as somebody reads them out of the specification, without regard to cost or to what the evaluator does. */

type Asked = Omit<Question, 'policy'> & { world: World }

function toBits(address: string): string {
  if (!address.includes(':'))
    return address
      .split('.')
      .map((byte) => Number(byte).toString(2).padStart(8, '0'))
      .join('')
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)
  if (mapped) return toBits(mapped[1] ?? '')
  const [front = '', back = ''] = address.split('::')
  const groups = (part: string) => (part === '' ? [] : part.split(':'))
  const middle = Array.from({ length: 8 - groups(front).length - groups(back).length }, () => '0')
  return [...groups(front), ...middle, ...groups(back)].map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('')
}

function inNetwork(address: string, range: string): boolean {
  const [base = '', length] = range.split('/')
  const [one, other] = [toBits(address), toBits(base)]
  return (
    one.length === other.length &&
    one.slice(0, length === undefined ? undefined : Number(length)) === other.slice(0, length === undefined ? undefined : Number(length))
  )
}

/** Minutes since Monday midnight on the clock of the zone. */
function minuteOfWeek(now: string, timeZone: string): number {
  const local = new Date(new Date(now).toLocaleString('en-US', { timeZone }))
  return ((local.getDay() + 6) % 7) * 1440 + local.getHours() * 60 + local.getMinutes()
}

const minutes = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))

function attribute(name: string, { principal, resource, environment, now }: Asked): Attribute {
  const told: Record<string, Attribute> = {
    'subject.id': principal.id,
    'subject.department': principal.attributes?.department,
    'resource.ownerId': resource?.ownerId,
    'resource.status': resource?.attributes?.status,
    'resource.amount': resource?.attributes?.amount,
    'resource.tags': resource?.attributes?.tags,
    'environment.ip': environment?.ip,
    'environment.service': environment?.service,
    'environment.mfa': environment?.mfa,
    'environment.time': now,
  }
  return Object.entries(told).find(([key]) => key === name)?.[1]
}

function satisfied(condition: Condition, asked: Asked): boolean {
  const found = attribute(condition.attribute, asked)
  if (found === undefined) return false
  if (condition.operator === 'during') {
    const { timeZone, days, from, to } = condition.value
    const at = minuteOfWeek(asked.now, timeZone)
    const length = minutes(to) - minutes(from) + (from < to ? 0 : 1440)
    return days.some((day) => (at - (day - 1) * 1440 - minutes(from) + 2 * 10_080) % 10_080 < length)
  }
  if (condition.operator === 'in_network') return condition.value.some((range) => inNetwork(String(found), range))
  if (condition.operator === 'contains') return Array.isArray(found) && new Set(found).has(condition.value)
  if (condition.operator === 'starts_with') return typeof found === 'string' && found.indexOf(condition.value) === 0
  if (condition.operator === 'in') return condition.value.some((each) => each === found)
  if (condition.operator === 'not_in') return condition.value.every((each) => each !== found)
  const value =
    typeof condition.value === 'object' && 'attribute' in condition.value ? attribute(condition.value.attribute, asked) : condition.value
  if (value === undefined) return false
  if (condition.operator === 'equals') return Object.is(found, value)
  if (condition.operator === 'not_equals') return !Object.is(found, value)
  if (typeof found === 'number' ? typeof value !== 'number' : typeof value !== 'string' || typeof found !== 'string') return false
  const order = [found, value].sort((one, other) => (one < other ? -1 : one > other ? 1 : 0))[0] === found ? (found === value ? 0 : -1) : 1
  return { less_than: order < 0, at_most: order <= 0, greater_than: order > 0, at_least: order >= 0 }[condition.operator]
}

/** Is one node the other, or above it? By climbing from parent to parent. */
function isAbove(nodes: readonly { id: string; parent: string | undefined }[], above: string, id: string | undefined): boolean {
  const node = nodes.find((each) => each.id === id)
  return node !== undefined && (node.id === above || isAbove(nodes, above, node.parent))
}

function inScope(scope: Scope, { resource, world }: Asked): boolean {
  if (scope.type === 'organization') return true
  if (scope.type === 'unit') return isAbove(world.units, scope.id, resource?.unitId)
  if (scope.type === 'group') return (resource?.groupIds ?? []).some((id) => isAbove(world.groups, scope.id, id))
  return resource?.type === scope.resourceType && resource.id === scope.id
}

const matches = (pattern: string, permission: string) => new RegExp(`^${pattern.replaceAll('*', '[^:]+')}$`).test(permission)

/** Everything that somebody holds by themselves or by a group, each with what it gives. */
function giftsTo({ groupIds = [], assignments }: Principal, { groups, roles }: World) {
  const inherited = groups.filter(({ id }) => groupIds.some((direct) => isAbove(groups, id, direct))).flatMap((group) => group.assignments)
  return [...assignments, ...inherited].flatMap((assignment) => {
    const patterns = assignment.permission ? [assignment.permission] : (roles.find(({ id }) => id === assignment.roleId)?.permissions ?? [])
    return patterns.map((pattern) => ({ pattern, assignment }))
  })
}

export function allowedByReference(asked: Asked): boolean {
  const { principal, permission, now, world } = asked
  if (principal.expiresAt && principal.expiresAt <= now) return false
  if (!(principal.limits ?? []).every((limit) => satisfied(limit, asked))) return false
  if (principal.maker && !allowedByReference({ ...asked, principal: principal.maker })) return false
  return giftsTo(principal, world).some(
    ({ pattern, assignment }) =>
      matches(pattern, permission) &&
      (!assignment.expiresAt || assignment.expiresAt > now) &&
      inScope(assignment.scope, asked) &&
      (assignment.conditions ?? []).every((condition) => satisfied(condition, asked)),
  )
}
