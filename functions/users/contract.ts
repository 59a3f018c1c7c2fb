import * as z from 'zod'
import { endpoint } from '../../shared/endpoint.ts'
import { Session } from '../../shared/identity/session-schema.ts'
import { Email, Id, Locale, orNull, PageQuery, PersonName, Phone, RoleId, Timestamp } from '../../shared/schema.ts'
import { AuditEntry } from '../audit/contract.ts'
import { FreeForm } from './free-form.ts'

const MAX_ROLES = 20

const Department = z.string().trim().min(1).max(100)
const ProfileImage = z.url({ protocol: /^https$/, message: 'Must be an https:// address' }).max(2_000)
const EmploymentEquity = z.string().trim().min(1).max(50)
const RoleIds = z
  .array(RoleId)
  .max(MAX_ROLES)
  .transform((ids) => [...new Set(ids)])
const Reason = z.string().trim().min(1).max(500)

export const Status = z.enum(['invited', 'active', 'disabled', 'locked'])
const Scope = z.object({ type: z.literal('organization') })

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
  assignmentId: Id('asg'),
  grantedBy: z.string(),
  grantedAt: Timestamp,
})

const Side = z.object({ old: z.unknown().optional(), new: z.unknown().optional() })

export const UserEvent = z.object({
  id: Id('evt'),
  type: z.string(),
  version: z.number().int(),
  timestamp: Timestamp,
  data: z.record(z.string(), z.unknown()),
  changes: z.record(z.string(), Side),
  actor: z.object({ id: z.string(), kind: z.string(), name: orNull(z.string()) }),
  requestId: z.string(),
  correlationId: z.string(),
})

const params = z.object({ id: Id('usr') })
const page = z.object(PageQuery)

export const listUsers = endpoint({
  route: 'GET /api/v1/users',
  summary: 'Lists the users of the organization, or finds them by the beginnings of their names or mail address.',
  description:
    'A search (`q`) finds those of whom every word begins a name or the mail address, whatever its case and accents. Searches and the list of a role trail a change by about a second.',
  permission: 'users:read',
  query: z.object({ ...PageQuery, q: z.string().trim().min(1).max(100).optional(), status: Status.optional(), roleId: RoleId.optional() }),
  reply: User,
  list: true,
  fails: ['INVALID_CURSOR'],
  reads: ['USER'],
})

export const createUser = endpoint({
  route: 'POST /api/v1/users',
  summary: 'Adds a person to the organization and invites them by mail.',
  description:
    'Without `roleIds` the person gets the role `basic_user`. Nobody grants what they do not hold themselves. Until accepted, the invited user has an id of their own; whoever has an account already is a user under that one afterwards.',
  permission: 'users:create',
  body: z.object({
    email: Email,
    firstName: PersonName,
    lastName: PersonName,
    phone: Phone.optional(),
    department: Department.optional(),
    profileImage: ProfileImage.optional(),
    employmentEquity: EmploymentEquity.optional(),
    locale: Locale.optional(),
    preferences: FreeForm.optional(),
    metadata: FreeForm.optional(),
    roleIds: RoleIds.optional(),
  }),
  status: 201,
  reply: User,
  fails: ['EMAIL_TAKEN', 'ROLE_UNKNOWN'],
  fresh: 'when an administrator role is given',
  keyring: true,
  writes: ['USER'],
})

export const getUser = endpoint({
  route: 'GET /api/v1/users/{id}',
  summary: 'Reads a user.',
  permission: 'users:read',
  params,
  reply: User,
  fails: ['DELETED'],
  reads: ['USER'],
})

const changes = {
  fails: ['DELETED', 'EMAIL_TAKEN', 'INVALID_TRANSITION', 'PERSON_OF_SEVERAL', 'VERSION_CONFLICT'],
  writes: ['USER', 'SIGNALS'],
  lookupReads: ['PERSON'],
  keyring: true,
  fresh: 'when the mail address changes',
} as const

export const replaceUser = endpoint({
  route: 'PUT /api/v1/users/{id}',
  summary: 'Replaces all writable fields of a user; those left out are emptied.',
  permission: 'users:update',
  params,
  body: z.object({
    email: Email,
    firstName: PersonName,
    lastName: PersonName,
    phone: Phone.nullish(),
    department: Department.nullish(),
    profileImage: ProfileImage.nullish(),
    employmentEquity: EmploymentEquity.nullish(),
    locale: Locale.nullish(),
    preferences: FreeForm.nullish(),
    metadata: FreeForm.nullish(),
  }),
  reply: User,
  ...changes,
})

