import * as z from 'zod'
import { endpoint } from '../../../shared/endpoint.ts'
import { Id, orNull, PageQuery, Timestamp } from '../../../shared/schema.ts'
import { TOO_MANY_GROUPS } from '../../users/contract.ts'
import { ALREADY_MEMBER, GROUP_UNKNOWN, MEMBER_UNKNOWN } from '../problems.ts'
import { Group } from './groups.ts'

export const GroupMember = z.object({
  groupId: Id('grp'),
  userId: Id('usr'),
  /** What they are there, in the organization’s own words; it gives no rights. */
  roleInGroup: orNull(z.string()),
  status: z.literal('active'),
  addedBy: z.string(),
  addedAt: Timestamp,
  version: z.number().int(),
})

const params = z.object({ id: Id('grp') })
const page = z.object(PageQuery)

export const listGroupMembers = endpoint({
  route: 'GET /api/v1/groups/{id}/members',
  summary: 'Lists who is in a group, themselves and not by a group below; it trails a change by about a second.',
  permission: 'groups:read',
  params,
  query: page,
  reply: GroupMember,
  list: true,
  fails: ['DELETED', 'INVALID_CURSOR'],
  reads: ['GROUP', 'GROUP_MEMBER'],
})

const changes = { permission: 'groups:update', writes: ['GROUP', 'GROUP_MEMBER', 'USER'] } as const

export const addGroupMember = endpoint({
  route: 'POST /api/v1/groups/{id}/members',
  summary: 'Puts a user into a group, who holds from their next request on what it and the groups above it hold.',
  description:
    'It takes the permission to update that user, too. Where the group holds anything, nobody hands it out so who does not hold it themselves, nor to a user who may do more than they.',
  ...changes,
  params,
  body: z.object({ userId: Id('usr'), roleInGroup: z.string().trim().min(1).max(100).optional() }),
  status: 201,
  reply: GroupMember,
  fails: ['DELETED', ALREADY_MEMBER, GROUP_UNKNOWN, MEMBER_UNKNOWN, TOO_MANY_GROUPS, 'VERSION_CONFLICT'],
})

export const removeGroupMember = endpoint({
  route: 'DELETE /api/v1/groups/{id}/members/{userId}',
  summary: 'Takes a user out of a group: what they held by it they hold no more at their next request.',
  description: 'Nobody takes so what they do not hold themselves, nor from a user who may do more than they.',
  ...changes,
  params: params.extend({ userId: Id('usr') }),
  status: 204,
  fails: ['DELETED', GROUP_UNKNOWN, 'VERSION_CONFLICT'],
})

export const listUserGroups = endpoint({
  route: 'GET /api/v1/users/{id}/groups',
  summary: 'Lists the groups that a user is in themselves, as far as the caller may see them.',
  permission: 'users:read',
  params: z.object({ id: Id('usr') }),
  query: page,
  reply: Group,
  list: true,
  fails: ['DELETED', 'INVALID_CURSOR'],
  reads: ['USER', 'GROUP'],
})
