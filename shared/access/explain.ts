import { holds } from './condition.ts'
import { barOf, covers, decide, type Grant, grantsOf, inForce, type Question, reaches } from './evaluate.ts'
import type { Condition, Principal, Resource, Scope } from './model.ts'
import type { Role } from './system-roles.ts'

/** Why somebody may not do something, and the least that would let them. */

/** One thing to give to somebody: a permission, a role, or a place in a group. */
export type Remedy = { to: string } & ({ permission: string; scope: Scope } | { roleId: string; scope: Scope } | { groupId: string })

/** What may be offered, which is what whoever asks may see. */
export interface Offers {
  roles: readonly Role[]
  groupIds: readonly string[]
}

/** A grant of the right thing that does not hold here, and why not. */
export interface NearMiss {
  assignmentId: string
  permission: string
  scope: Scope
  because: 'expired' | 'scope' | 'condition'
  /** Those that do not hold. */
  conditions?: readonly Condition[]
}

/** The narrowest scope that reaches the resource. */
export function narrowest(resource: Resource | undefined): Scope {
  if (resource?.id !== undefined) return { type: 'resource', resourceType: resource.type, id: resource.id }
  return resource?.unitId === undefined ? { type: 'organization' } : { type: 'unit', id: resource.unitId }
}

const given = (principal: Principal, gift: { permission: string } | { roleId: string }, scope: Scope): Principal => ({
  ...principal,
  assignments: [...principal.assignments, { id: 'asg_offered', ...gift, scope, grantedBy: '', createdAt: '' }],
})

/** What would each let one principal do it, as far as their own grants go; nothing is needed where they can. */
function remediesOf(question: Question, { roles, groupIds }: Offers): Remedy[] | undefined {
  const { maker: _, ...principal } = question.principal
  const allows = (as: Principal) => decide({ ...question, principal: as }).allowed
  if (allows(principal)) return undefined
  const { permission, resource } = question
  const [to, scope] = [principal.id, narrowest(resource)]
  const covering = roles.filter((role) => role.permissions.some((each) => covers(each, permission)))
  const joined = (groupId: string) => ({ ...principal, groupIds: [...(principal.groupIds ?? []), groupId] })
  return [
    ...(allows(given(principal, { permission }, scope)) ? [{ to, permission, scope }] : []),
    ...covering.map(({ id }) => id).flatMap((roleId) => (allows(given(principal, { roleId }, scope)) ? [{ to, roleId, scope }] : [])),
    ...groupIds.flatMap((groupId) => (allows(joined(groupId)) ? [{ to, groupId }] : [])),
  ]
}

/**
 * The smallest sets of grants of which each would let the principal do it: one grant, or for a service one for it and one for its maker
 * where both lack it. None where no grant would: outside a guest's hours, say. The narrowest scope that suffices is offered.
 */
export function remediesFor(question: Question, offers: Offers): Remedy[][] {
  if (barOf(question)) return []
  const own = remediesOf(question, offers)?.map((remedy) => [remedy]) ?? [[]]
  const { maker } = question.principal
  if (!maker) return own
  const makers = remediesFor({ ...question, principal: maker }, offers)
  return own.flatMap((mine) => makers.map((theirs) => [...mine, ...theirs]))
}

function missOf({ assignment, permission }: Grant, question: Question): NearMiss {
  const { id, scope, conditions = [] } = assignment
  const told = { assignmentId: id, permission, scope }
  if (!inForce(assignment, question.now)) return { ...told, because: 'expired' }
  if (!reaches(scope, question.resource, question.policy)) return { ...told, because: 'scope' }
  return { ...told, because: 'condition', conditions: conditions.filter((condition) => !holds(condition, question)) }
}

/** What the principal holds of it, and why that does not hold here; of a decision that is a denial for want of a grant. */
export const nearMissesOf = (question: Question): NearMiss[] =>
  grantsOf(question.principal, question.policy, question.permission).map((grant) => missOf(grant, question))
