import type * as z from 'zod'
import { reaching } from '../../shared/access/evaluate.ts'
import type { Assignment, Policy } from '../../shared/access/model.ts'
import { invitationEnds } from '../../shared/identity/codes.ts'
import type { AssignedRole, Invitation, User as UserReply } from './contract.ts'
import { awaitsReapproval, type User } from './user.ts'

/** Roles as they were given; of a role that was removed nothing is left. */
function rolesOf({ roleId, scope, expiresAt }: Assignment, policy: Policy) {
  const role = roleId === undefined ? undefined : policy.role(roleId)
  return role ? [{ id: role.id, name: role.name, scope, expiresAt: expiresAt ?? null }] : []
}

/** A user as others may see them: what the contract does not name stays inside. */
export function toUser(user: User, { policy }: { policy: Policy }): z.input<typeof UserReply> {
  const roles = user.assignments.flatMap((assignment) => rolesOf(assignment, policy))
  const { assignments: _assignments, kind: _kind, invitedAt: _invitedAt, ...fields } = user
  const derived = { name: `${user.firstName} ${user.lastName}`, reapprovalRequired: awaitsReapproval(user) }
  return { ...fields, ...derived, role: roles[0]?.name ?? null, roles } as z.input<typeof UserReply>
}

/** Whoever is invited, and until when the link is good. */
export function toInvitation(user: User, { policy, now }: { policy: Policy; now: string }): z.input<typeof Invitation> {
  const { invitedAt = user.createdAt } = user
  const expiresAt = invitationEnds(invitedAt)
  return { ...toUser(user, { policy }), invitedAt, expiresAt, expired: expiresAt <= now }
}

/** A user's roles with where they come from: their own, and those of their groups and the groups above. */
export const toAssignedRoles = (user: User, policy: Policy): z.input<typeof AssignedRole>[] =>
  [...reaching(user, policy)].flatMap(({ assignment, groups }) =>
    rolesOf(assignment, policy).map((role) => ({
      ...role,
      displayName: policy.role(role.id)?.displayName ?? '',
      groups: [...groups],
      assignmentId: assignment.id,
      grantedBy: assignment.grantedBy,
      grantedAt: assignment.createdAt,
    })),
  )
