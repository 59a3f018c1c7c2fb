import * as z from 'zod'
import { endpoint } from '../../../shared/endpoint.ts'
import { historyEndpoint } from '../../../shared/resource/history-event.ts'
import { Id, OrganizationName, orNull, PageQuery, RoleId, Timestamp } from '../../../shared/schema.ts'
import { GROUP_UNKNOWN, HAS_MEMBERS } from '../problems.ts'

export const Group = z.object({
  id: Id('grp'),
  organizationId: Id('org'),
  name: z.string(),
  description: orNull(z.string()),
  type: orNull(z.string()),
  /** The group that it lies under; null at the top. */
  parentId: orNull(Id('grp')),
  /** The ids of the groups above it, from the topmost, and its own. */
  path: z.array(Id('grp')),
  /** 1 at the top. */
  hierarchyLevel: z.number().int(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  deletedAt: orNull(Timestamp),
  version: z.number().int(),
})

const params = z.object({ id: Id('grp') })
const Description = z.string().trim().min(1).max(1_000)
const Type = z.string().trim().min(1).max(50)

export const listGroups = endpoint({
  route: 'GET /api/v1/groups',
  summary: 'Lists the groups that the caller may see, or finds them by the beginnings of the words of their names.',
  description: 'A search and the groups with a role (`roleId`) trail a change by about a second.',
  permission: 'groups:read',
  within: 'anywhere',
  query: z.object({
    ...PageQuery,
    q: z.string().trim().min(1).max(100).optional(),
    roleId: RoleId.optional(),
    parentId: Id('grp').optional(),
  }),
  reply: Group,
  list: true,
  fails: ['INVALID_CURSOR'],
  reads: ['GROUP'],
})

export const createGroup = endpoint({
  route: 'POST /api/v1/groups',
  summary: 'Makes a group, at the top or under another one: it holds nothing yet but what those above it hold.',
  description:
    'There can be eight levels. No two groups under the same one are called alike. Nobody makes one under groups that give what they do not hold themselves.',
  permission: 'groups:create',
  within: { type: 'group', group: 'parentId' },
  body: z.object({
    name: OrganizationName,
    description: Description.optional(),
    type: Type.optional(),
    parentId: Id('grp').optional(),
  }),
  status: 201,
  reply: Group,
  fails: ['NAME_TAKEN', GROUP_UNKNOWN, 'TOO_DEEP', 'VERSION_CONFLICT'],
  writes: ['GROUP'],
})

export const getGroup = endpoint({
  route: 'GET /api/v1/groups/{id}',
  summary: 'Reads a group.',
  permission: 'groups:read',
  params,
  reply: Group,
  fails: ['DELETED'],
  reads: ['GROUP'],
})

export const updateGroup = endpoint({
  route: 'PATCH /api/v1/groups/{id}',
  summary: 'Changes a group by a JSON merge patch (RFC 7396): null empties description and type.',
  permission: 'groups:update',
  params,
  body: z.object({ name: OrganizationName.optional(), description: Description.nullish(), type: Type.nullish() }),
  reply: Group,
  fails: ['DELETED', 'NAME_TAKEN', 'VERSION_CONFLICT'],
  writes: ['GROUP'],
})

export const moveGroup = endpoint({
  route: 'POST /api/v1/groups/{id}/move',
  summary: 'Moves a group, with all below it, under another one or to the top (`newParentId: null`).',
  description:
    'In force at the next request of everybody: who is in it, or below it, holds what the groups above it hold, and no more what those held that it was under; nobody moves it so who does not hold all that themselves. It takes `groups:create` where it goes to, too.',
  permission: 'groups:update',
  params,
  body: z.object({ newParentId: Id('grp').nullable() }),
  reply: Group,
  fails: ['CYCLE', 'DELETED', GROUP_UNKNOWN, 'MOVE_IN_PROGRESS', 'NAME_TAKEN', 'TOO_DEEP', 'VERSION_CONFLICT'],
  reads: ['ORGANIZATION'],
  writes: ['GROUP', 'JOB', 'SIGNALS'],
})

export const deleteGroup = endpoint({
  route: 'DELETE /api/v1/groups/{id}',
  summary: 'Removes a group in which nobody is, and under which no other lies.',
  permission: 'groups:delete',
  params,
  status: 204,
  fails: ['DELETED', 'HAS_CHILDREN', HAS_MEMBERS, 'VERSION_CONFLICT'],
  writes: ['GROUP'],
})

export const listGroupHistory = historyEndpoint({ route: 'GET /api/v1/groups/{id}/history', of: 'a group', params, entity: 'GROUP' })