export const updateUser = endpoint({
  route: 'PATCH /api/v1/users/{id}',
  summary: 'Changes a user by a JSON merge patch (RFC 7396): null empties a field.',
  description:
    'An invitation follows its address. The address of a member who belongs here alone stays until they have proven the next one, with a code that is mailed there; whoever belongs to several organizations changes it themselves (`POST /auth/email/change`). It takes every permission that the user holds.',
  permission: 'users:update',
  params,
  body: z.object({
    email: Email.optional(),
    firstName: PersonName.optional(),
    lastName: PersonName.optional(),
    phone: Phone.nullish(),
    department: Department.nullish(),
    profileImage: ProfileImage.nullish(),
    employmentEquity: EmploymentEquity.nullish(),
    locale: Locale.nullish(),
    preferences: FreeForm.nullish(),
    metadata: FreeForm.nullish(),
  }),
  reply: User,
  ...changes,
})

/** Ends the sessions that the user began here, too. */
const shuttingOut = { writes: ['USER', 'SESSION'], lookups: ['SESSION_STATE'], fresh: 'when the user is an administrator' } as const

export const deleteUser = endpoint({
  route: 'DELETE /api/v1/users/{id}',
  summary: 'Removes a user, whose sessions here end at once. They can be restored for 30 days.',
  permission: 'users:delete',
  params,
  status: 204,
  fails: ['DELETED', 'LAST_ADMIN', 'VERSION_CONFLICT'],
  ...shuttingOut,
  lookups: ['PERSON_PLACE', 'SESSION_STATE'],
  keyring: true,
  ending: 'open',
})

export const restoreUser = endpoint({
  route: 'POST /api/v1/users/{id}/restore',
  summary:
    'Brings a removed user back, as they were; one who left, never accepted, or belongs to another organization by now is invited again.',
  permission: 'users:delete',
  params,
  reply: User,
  fails: ['DELETED', 'EMAIL_TAKEN', 'INVALID_TRANSITION', 'VERSION_CONFLICT'],
  keyring: true,
  writes: ['USER'],
  lookups: ['PERSON_PLACE'],
  fresh: 'when an administrator role is given',
})

export const setUserRoles = endpoint({
  route: 'PUT /api/v1/users/{id}/roles',
  summary: 'Gives a user exactly these roles in the organization.',
  description: 'Nobody grants, or takes away, what they do not hold themselves.',
  permission: 'role_assignments:update',
  params,
  body: z.object({ roleIds: RoleIds }),
  reply: User,
  fails: ['DELETED', 'ROLE_UNKNOWN', 'LAST_ADMIN', 'VERSION_CONFLICT'],
  writes: ['USER'],
  fresh: 'when an administrator role is given or taken',
})

const transition = { permission: 'users:update', params, reply: User, writes: ['USER'] } as const

export const activateUser = endpoint({
  route: 'POST /api/v1/users/{id}/activate',
  summary: 'Lets a deactivated user in again.',
  ...transition,
  fails: ['DELETED', 'INVALID_TRANSITION', 'VERSION_CONFLICT'],
})

export const deactivateUser = endpoint({
  route: 'POST /api/v1/users/{id}/deactivate',
  summary: 'Keeps a user out of this organization until activated again, in force at their next request.',
  ...transition,
  ...shuttingOut,
  fails: ['DELETED', 'INVALID_TRANSITION', 'LAST_ADMIN', 'VERSION_CONFLICT'],
  ending: 'open',
})

export const lockUser = endpoint({
  route: 'POST /api/v1/users/{id}/lock',
  summary: 'Locks a user out of this organization, for a reason that they are told, in force at their next request.',
  ...transition,
  ...shuttingOut,
  body: z.object({ reason: Reason }),
  fails: ['DELETED', 'INVALID_TRANSITION', 'LAST_ADMIN', 'VERSION_CONFLICT'],
  ending: 'open',
})

export const unlockUser = endpoint({
  route: 'POST /api/v1/users/{id}/unlock',
  summary: 'Lifts the lock of a user.',
  ...transition,
  fails: ['DELETED', 'INVALID_TRANSITION', 'VERSION_CONFLICT'],
})

export const resetUserPassword = endpoint({
  route: 'POST /api/v1/users/{id}/reset-password',
  summary: 'Asks a user to choose a new password: they get a mail, and nothing else changes.',
  description: 'The mail goes to the address that the person proved. It takes every permission that the user holds.',
  ...transition,
  fresh: true,
  fails: ['DELETED', 'INVALID_TRANSITION', 'VERSION_CONFLICT'],
})

