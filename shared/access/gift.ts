import { isDeepStrictEqual } from 'node:util'
import { barOf, grantsOf, inForce, permissionsOf, type Question } from './evaluate.ts'
import type { Assignment, Policy } from './model.ts'
import { isOwn } from './permission-names.ts'
import { isWithin } from './scope.ts'

/** What somebody may hand out: nothing that they do not hold themselves. */

/** What somebody wants to hand out. */
export type Gift = Pick<Assignment, 'roleId' | 'permission' | 'scope' | 'conditions' | 'expiresAt'>

/** Does the one hold wherever, whenever and under whatever the other would? */
function isAsWide(held: Assignment, gift: Gift, policy: Policy): boolean {
  const lasts = !held.expiresAt || (gift.expiresAt !== undefined && gift.expiresAt <= held.expiresAt)
  const given = gift.conditions ?? []
  const asksNoMore = (held.conditions ?? []).every((condition) => given.some((other) => isDeepStrictEqual(condition, other)))
  return lasts && asksNoMore && isWithin(gift.scope, held.scope, policy)
}

export type Granter = Pick<Question, 'principal' | 'policy' | 'environment' | 'now'>

function holdsAsWide(granter: Granter, gift: Gift, permission: string): boolean {
  const { principal, policy, now } = granter
  if (barOf(granter)) return false
  const holds = grantsOf(
    principal,
    policy,
  )(permission).some(({ assignment }) => inForce(assignment, now) && isAsWide(assignment, gift, policy))
  return holds && (!principal.maker || holdsAsWide({ ...granter, principal: principal.maker }, gift, permission))
}

/** Which permissions of a gift somebody does not hold as wide, as long and under as few conditions. A wildcard takes a wildcard as wide. */
export const notHeldAsWide = (holder: Granter, gift: Gift): string[] =>
  permissionsOf(gift, holder.policy).filter((permission) => !holdsAsWide(holder, gift, permission))

/** Whoever defines what permissions the organization has for applications of its own hands them out, too; it guards nothing of ours. */
const DEFINING = 'roles:create'

/** Which permissions of a gift its giver does not hold like that, and so may not hand out. */
export const notHeld = (granter: Granter, gift: Gift): string[] =>
  notHeldAsWide(granter, gift).filter((permission) => !(isOwn(permission) && holdsAsWide(granter, gift, DEFINING)))
