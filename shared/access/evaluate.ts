import { allHold, asksAbout, type Circumstances } from './condition.ts'
import type { Assignment, Condition, Group, Policy, Principal, Resource, Scope } from './model.ts'
import { overlap } from './scope.ts'
import type { Role } from './system-roles.ts'

/** May somebody do this? Functions of their inputs, the clock among them, so they answer for any moment and for any policy. */

export interface Question extends Circumstances {
  policy: Policy
  /** `resource:action` */
  permission: string
}

/** The path that allowed it: through which groups, by which assignment, of what, where, and under which conditions. */
export interface Because {
  assignmentId: string
  /** From the group that they are in up to the one that was given it. */
  groups?: readonly string[]
  roleId?: string
  permission: string
  scope: Scope
  conditions?: readonly Condition[]
  /** What allows it to whoever made the service. */
  maker?: Because
}

export type Decision =
  | { allowed: true; because: Because }
  /** `barredBy`: what keeps them from anything at this moment, whatever they hold. */
  | { allowed: false; missing: string; barredBy?: Condition | 'expiry' | 'maker' }

/** `users:*` covers `users:read`; `*:*` covers everything. */
export function covers(held: string, wanted: string): boolean {
  if (held === wanted || held === '*:*') return true
  const [heldResource, heldAction] = held.split(':')
  const [resource, action] = wanted.split(':')
  return (heldResource === '*' || heldResource === resource) && (heldAction === '*' || heldAction === action)
}

/** An assignment, and how it reaches whoever holds it: through which groups, from theirs up to the one that was given it. */
export interface Held {
  assignment: Assignment
  groups: readonly string[]
}

function* groupsAbove(groupId: string, policy: Policy): Generator<[group: Group, chain: string[]]> {
  const ids = policy.group?.(groupId)?.path.toReversed() ?? []
  // All are asked for before one is looked at, so that whoever reads them by need reads them together.
  for (const [n, group] of ids.map((id) => policy.group?.(id)).entries()) {
    // A path that leads over something unknown leads nowhere.
    if (!group) return
    yield [group, ids.slice(0, n + 1)]
  }
}

/** Everything that reaches a principal: their own, and what their groups and those above hold. */
export function* reaching({ assignments, groupIds = [] }: Principal, policy: Policy): Generator<Held> {
  for (const assignment of assignments) yield { assignment, groups: [] }
  const seen = new Set<string>()
  for (const groupId of groupIds) {
    for (const [group, groups] of groupsAbove(groupId, policy)) {
      if (seen.has(group.id)) continue
      seen.add(group.id)
      for (const assignment of group.assignments) yield { assignment, groups }
    }
  }
}

export const permissionsOf = ({ permission, roleId = '' }: Pick<Assignment, 'permission' | 'roleId'>, policy: Policy): readonly string[] =>
  permission ? [permission] : (policy.role(roleId)?.permissions ?? [])

/** What of a role covers a permission; a role is asked the same again and again, by everybody who holds it. */
const coverings = new WeakMap<Role, Map<string, string | undefined>>()

function coveringOf(role: Role, permission: string): string | undefined {
  const known = coverings.get(role) ?? new Map<string, string | undefined>()
  if (known.has(permission)) return known.get(permission)
  const covering = role.permissions.find((candidate) => covers(candidate, permission))
  coverings.set(role, known.set(permission, covering))
  return covering
}

function covering({ permission: held, roleId }: Assignment, policy: Policy, permission: string): string | undefined {
  if (held) return covers(held, permission) ? held : undefined
  const role = roleId === undefined ? undefined : policy.role(roleId)
  return role && coveringOf(role, permission)
}

/** A grant that reaches somebody and covers what they ask for. */
export interface Grant extends Held {
  /** Of what the assignment gives, what covers the permission. */
  permission: string
}

export type Grants = (permission: string) => readonly Grant[]

const indexed = new WeakMap<Principal, WeakMap<Policy, Grants>>()

