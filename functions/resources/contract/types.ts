import * as z from 'zod'
import { endpoint } from '../../../shared/endpoint.ts'
import { historyEndpoint } from '../../../shared/resource/history-event.ts'
import { Id, orNull, PageQuery, PermissionName, Timestamp } from '../../../shared/schema.ts'
import { TYPE_TAKEN } from '../problems.ts'

export const OwnType = z.string().regex(/^[a-z][a-z_]{0,49}$/, 'Use lower-case letters and underscores, such as purchase_order')

const Description = z.string().trim().min(1).max(500)
const DisplayName = z.string().trim().min(1).max(100)
const Action = z.object({
  name: z.string().regex(/^[a-z][a-z_]{0,49}$/, 'Use lower-case letters and underscores, such as approve'),
  description: Description.optional(),
})
const Actions = z
  .array(Action)
  .max(20)
  .refine((actions) => new Set(actions.map(({ name }) => name)).size === actions.length, 'Name each action once')

export const ResourceType = z.object({
  id: Id('rty'),
  organizationId: Id('org'),
  type: OwnType,
  displayName: z.string(),
  description: orNull(z.string()),
  actions: z.array(z.object({ name: z.string(), permission: PermissionName, description: orNull(z.string()) })),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  version: z.number().int(),
})

const params = z.object({ id: Id('rty') })

export const listResourceTypes = endpoint({
  route: 'GET /api/v1/access/resource-types',
  summary: 'Lists the types of the organization’s own things, with what can be done with them.',
  permission: 'resource_types:read',
  query: z.object(PageQuery),
  reply: ResourceType,
  list: true,
  reads: ['RESOURCE_TYPE'],
})

export const createResourceType = endpoint({
  route: 'POST /api/v1/access/resource-types',
  summary: 'Registers a type of the organization’s own things; its actions become permissions such as `order:approve`.',
  permission: 'resource_types:create',
  body: z.object({ type: OwnType, displayName: DisplayName, description: Description.optional(), actions: Actions }),
  status: 201,
  reply: ResourceType,
  fails: [TYPE_TAKEN, 'NAME_TAKEN'],
  writes: ['RESOURCE_TYPE', 'PERMISSION'],
})

export const getResourceType = endpoint({
  route: 'GET /api/v1/access/resource-types/{id}',
  summary: 'Reads a type.',
  permission: 'resource_types:read',
  params,
  reply: ResourceType,
  fails: ['DELETED'],
  reads: ['RESOURCE_TYPE'],
})

export const updateResourceType = endpoint({
  route: 'PATCH /api/v1/access/resource-types/{id}',
  summary: 'Changes a type by a JSON merge patch (RFC 7396). Roles keep permissions whose action is gone.',
  permission: 'resource_types:update',
  params,
  body: z.object({ displayName: DisplayName.optional(), description: Description.nullish(), actions: Actions.optional() }),
  reply: ResourceType,
  fails: ['DELETED'],
  writes: ['RESOURCE_TYPE', 'PERMISSION'],
})

export const deleteResourceType = endpoint({
  route: 'DELETE /api/v1/access/resource-types/{id}',
  summary: 'Takes a type out: nothing of it is registered any more. What is registered stays until it is taken out itself.',
  permission: 'resource_types:delete',
  params,
  status: 204,
  fails: ['DELETED'],
  writes: ['RESOURCE_TYPE'],
})

export const listResourceTypeHistory = historyEndpoint({
  route: 'GET /api/v1/access/resource-types/{id}/history',
  of: 'a type',
  params,
  entity: 'RESOURCE_TYPE',
})
