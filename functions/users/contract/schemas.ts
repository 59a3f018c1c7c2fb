import * as z from 'zod'
import { Scope } from '../../../shared/access/schema.ts'
import { Id, orNull, RoleId, Timestamp } from '../../../shared/schema.ts'

export const Status = z.enum(['invited', 'active', 'disabled', 'locked'])

export const UserRole = z.object({ id: RoleId, name: z.string(), scope: Scope, expiresAt: orNull(Timestamp) })

export const User = z.object({
  id: Id('usr'),
  organizationId: Id('org'),
  email: z.string(),
  emailVerified: z.boolean(),
  firstName: z.string(),
  lastName: z.string(),
  name: z.string(),
  phone: orNull(z.string()),
  department: orNull(z.string()),
  profileImage: orNull(z.string()),
  employmentEquity: orNull(z.string()),
  /** Where in the organization they are; null where nobody said. */
  unitId: orNull(Id('unit')),
  /** The language they read, as an IETF BCP 47 tag: mails and notifications come in it where the product speaks it (en, de), else in English. */
  locale: z.string().default('en'),
  status: Status,
  lockReason: orNull(z.string()),
  /** The name of the first role. */
  role: orNull(z.string()),
  roles: z.array(UserRole),
  mfaEnabled: z.boolean(),
  /** The account was recovered: the user stands still here until an administrator approves them again. */
  reapprovalRequired: z.boolean(),
  preferences: z.record(z.string(), z.unknown()),
  metadata: z.record(z.string(), z.unknown()),
  lastLoginAt: orNull(Timestamp),
  lastLoginIp: orNull(z.string()),
  loginCount: z.number().int(),
  createdAt: Timestamp,
  createdBy: z.string(),
  updatedAt: Timestamp,
  deletedAt: orNull(Timestamp),
  version: z.number().int(),
})

/** Somebody who was invited and has not accepted yet. */
export const Invitation = User.extend({
  invitedAt: Timestamp,
  /** Seven days later; sending it again begins anew. */
  expiresAt: Timestamp,
  expired: z.boolean(),
})

export const AssignedRole = UserRole.extend({
  displayName: z.string(),
  /** From a group that the user is in up to the one that was given the role; empty where it is the user's own. */
  groups: z.array(Id('grp')),
  assignmentId: Id('asg'),
  grantedBy: z.string(),
  grantedAt: Timestamp,
})
