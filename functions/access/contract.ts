import * as z from 'zod'
import { endpoint } from '../../shared/endpoint.ts'
import { PermissionName, RoleId } from '../../shared/schema.ts'

export const Role = z.object({
  id: RoleId,
  name: z.string(),
  displayName: z.string(),
  description: z.string(),
  /** `users:*` stands for every action on users. */
  permissions: z.array(PermissionName),
  /** One of those that every organization of its type has, and nobody changes. */
  isSystem: z.boolean(),
})

export const listRoles = endpoint({
  route: 'GET /api/v1/roles',
  summary: 'Lists the roles that can be given to users of this organization, with what each allows.',
  permission: 'roles:read',
  reply: Role,
  list: true,
})