export const resetUserMfa = endpoint({
  route: 'POST /api/v1/users/{id}/reset-mfa',
  summary: "Removes a user's second factor, for instance after a lost phone, and ends all their sessions.",
  description:
    'They sign in with the password alone then, and are told by mail. It takes that the user belongs to this organization alone, and every permission that they hold.',
  ...transition,
  fresh: true,
  lookupReads: ['PERSON'],
  fails: ['DELETED', 'INVALID_TRANSITION', 'PERSON_OF_SEVERAL', 'VERSION_CONFLICT'],
})

export const reapproveUser = endpoint({
  route: 'POST /api/v1/users/{id}/reapprove',
  summary: 'Lets a user go on here whose account was recovered.',
  description: 'Ask them in person first whether it was they. It takes every permission that the user holds; nobody approves themselves.',
  ...transition,
  fresh: true,
  lookupReads: ['PERSON'],
  fails: ['DELETED', 'INVALID_TRANSITION', 'VERSION_CONFLICT'],
})

export const refuseRecovery = endpoint({
  route: 'DELETE /api/v1/users/{id}/recovery',
  summary: 'Objects to the recovery of a lost second factor that a user waits for, which ends it.',
  description: 'The user is told by mail, and can ask again.',
  permission: 'users:update',
  params,
  status: 204,
  fails: ['DELETED', 'INVALID_TRANSITION'],
  reads: ['USER'],
  writes: ['SIGNALS'],
  lookups: ['RECOVERY'],
  ending: 'open',
})

export const inviteUser = endpoint({
  route: 'POST /api/v1/users/{id}/invite',
  summary: 'Sends the invitation again, with a new link; the old one ends at once.',
  ...transition,
  permission: 'users:create',
  fails: ['DELETED', 'INVALID_TRANSITION', 'VERSION_CONFLICT'],
})

export const listUserRoles = endpoint({
  route: 'GET /api/v1/users/{id}/roles',
  summary: 'Lists the roles of a user, and who gave them.',
  permission: 'users:read',
  params,
  reply: AssignedRole,
  list: true,
  fails: ['DELETED'],
  reads: ['USER'],
})

export const listUserPermissions = endpoint({
  route: 'GET /api/v1/users/{id}/permissions',
  summary: 'Lists everything a user may do now, by name; `users:*` stands for every action on users.',
  permission: 'users:read',
  params,
  reply: z.string(),
  list: true,
  fails: ['DELETED'],
  reads: ['USER'],
})

export const listUserSessions = endpoint({
  route: 'GET /api/v1/users/{id}/sessions',
  summary: 'Lists the sessions that a user began in this organization, newest first.',
  permission: 'users:read',
  params,
  reply: Session,
  list: true,
  fails: ['DELETED'],
  reads: ['USER'],
  lookupReads: ['SESSION'],
})

export const endUserSessions = endpoint({
  route: 'DELETE /api/v1/users/{id}/sessions',
  summary: 'Ends every session that a user began in this organization, in force at the next request.',
  permission: 'users:update',
  params,
  status: 204,
  fails: ['DELETED'],
  reads: ['USER'],
  writes: ['SESSION'],
  lookups: ['SESSION_STATE'],
  ending: 'open',
})

export const listUserHistory = endpoint({
  route: 'GET /api/v1/users/{id}/history',
  summary: 'Lists everything that happened to a user, newest first.',
  permission: 'audit:read',
  params,
  query: page,
  reply: UserEvent,
  list: true,
  fails: ['INVALID_CURSOR'],
  reads: ['USER'],
})

export const listInvitations = endpoint({
  route: 'GET /api/v1/invitations',
  summary: 'Lists the users who were invited and have not accepted yet, newest first; those whose invitation has expired too.',
  permission: 'users:read',
  query: page,
  reply: Invitation,
  list: true,
  fails: ['INVALID_CURSOR'],
  reads: ['USER'],
})

export const withdrawInvitation = endpoint({
  route: 'DELETE /api/v1/invitations/{id}',
  summary: 'Withdraws an invitation: its link no longer works, the invited user is removed, and the address is free.',
  permission: 'users:create',
  params,
  status: 204,
  fails: ['DELETED', 'INVALID_TRANSITION', 'VERSION_CONFLICT'],
  keyring: true,
  writes: ['USER'],
  ending: 'open',
})

export const listUserActivity = endpoint({
  route: 'GET /api/v1/users/{id}/activity',
  summary: 'Lists what a user did, newest first: their entries in the audit log.',
  permission: 'audit:read',
  params,
  query: page,
  reply: AuditEntry,
  list: true,
  fails: ['INVALID_CURSOR'],
  reads: ['USER', 'AUDIT'],
})
