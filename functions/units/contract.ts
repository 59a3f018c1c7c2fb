import * as z from 'zod'
import { endpoint } from '../../shared/endpoint.ts'
import { historyEndpoint } from '../../shared/resource/history-event.ts'
import { Id, OrganizationName, orNull, PageQuery, Timestamp } from '../../shared/schema.ts'
import { OWNER_UNKNOWN } from './problems.ts'

export const Unit = z.object({
  id: Id('unit'),
  organizationId: Id('org'),
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
const owned = { reads: ['USER'], writes: ['UNIT'] } as const

export const listUnits = endpoint({
  route: 'GET /api/v1/units',
  summary: 'Lists the units of the organization, or finds them by the beginnings of the words of their names.',
  permission: 'units:read',
  query: z.object({ ...PageQuery, q: z.string().trim().min(1).max(100).optional(), ownerId: Id('usr').optional() }),
  reply: Unit,
  list: true,
  reads: ['UNIT'],
})

export const createUnit = endpoint({
  route: 'POST /api/v1/units',
  summary: 'Makes a unit, and tells whoever is to look after it.',
  permission: 'units:create',
  body: z.object({ name: OrganizationName, description: Description.optional(), ownerId: Id('usr') }),
  status: 201,
  reply: Unit,
  fails: ['NAME_TAKEN', OWNER_UNKNOWN],
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
  permission: 'units:update',
  params,
  body: z.object({ name: OrganizationName.optional(), description: Description.nullish(), ownerId: Id('usr').optional() }),
  reply: Unit,
  fails: ['DELETED', 'NAME_TAKEN', OWNER_UNKNOWN],
  ...owned,
})

export const deleteUnit = endpoint({
  route: 'DELETE /api/v1/units/{id}',
  summary: 'Removes a unit.',
  permission: 'units:delete',
  params,
  status: 204,
  fails: ['DELETED'],
  writes: ['UNIT'],
})

export const listUnitHistory = historyEndpoint({ route: 'GET /api/v1/units/{id}/history', of: 'a unit', params, entity: 'UNIT' })
