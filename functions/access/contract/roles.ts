import * as z from 'zod'
import { endpoint } from '../../../shared/endpoint.ts'
import { historyEndpoint } from '../../../shared/resource/history-event.ts'
import { DisplayName, Id, orNull, PageQuery, PermissionName, RoleId, Timestamp } from '../../../shared/schema.ts'
import { PERMISSION_UNKNOWN, SYSTEM_ROLE, TOO_MANY_ROLES } from '../problems.ts'

/** One of those that every organization of its type has, and nobody changes. */
const SystemRole = z.object({
  id: RoleId,
  name: z.string(),
  displayName: z.string(),
  description: z.string(),
  /** `users:*` stands for every action on users. */
  permissions: z.array(PermissionName),
  isSystem: z.literal(true),
})

/** One of the organization's own. */
const OwnRole = SystemRole.extend({
  isSystem: z.literal(false),
  organizationId: Id('org'),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  deletedAt: orNull(Timestamp),
  version: z.number().int(),
})

export const Role = z.discriminatedUnion('isSystem', [SystemRole, OwnRole])

/** Each permission of an organization's own is looked up in the transaction, which has room for so many. */
const MAX_PERMISSIONS = 80

const params = z.object({ id: RoleId })
const Name = z.string().regex(/^[a-z][a-z0-9_]{0,49}$/, 'Use lower-case letters, digits and underscores, such as night_shift')
const Description = z.string().trim().max(1_000)
const Permissions = z.array(PermissionName).max(MAX_PERMISSIONS)

export const listRoles = endpoint({
  route: 'GET /api/v1/roles',
  summary: 'Lists the roles that can be given in this organization, with what each allows: those of the system, then its own.',
  description: 'A search (`q`) finds its own roles by the beginnings of the words of their names; it trails a change by about a second.',
  permission: 'roles:read',
  query: z.object({ ...PageQuery, q: z.string().trim().min(1).max(100).optional() }),
  reply: Role,
  list: true,
  fails: ['INVALID_CURSOR'],
  reads: ['ROLE'],
})

export const createRole = endpoint({
  route: 'POST /api/v1/roles',
  summary: 'Makes a role of the organization’s own.',
  description: 'Nobody makes a role of permissions that they do not hold themselves. `users:*` and `*:*` stand for all that they cover.',
  permission: 'roles:create',
  body: z.object({ name: Name, displayName: DisplayName, description: Description.optional(), permissions: Permissions }),
  status: 201,
  reply: Role,
  fails: ['NAME_TAKEN', PERMISSION_UNKNOWN, TOO_MANY_ROLES],
  reads: ['GUARD#PERMISSION_NAME'],
  writes: ['ROLE'],
})

export const getRole = endpoint({
  route: 'GET /api/v1/roles/{id}',
  summary: 'Reads a role.',
  permission: 'roles:read',
  params,
  reply: Role,
  fails: ['DELETED'],
  reads: ['ROLE'],
})

const changes = { permission: 'roles:update', params, reply: Role, fails: ['DELETED', SYSTEM_ROLE, 'VERSION_CONFLICT'] } as const

export const updateRole = endpoint({
  route: 'PATCH /api/v1/roles/{id}',
  summary: 'Changes what a role is called, or is for, by a JSON merge patch (RFC 7396): null empties the description.',
  ...changes,
  body: z.object({ displayName: DisplayName.optional(), description: Description.nullish() }),
  writes: ['ROLE'],
})

export const setRolePermissions = endpoint({
  route: 'PUT /api/v1/roles/{id}/permissions',
  summary: 'Gives a role exactly these permissions, for everybody who holds it, from their next request on.',
  description: 'Nobody adds to a role, or takes from it, what they do not hold themselves in the whole organization.',
  ...changes,
  body: z.object({ permissions: Permissions }),
  fails: [...changes.fails, PERMISSION_UNKNOWN],
  reads: ['GUARD#PERMISSION_NAME'],
  writes: ['ROLE'],
})

export const deleteRole = endpoint({
  route: 'DELETE /api/v1/roles/{id}',
  summary: 'Removes a role: whoever holds it loses it at their next request.',
  description: 'Nobody removes a role of permissions that they do not hold themselves.',
  permission: 'roles:delete',
  params,
  status: 204,
  fails: ['DELETED', SYSTEM_ROLE, 'VERSION_CONFLICT'],
  writes: ['ROLE'],
})

export const listRoleHistory = historyEndpoint({ route: 'GET /api/v1/roles/{id}/history', of: 'a role', params, entity: 'ROLE' })