/** The grants of a principal that cover a permission: found when first asked for, and kept as long as principal and policy are. */
export function grantsOf(principal: Principal, policy: Policy): Grants {
  const byPolicy = indexed.get(principal) ?? new WeakMap<Policy, Grants>()
  const known = byPolicy.get(policy)
  if (known) return known
  const byPermission = new Map<string, Grant[]>()
  let all: Held[] | undefined
  const grants: Grants = (permission) => {
    const found = byPermission.get(permission)
    if (found) return found
    all ??= [...reaching(principal, policy)]
    const covered = all.flatMap((held) => {
      const by = covering(held.assignment, policy, permission)
      return by === undefined ? [] : [{ ...held, permission: by }]
    })
    byPermission.set(permission, covered)
    return covered
  }
  indexed.set(principal, byPolicy.set(policy, grants))
  return grants
}

export const inForce = ({ expiresAt }: { expiresAt?: string }, now: string) => !expiresAt || expiresAt > now

/** Does the scope reach the resource? Of the organization as a whole (no resource), only what holds everywhere does. */
export function reaches(scope: Scope, resource: Resource | undefined, policy: Policy): boolean {
  if (scope.type === 'organization') return true
  if (!resource) return false
  if (scope.type === 'resource') return resource.type === scope.resourceType && resource.id === scope.id
  if (scope.type === 'group') return resource.groupIds?.some((id) => policy.group?.(id)?.path.includes(scope.id)) ?? false
  return resource.unitId !== undefined && (policy.unit?.(resource.unitId)?.includes(scope.id) ?? false)
}

function becauseOf({ assignment, groups, permission }: Grant): Because {
  const { id, roleId, scope, conditions } = assignment
  return {
    assignmentId: id,
    ...(groups.length > 0 ? { groups } : {}),
    ...(roleId ? { roleId } : {}),
    permission,
    scope,
    ...(conditions?.length ? { conditions } : {}),
  }
}

/** What keeps them from anything at this moment, whatever they hold. */
export function barOf(question: Circumstances): Condition | 'expiry' | undefined {
  const { principal, now } = question
  if (!inForce(principal, now)) return 'expiry'
  return principal.limits?.find((limit) => !allHold([limit], question))
}

/** May the principal do this? Says why, or what was missing. */
export function decide(question: Question): Decision {
  const { principal, policy, permission, resource, now } = question
  const barredBy = barOf(question)
  if (barredBy) return { allowed: false, missing: permission, barredBy }
  const grant = grantsOf(
    principal,
    policy,
  )(permission).find(
    ({ assignment }) => inForce(assignment, now) && reaches(assignment.scope, resource, policy) && allHold(assignment.conditions, question),
  )
  if (!grant) return { allowed: false, missing: permission }
  const because = becauseOf(grant)
  if (!principal.maker) return { allowed: true, because }
  const makers = decide({ ...question, principal: principal.maker })
  return makers.allowed
    ? { allowed: true, because: { ...because, maker: makers.because } }
    : { allowed: false, missing: permission, barredBy: 'maker' }
}

/**
 * Where a permission is held at this moment: whatever is allowed lies in one of these scopes, so a list reads them and no more. What a grant
 * asks of each resource is left to `decide`.
 */
export function scopesOf(question: Omit<Question, 'resource'>): Scope[] {
  const { principal, policy, permission, now } = question
  if (barOf(question)) return []
  const held = grantsOf(
    principal,
    policy,
  )(permission).filter(
    ({ assignment: { conditions, ...assignment } }) =>
      inForce(assignment, now) &&
      allHold(
        conditions?.filter((condition) => !asksAbout('resource', condition)),
        question,
      ),
  )
  const scopes = held.map(({ assignment }) => assignment.scope)
  const own: Scope[] = scopes.some(({ type }) => type === 'organization') ? [{ type: 'organization' }] : scopes
  return principal.maker ? overlap(own, scopesOf({ ...question, principal: principal.maker }), policy) : own
}

/** What reaches a principal now, of their own and by their groups. */
export const reachingAssignments = (principal: Principal, policy: Policy, now: string): Assignment[] =>
  [...reaching(principal, policy)].map(({ assignment }) => assignment).filter((assignment) => inForce(assignment, now))

/** Every permission that reaches the principal now, wherever it holds; without doubles, sorted. */
export function permissionsHeld(principal: Principal, policy: Policy, now: string): string[] {
  return [...new Set(reachingAssignments(principal, policy, now).flatMap((assignment) => permissionsOf(assignment, policy)))].sort()
}
