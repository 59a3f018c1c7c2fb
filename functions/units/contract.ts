import * as z from 'zod'
import { endpoint } from '../../shared/endpoint.ts'
import { historyEndpoint } from '../../shared/resource/history-event.ts'
import { Id, OrganizationName, orNull, PageQuery, Timestamp } from '../../shared/schema.ts'
import { TOO_MANY_ASSIGNMENTS, User } from '../users/contract.ts'
import { OWNER_UNKNOWN, PARENT_UNKNOWN } from './problems.ts'

export const Unit = z.object({
  id: Id('unit'),
  organizationId: Id('org'),
  /** The unit that it lies under; null at the top. */
  parentId: orNull(Id('unit')),
  /** The ids from the top down to its own. */
  path: z.array(Id('unit')),
  /** 1 at the top. */
  hierarchyLevel: z.number().int(),
  name: z.string(),
  description: orNull(z.string()),
  ownerId: Id('usr'),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  deletedAt: orNull(Timestamp),
  version: z.number().int(),
})

const params = z.object({ id: Id('unit') })
const Description = z.string().trim().min(1).max(1_000)
const owned = { writes: ['UNIT', 'UNIT_NAMES', 'USER', 'SIGNALS'] } as const

const OWNED = 'Whoever looks after it holds the role `unit_owner` there, so it takes every permission of that role.'

export const listUnits = endpoint({
  route: 'GET /api/v1/units',
  summary: 'Lists the units of the organization, or finds them by the beginnings of the words of their names.',
  permission: 'units:read',
  within: 'anywhere',
  query: z.object({
    ...PageQuery,
    q: z.string().trim().min(1).max(100).optional(),
    ownerId: Id('usr').optional(),
    parentId: Id('unit').optional(),
  }),
  reply: Unit,
  list: true,
  reads: ['UNIT'],
})

export const createUnit = endpoint({
  route: 'POST /api/v1/units',
  summary: 'Makes a unit, at the top or under another one, and tells whoever is to look after it.',
  description: `There can be ten levels. No two units under the same one are called alike, nor any two of the organization where its settings say so. ${OWNED}`,
  permission: 'units:create',
  within: { type: 'unit', unit: 'parentId' },
  body: z.object({ name: OrganizationName, description: Description.optional(), ownerId: Id('usr'), parentId: Id('unit').optional() }),
  status: 201,
  reply: Unit,
  fails: ['NAME_TAKEN', OWNER_UNKNOWN, PARENT_UNKNOWN, 'TOO_DEEP', TOO_MANY_ASSIGNMENTS, 'VERSION_CONFLICT'],
  ...owned,
})

export const getUnit = endpoint({
  route: 'GET /api/v1/units/{id}',
  summary: 'Reads a unit.',
  permission: 'units:read',
  params,
  reply: Unit,
  fails: ['DELETED'],
  reads: ['UNIT'],
})

export const updateUnit = endpoint({
  route: 'PATCH /api/v1/units/{id}',
  summary: 'Changes a unit by a JSON merge patch (RFC 7396): null empties the description.',
  description: `To have it looked after by somebody else takes more: ${OWNED}`,
  permission: 'units:update',
  params,
  body: z.object({ name: OrganizationName.optional(), description: Description.nullish(), ownerId: Id('usr').optional() }),
  reply: Unit,
  fails: ['DELETED', 'NAME_TAKEN', OWNER_UNKNOWN, TOO_MANY_ASSIGNMENTS, 'VERSION_CONFLICT'],
  ...owned,
})

export const moveUnit = endpoint({
  route: 'POST /api/v1/units/{id}/move',
  summary: 'Moves a unit, with all that lies in it, under another one or to the top (`newParentId: null`).',
  description:
    'In force at the next request of everybody, however much lies in it. It takes the permission to update the unit and `units:create` where it goes to.',
  permission: 'units:update',
  params,
  body: z.object({ newParentId: Id('unit').nullable() }),
  reply: Unit,
  fails: ['CYCLE', 'DELETED', 'MOVE_IN_PROGRESS', 'NAME_TAKEN', PARENT_UNKNOWN, 'TOO_DEEP', 'VERSION_CONFLICT'],
  reads: ['ORGANIZATION'],
  writes: ['UNIT', 'JOB', 'SIGNALS'],
})

export const listUnitSubtree = endpoint({
  route: 'GET /api/v1/units/{id}/subtree',
  summary: 'Lists a unit and all below it, in the order of the tree: each before what lies under it.',
  permission: 'units:read',
  params,
  query: z.object(PageQuery),
  reply: Unit,
  list: true,
  fails: ['DELETED'],
  reads: ['UNIT'],
})

export const listUnitUsers = endpoint({
  route: 'GET /api/v1/units/{id}/users',
  summary: 'Lists the users of a unit, without those of the units below it.',
  description: 'Trails a change by about a second.',
  permission: 'users:read',
  params,
  query: z.object(PageQuery),
  reply: User,
  list: true,
  fails: ['DELETED'],
  reads: ['UNIT', 'USER'],
})

export const deleteUnit = endpoint({
  route: 'DELETE /api/v1/units/{id}',
  summary: 'Removes a unit in which nothing lies any more, neither units nor users.',
  permission: 'units:delete',
  params,
  status: 204,
  fails: ['DELETED', 'HAS_CHILDREN', 'VERSION_CONFLICT'],
  ...owned,
})

export const listUnitHistory = historyEndpoint({ route: 'GET /api/v1/units/{id}/history', of: 'a unit', params, entity: 'UNIT' })
