import type { Role } from './system-roles.ts'

/** A role or a single permission, given to a principal, possibly for a time. */
export interface Assignment {
  id: string
  roleId?: string
  permission?: string
  scope: { type: 'organization' }
  /** RFC 3339; compared with the clock of the decision. */
  expiresAt?: string
  grantedBy: string
  createdAt: string
}

/** Who asks, in one organization: a member, a guest or a service. */
export interface Principal {
  id: string
  kind: 'member' | 'guest' | 'service'
  assignments: Assignment[]
}

/** The roles in force. System roles are constants; an organization's own are added to them. */
export interface Policy {
  role(id: string): Role | undefined
}

export interface Question {
  principal: Principal
  policy: Policy
  /** `resource:action` */
  permission: string
  now: string
}

export type Decision =
  | { allowed: true; because: { assignmentId: string; roleId?: string; permission: string; scope: Assignment['scope'] } }
  | { allowed: false; missing: string }

/** `users:*` covers `users:read`; `*:*` covers everything. */
export function covers(held: string, wanted: string): boolean {
  if (held === wanted || held === '*:*') return true
  const [heldResource, heldAction] = held.split(':')
  const [resource, action] = wanted.split(':')
  return (heldResource === '*' || heldResource === resource) && (heldAction === '*' || heldAction === action)
}

const permissionsOf = (assignment: Assignment, policy: Policy): readonly string[] =>
  assignment.permission ? [assignment.permission] : (policy.role(assignment.roleId ?? '')?.permissions ?? [])

const inForce = (assignment: Assignment, now: string) => !assignment.expiresAt || assignment.expiresAt > now

/** May the principal do this? A function of its inputs, so it can answer for any moment and for any policy; says why. */
export function decide({ principal, policy, permission, now }: Question): Decision {
  for (const assignment of principal.assignments) {
    if (!inForce(assignment, now)) continue
    const held = permissionsOf(assignment, policy).find((candidate) => covers(candidate, permission))
    if (!held) continue
    const role = assignment.roleId ? { roleId: assignment.roleId } : {}
    return { allowed: true, because: { assignmentId: assignment.id, ...role, permission: held, scope: assignment.scope } }
  }
  return { allowed: false, missing: permission }
}

/** Everything the principal holds now, without doubles, sorted. */
export function permissionsHeld(principal: Principal, policy: Policy, now: string): string[] {
  const held = principal.assignments.filter((assignment) => inForce(assignment, now)).flatMap((each) => permissionsOf(each, policy))
  return [...new Set(held)].sort()
}

/** Which of these permissions the principal does not hold, and so may not hand out (a wildcard needs a wildcard as wide). */
export function notHeld(principal: Principal, policy: Policy, wanted: readonly string[], now: string): string[] {
  const held = permissionsHeld(principal, policy, now)
  return wanted.filter((permission) => !held.some((candidate) => covers(candidate, permission)))
}
