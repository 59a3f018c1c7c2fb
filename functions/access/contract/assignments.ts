import * as z from 'zod'
import { Conditions, Scope } from '../../../shared/access/schema.ts'
import { endpoint } from '../../../shared/endpoint.ts'
import { historyEndpoint } from '../../../shared/resource/history-event.ts'
import { Id, orNull, PageQuery, PermissionName, RoleId, Timestamp } from '../../../shared/schema.ts'
import { ALREADY_ASSIGNED, LAST_ADMIN, ROLE_UNKNOWN, TOO_MANY_ASSIGNMENTS } from '../../users/contract.ts'
import { PERMISSION_UNKNOWN, SCOPE_UNKNOWN, SUBJECT_UNKNOWN } from '../problems.ts'

const SubjectId = z.union([Id('usr'), Id('grp'), Id('key')], { error: 'Must be the id of a user, a group or an API key' })

/** Who is given something. */
const Subject = z.discriminatedUnion('type', [
  z.object({ type: z.literal('user'), id: Id('usr') }),
  z.object({ type: z.literal('group'), id: Id('grp') }),
  z.object({ type: z.literal('api_key'), id: Id('key') }),
])

export const RoleAssignment = z.object({
  id: Id('asg'),
  organizationId: Id('org'),
  subject: Subject,
  /** Either a role or a single permission. */
  roleId: orNull(RoleId),
  permission: orNull(PermissionName),
  scope: Scope,
  expiresAt: orNull(Timestamp),
  /** All of them must hold, too. */
  conditions: Conditions,
  grantedBy: z.string(),
  createdAt: Timestamp,
  deletedAt: orNull(Timestamp),
  version: z.number().int(),
})

const params = z.object({ id: Id('asg') })

export const listRoleAssignments = endpoint({
  route: 'GET /api/v1/role-assignments',
  summary: 'Lists who was given what, where, until when and under which conditions.',
  description:
    'With `subjectId` it lists everything that a user, a group or an API key was given themselves, as of now. Without, it trails a change by about a second and lists what was given by `POST /role-assignments`; roles that users simply hold in the organization (`POST /users`, `PUT /users/{id}/roles`) are found by `GET /users?roleId=`. Filters combine, and only what lies where the caller may see it is shown: a page may be short and still have a nextCursor.',
  permission: 'role_assignments:read',
  within: 'anywhere',
  query: z.object({ ...PageQuery, subjectId: SubjectId.optional(), roleId: RoleId.optional() }),
  reply: RoleAssignment,
  list: true,
  fails: ['INVALID_CURSOR'],
  reads: ['ROLE_ASSIGNMENT', 'USER', 'GROUP', 'API_KEY'],
})

export const getRoleAssignment = endpoint({
  route: 'GET /api/v1/role-assignments/{id}',
  summary: 'Reads who was given what.',
  permission: 'role_assignments:read',
  params,
  reply: RoleAssignment,
  fails: ['DELETED'],
  reads: ['ROLE_ASSIGNMENT'],
})

const changes = {
  reads: ['ROLE', 'UNIT', 'GUARD#PERMISSION_NAME'],
  writes: ['ROLE_ASSIGNMENT', 'USER', 'GROUP', 'API_KEY'],
  lookups: ['DUE'],
  fresh: 'when an administrator role is given or taken',
} as const

export const createRoleAssignment = endpoint({
  route: 'POST /api/v1/role-assignments',
  summary:
    'Gives a user, an API key, or everybody in a group, a role or a permission: in a unit or a group with all below it, or for one resource.',
  description:
    'It holds from the next request on, and at most until `expiresAt`. Nobody gives what they do not hold themselves as wide, as long and under as few conditions, nor anything to who may do more than they. The permission is needed where the assignment is to hold.',
  permission: 'role_assignments:create',
  within: 'anywhere',
  body: z
    .object({
      subject: Subject,
      roleId: RoleId.optional(),
      permission: PermissionName.optional(),
      scope: Scope,
      expiresAt: Timestamp.optional(),
      conditions: Conditions.optional(),
    })
    .refine(({ roleId, permission }) => (roleId === undefined) !== (permission === undefined), {
      message: 'Give either a role or a permission',
      path: ['roleId'],
    }),
  status: 201,
  reply: RoleAssignment,
  fails: [ALREADY_ASSIGNED, PERMISSION_UNKNOWN, ROLE_UNKNOWN, SCOPE_UNKNOWN, SUBJECT_UNKNOWN, TOO_MANY_ASSIGNMENTS, 'VERSION_CONFLICT'],
  ...changes,
})

export const deleteRoleAssignment = endpoint({
  route: 'DELETE /api/v1/role-assignments/{id}',
  summary: 'Takes away what was given: it is held no more at the next request.',
  description: 'Nobody takes what they do not hold themselves, nor anything from who may do more than they.',
  permission: 'role_assignments:delete',
  params,
  status: 204,
  fails: ['DELETED', LAST_ADMIN, 'VERSION_CONFLICT'],
  ...changes,
})

export const listRoleAssignmentHistory = historyEndpoint({
  route: 'GET /api/v1/role-assignments/{id}/history',
  of: 'an assignment',
  params,
  entity: 'ROLE_ASSIGNMENT',
})
