import { isDeepStrictEqual } from 'node:util'
import { allHold, asksAbout, attributeOf, attributesIn, holds } from './condition.ts'
import {
  barOf,
  type Grant,
  grantsOf,
  inForce,
  permissionsHeld,
  permissionsOf,
  type Question,
  reaches,
  reachingAssignments,
} from './evaluate.ts'
import type { Assignment, Condition, Policy, Principal, Resource } from './model.ts'
import { isOwn } from './permission-names.ts'
import { isWithin } from './scope.ts'

/** What somebody may hand out: nothing that they do not hold themselves. */

/** What somebody wants to hand out. */
export type Gift = Pick<Assignment, 'roleId' | 'permission' | 'scope' | 'conditions' | 'expiresAt'>

/** For whom it is. Of others nothing is so that is asked of whoever acts, and what bounds a giver bounds what they give. */
export type Receiver = 'others' | 'oneself'

export type Granter = Pick<Question, 'principal' | 'policy' | 'environment' | 'now'>

const lasts = ({ expiresAt }: Pick<Gift, 'expiresAt'>, until: string | undefined) =>
  !until || (expiresAt !== undefined && expiresAt <= until)

const among =
  (conditions: readonly Condition[] = []) =>
  (condition: Condition) =>
    conditions.some((other) => isDeepStrictEqual(condition, other))

/** Does the one hold wherever, whenever and under whatever the other would? */
function isAsWide(held: Assignment, gift: Gift, { principal, policy }: Granter, receiver: Receiver): boolean {
  const isBound = receiver === 'others'
  const conditions = [...(held.conditions ?? []), ...((isBound && principal.limits) || [])]
  const asksNoMore = conditions.every(among(gift.conditions)) && !(isBound && conditions.some((each) => asksAbout('subject', each)))
  return (
    asksNoMore && lasts(gift, held.expiresAt) && !(isBound && !lasts(gift, principal.expiresAt)) && isWithin(gift.scope, held.scope, policy)
  )
}

function holdsAsWide(granter: Granter, gift: Gift, permission: string, receiver: Receiver): boolean {
  const { principal, policy, now } = granter
  if (barOf(granter)) return false
  const isHeld = grantsOf(
    principal,
    policy,
  )(permission).some(({ assignment }) => inForce(assignment, now) && isAsWide(assignment, gift, granter, receiver))
  return isHeld && (!principal.maker || holdsAsWide({ ...granter, principal: principal.maker }, gift, permission, receiver))
}

/** Which permissions of a gift somebody does not hold as wide, as long and under as few conditions. A wildcard takes a wildcard as wide. */
export const notHeldAsWide = (holder: Granter, gift: Gift, receiver: Receiver = 'oneself'): string[] =>
  permissionsOf(gift, holder.policy).filter((permission) => !holdsAsWide(holder, gift, permission, receiver))

/** Whoever defines what permissions the organization has for applications of its own hands them out, too; it guards nothing of ours. */
const DEFINING = 'roles:create'

/** Which permissions of a gift its giver does not hold like that, and so may not hand out. */
export const notHeld = (granter: Granter, gift: Gift, receiver: Receiver = 'others'): string[] =>
  notHeldAsWide(granter, gift, receiver).filter((permission) => !(isOwn(permission) && holdsAsWide(granter, gift, DEFINING, receiver)))

/** What is asked of somebody alone is so or not; what is compared with something else may be so of anything, once they are another. */
function opens(condition: Condition, before: Principal, after: Principal, now: string): boolean {
  const isOf = (principal: Principal) => holds(condition, { principal, now })
  if (attributesIn(condition).every((name) => name.startsWith('subject.'))) return isOf(after) && !isOf(before)
  return attributesIn(condition).some(
    (name) => !isDeepStrictEqual(attributeOf(name, { principal: before, now }), attributeOf(name, { principal: after, now })),
  )
}

/**
 * What somebody comes to hold by being another than before, such as of another department: of what reaches them already, whatever hangs on that,
 * without what is asked of them.
 */
export function openedTo(before: Principal, after: Principal, policy: Policy, now: string): Gift[] {
  return reachingAssignments(before, policy, now).flatMap(({ roleId, permission, scope, expiresAt, conditions = [] }) => {
    const asked = conditions.filter((condition) => asksAbout('subject', condition))
    if (!asked.some((condition) => opens(condition, before, after, now))) return []
    const others = conditions.filter((condition) => !asked.includes(condition))
    return [
      {
        ...(roleId ? { roleId } : {}),
        ...(permission ? { permission } : {}),
        scope,
        ...(others.length > 0 ? { conditions: others } : {}),
        ...(expiresAt ? { expiresAt } : {}),
      },
    ]
  })
}

const circumstancesOf = ({ conditions = [] }: Assignment) => conditions.filter((condition) => asksAbout('environment', condition))

/** Which permissions somebody comes to hold over something by its being another than before, in whatever circumstances they hold them. */
export function gainedOver({ principal, policy, now }: Granter, before: Resource, after: Resource): string[] {
  const reachesIt = ({ assignment }: Grant, resource: Resource) =>
    inForce(assignment, now) &&
    reaches(assignment.scope, resource, policy) &&
    allHold(
      assignment.conditions?.filter((condition) => !asksAbout('environment', condition)),
      { principal, resource, now },
    )
  return permissionsHeld(principal, policy, now).filter((permission) => {
    const grants = grantsOf(principal, policy)(permission)
    const held = grants.filter((grant) => reachesIt(grant, before))
    const isHeld = ({ assignment }: Grant) =>
      held.some(
        (other) => lasts(assignment, other.assignment.expiresAt) && circumstancesOf(other.assignment).every(among(assignment.conditions)),
      )
    return grants.some((grant) => reachesIt(grant, after) && !isHeld(grant))
  })
}
