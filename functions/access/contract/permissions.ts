import * as z from 'zod'
import { endpoint } from '../../../shared/endpoint.ts'
import { DisplayName, Id, orNull, PageQuery, Timestamp } from '../../../shared/schema.ts'

export const Permission = z.object({
  /** Null for one of the product. */
  id: orNull(Id('prm')),
  name: z.string(),
  displayName: orNull(z.string()),
  /** What it lets its holder do. */
  description: z.string(),
  /** What it is about: its resource, unless it was given another one. */
  category: z.string(),
  isSystem: z.boolean(),
  createdAt: orNull(Timestamp),
})

/** One action: what stands for several is for roles and assignments. */
const Name = z
  .string()
  .max(100)
  .regex(/^[a-z][a-z0-9_]*:[a-z][a-z0-9_]*$/, 'Must look like resource:action, such as invoices:approve')

export const listPermissions = endpoint({
  route: 'GET /api/v1/permissions',
  summary: 'Lists every permission that there is here: those of the product by name, then the organization’s own.',
  permission: 'roles:read',
  query: z.object(PageQuery),
  reply: Permission,
  list: true,
  fails: ['INVALID_CURSOR'],
  reads: ['PERMISSION'],
})

export const createPermission = endpoint({
  route: 'POST /api/v1/permissions',
  summary: 'Adds a permission of the organization’s own, for its own applications to ask about.',
  description:
    'Its resource is none of the product’s. It guards nothing here by itself: roles and assignments give it, and `POST /access/evaluate` tells who holds it. Whoever may make roles may hand it out.',
  permission: 'roles:create',
  body: z.object({
    name: Name,
    description: z.string().trim().min(1).max(500),
    displayName: DisplayName.optional(),
    category: z.string().trim().min(1).max(50).optional(),
  }),
  status: 201,
  reply: Permission,
  fails: ['NAME_TAKEN'],
  writes: ['PERMISSION'],
})
