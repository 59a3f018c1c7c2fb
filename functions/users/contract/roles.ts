import * as z from 'zod'
import { endpoint } from '../../../shared/endpoint.ts'
import { LAST_ADMIN, ROLE_UNKNOWN, TOO_MANY_ASSIGNMENTS } from '../problems.ts'
import { params, RoleIds } from './fields.ts'
import { AssignedRole, User } from './schemas.ts'

export const setUserRoles = endpoint({
  route: 'PUT /api/v1/users/{id}/roles',
  summary: 'Gives a user exactly these roles in the organization.',
  description: 'Nobody grants, or takes away, what they do not hold themselves.',
  permission: 'role_assignments:update',
  params,
  body: z.object({ roleIds: RoleIds }),
  reply: User,
  fails: ['DELETED', ROLE_UNKNOWN, LAST_ADMIN, TOO_MANY_ASSIGNMENTS, 'VERSION_CONFLICT'],
  writes: ['USER'],
  fresh: 'when an administrator role is given or taken',
})

export const listUserRoles = endpoint({
  route: 'GET /api/v1/users/{id}/roles',
  summary: 'Lists the roles of a user, their own and those of their groups: where they hold, until when, and who gave them.',
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
