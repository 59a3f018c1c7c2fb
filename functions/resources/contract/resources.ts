import * as z from 'zod'
import { endpoint } from '../../../shared/endpoint.ts'
import { historyEndpoint } from '../../../shared/resource/history-event.ts'
import { Id, orNull, PageQuery, Timestamp } from '../../../shared/schema.ts'
import { RESOURCE_EXISTS, TYPE_UNKNOWN } from '../problems.ts'
import { OwnType } from './types.ts'

const AttributeName = z.string().regex(/^[a-z][A-Za-z0-9_]{0,49}$/, 'Must begin with a lower-case letter, such as costCentre')
const Scalar = z.union([z.string().max(200), z.number(), z.boolean()])
const Value = z.union([Scalar, z.array(Scalar).max(50)])
const few = (attributes: object) => Object.keys(attributes).length <= 50
const Attributes = z.record(AttributeName, Value).refine(few, 'At most 50 attributes')

/** A thing of the organization's own applications. In questions about access its `type` and `key` name it. */
export const Resource = z.object({
  id: Id('res'),
  organizationId: Id('org'),
  type: OwnType,
  key: z.string(),
  displayName: orNull(z.string()),
  ownerId: orNull(Id('usr')),
  unitId: orNull(Id('unit')),
  attributes: z.record(z.string(), Value),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  version: z.number().int(),
})

const params = z.object({ id: Id('res') })
const DisplayName = z.string().trim().min(1).max(200)
const writing = { reads: ['RESOURCE_TYPE', 'UNIT', 'USER'], writes: ['RESOURCE'] } as const

export const listResources = endpoint({
  route: 'GET /api/v1/access/resources',
  summary: 'Lists registered things, of a type or in a unit.',
  permission: 'resources:read',
  within: 'anywhere',
  query: z.object({ ...PageQuery, type: OwnType.optional(), unitId: Id('unit').optional() }),
  reply: Resource,
  list: true,
  reads: ['RESOURCE'],
})

export const createResource = endpoint({
  route: 'POST /api/v1/access/resources',
  summary: 'Registers a thing of a registered type, so that access to it can be decided by where it lies, whose it is and what it is like.',
  permission: 'resources:create',
  within: { type: 'resource', unit: 'unitId' },
  body: z.object({
    type: OwnType,
    /** What its application calls it. */
    key: z.string().min(1).max(128),
    displayName: DisplayName.optional(),
    ownerId: Id('usr').optional(),
    unitId: Id('unit').optional(),
    attributes: Attributes.default({}),
  }),
  status: 201,
  reply: Resource,
  fails: [RESOURCE_EXISTS, TYPE_UNKNOWN],
  ...writing,
})

export const getResource = endpoint({
  route: 'GET /api/v1/access/resources/{id}',
  summary: 'Reads a registered thing.',
  permission: 'resources:read',
  params,
  reply: Resource,
  fails: ['DELETED'],
  reads: ['RESOURCE'],
})

export const updateResource = endpoint({
  route: 'PATCH /api/v1/access/resources/{id}',
  summary: 'Changes a thing by a JSON merge patch (RFC 7396): null takes away owner, unit or an attribute.',
  permission: 'resources:update',
  params,
  body: z.object({
    displayName: DisplayName.nullish(),
    ownerId: Id('usr').nullish(),
    unitId: Id('unit').nullish(),
    attributes: z.record(AttributeName, Value.nullable()).refine(few, 'At most 50 attributes').optional(),
  }),
  reply: Resource,
  fails: ['DELETED'],
  ...writing,
})

export const deleteResource = endpoint({
  route: 'DELETE /api/v1/access/resources/{id}',
  summary: 'Takes a thing out.',
  permission: 'resources:delete',
  params,
  status: 204,
  fails: ['DELETED'],
  writes: ['RESOURCE'],
})

export const listResourceHistory = historyEndpoint({
  route: 'GET /api/v1/access/resources/{id}/history',
  of: 'a registered thing',
  params,
  entity: 'RESOURCE',
})
