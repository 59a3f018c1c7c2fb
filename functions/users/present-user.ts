import type * as z from 'zod'
import type { Assignment, Policy } from '../../shared/access/model.ts'
import { invitationEnds } from '../../shared/identity/codes.ts'
import type { AssignedRole, Invitation, User as UserReply } from './contract.ts'
import { awaitsReapproval, type User } from './user.ts'

const roleOf = ({ roleId = '', scope, expiresAt }: Assignment, policy: Policy) => ({
  id: roleId,
  name: policy.role(roleId)?.name ?? roleId,
  scope,
  expiresAt: expiresAt ?? null,
})

const withRole = (user: User) => user.assignments.filter(({ roleId }) => roleId !== undefined)

/** A user as others may see them: what the contract does not name stays inside. */
export function toUser(user: User, { policy }: { policy: Policy }): z.input<typeof UserReply> {
  const roles = withRole(user).map((assignment) => roleOf(assignment, policy))
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

/** A user's roles with where they come from. */
export const toAssignedRoles = (user: User, policy: Policy): z.input<typeof AssignedRole>[] =>
  withRole(user).map((assignment) => ({
    ...roleOf(assignment, policy),
    displayName: policy.role(assignment.roleId ?? '')?.displayName ?? '',
    assignmentId: assignment.id,
    grantedBy: assignment.grantedBy,
    grantedAt: assignment.createdAt,
  }))
