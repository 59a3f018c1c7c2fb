import { permissionsOf, reachingAssignments } from '../../shared/access/evaluate.ts'
import { type Gift, notHeldAsWide } from '../../shared/access/gift.ts'
import type { Assignment, Policy, Principal, Scope } from '../../shared/access/model.ts'
import { type Move, type Path, placed } from '../../shared/tree/path.ts'

/** What a change that is not made yet would do to what people may do: functions of principals and policy, before and after. */

export type Change =
  | { type: 'role_permissions'; roleId: string; permissions: readonly string[] }
  | { type: 'member_added' | 'member_removed'; groupId: string; userId: string }
  | { type: 'group_moved' | 'unit_moved'; move: Move }
  | { type: 'assignment_added'; holder: Holder; assignment: Assignment }
  | { type: 'assignment_removed'; holder: Holder; assignmentId: string }

export interface Holder {
  type: 'user' | 'group'
  id: string
}

/** With this one more, or without it. */
function assigned<T extends readonly Assignment[]>(assignments: T, change: Change, holder: Holder): readonly Assignment[] {
  const isOf = 'holder' in change && change.holder.type === holder.type && change.holder.id === holder.id
  if (!isOf) return assignments
  if (change.type === 'assignment_added') return [...assignments, change.assignment]
  return assignments.filter(({ id }) => id !== change.assignmentId)
}

/** The policy as it would be. */
export function policyAfter(before: Policy, change: Change): Policy {
  const movedIn = (type: Change['type'], path: Path): Path =>
    change.type === type && 'move' in change ? placed(path, [change.move]) : path
  return {
    role(id) {
      const role = before.role(id)
      return role && change.type === 'role_permissions' && change.roleId === id ? { ...role, permissions: change.permissions } : role
    },
    group(id) {
      const group = before.group?.(id)
      if (!group) return undefined
      const assignments = assigned(group.assignments, change, { type: 'group', id })
      return { ...group, path: movedIn('group_moved', group.path), assignments }
    },
    unit(id) {
      const path = before.unit?.(id)
      return path && movedIn('unit_moved', path)
    },
  }
}

function groupsAfter({ id, groupIds = [] }: Principal, change: Change): readonly string[] {
  if (!('userId' in change) || change.userId !== id) return groupIds
  const others = groupIds.filter((each) => each !== change.groupId)
  return change.type === 'member_added' ? [...others, change.groupId] : others
}

export const principalAfter = (principal: Principal, change: Change): Principal => ({
  ...principal,
  groupIds: groupsAfter(principal, change),
  assignments: [...assigned(principal.assignments, change, { type: 'user', id: principal.id })],
})

/** One permission that somebody holds somewhere, on some conditions, for a time. */
export type Holding = Gift & { permission: string }

/** Whoever it is, as far as what they were given goes: limits and expiry keep them from the same before and after. */
const bearer = ({ id, kind, assignments, groupIds }: Principal): Principal => ({ id, kind, assignments, ...(groupIds ? { groupIds } : {}) })

/** What reaches them, each permission by itself; in what is moved, what reaches it from above as well. */
function holdingsOf(principal: Principal, policy: Policy, moved: Scope | undefined, now: string): Holding[] {
  const held = reachingAssignments(principal, policy, now).flatMap((assignment) => {
    const { scope, conditions, expiresAt } = assignment
    const where = { scope, ...(conditions?.length ? { conditions } : {}), ...(expiresAt ? { expiresAt } : {}) }
    return permissionsOf(assignment, policy).map((permission): Holding => ({ permission, ...where }))
  })
  const path = moved && 'id' in moved ? (moved.type === 'unit' ? policy.unit?.(moved.id) : policy.group?.(moved.id)?.path) : undefined
  const reachesMoved = ({ scope }: Holding) => moved !== undefined && scope.type === moved.type && 'id' in scope && path?.includes(scope.id)
  return [...held, ...held.filter(reachesMoved).map((each) => ({ ...each, scope: moved as Scope }))]
}

const nameOf = (holding: Holding) => JSON.stringify([holding.permission, holding.scope, holding.conditions, holding.expiresAt])

/** Those of which nothing on the other side is as wide, as long and on as few conditions; each once. */
function beyond(holdings: readonly Holding[], other: { principal: Principal; policy: Policy }, now: string): Holding[] {
  const distinct = new Map(holdings.map((each) => [nameOf(each), each]))
  return [...distinct.values()].filter((holding) => notHeldAsWide({ ...other, now }, holding).length > 0)
}

export interface Effect {
  gains: Holding[]
  losses: Holding[]
}

/** What somebody would gain and lose; what they hold otherwise as wide is neither. */
export function effectOf(principal: Principal, before: Policy, change: Change, now: string): Effect {
  const after = policyAfter(before, change)
  const [then, later] = [bearer(principal), bearer(principalAfter(principal, change))]
  const moved = 'move' in change ? placeOf(change) : undefined
  return {
    gains: beyond(holdingsOf(later, after, moved, now), { principal: then, policy: before }, now),
    losses: beyond(holdingsOf(then, before, moved, now), { principal: later, policy: after }, now),
  }
}

const placeOf = ({ type, move }: Extract<Change, { move: Move }>): Scope => ({
  type: type === 'unit_moved' ? 'unit' : 'group',
  id: move.from.at(-1) ?? '',
})
