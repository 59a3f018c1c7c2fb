import * as z from 'zod'
import { Scope } from '../../shared/access/schema.ts'
import { endpoint } from '../../shared/endpoint.ts'
import { historyEndpoint } from '../../shared/resource/history-event.ts'
import { Id, orNull, PageQuery, PermissionName, Timestamp } from '../../shared/schema.ts'
import { AskedResource, DenialReference } from '../decisions/contract.ts'
import { ALREADY_ALLOWED, ALREADY_ASKED } from './problems.ts'

export const AccessRequest = z.object({
  id: Id('acr'),
  organizationId: Id('org'),
  requester: z.object({ id: z.string(), name: z.string() }),
  permission: PermissionName,
  scope: Scope,
  reason: z.string(),
  /** Until when it is wanted. */
  until: orNull(Timestamp),
  status: z.enum(['pending', 'approved', 'refused', 'expired']),
  /** Until when it can be decided. */
  closesAt: Timestamp,
  decidedBy: orNull(z.string()),
  decidedAt: orNull(Timestamp),
  refusalReason: orNull(z.string()),
  /** What was given, and until when. */
  assignmentId: orNull(Id('asg')),
  expiresAt: orNull(Timestamp),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  version: z.number().int(),
})

const params = z.object({ id: Id('acr') })
const Reason = z.string().trim().min(1).max(500)

export const createAccessRequest = endpoint({
  route: 'POST /api/v1/access/requests',
  summary: 'Asks whoever could grant it for one permission, for a time.',
  description:
    'What is asked for is what the `reference` of a refusal names ([GET /access/denials/{reference}](#/decisions/getDenial) says why it was refused), or a `permission` in a `scope` or on a `resource`; without either in the whole organization. The administrators who could grant it are told; whoever could gives it for a time ([approve](#/accessRequests/approveAccessRequest)) or does not ([refuse](#/accessRequests/refuseAccessRequest)). A request waits for 14 days.',
  self: true,
  limitPerMinute: 20,
  body: z.object({
    reference: DenialReference.optional(),
    permission: PermissionName.optional(),
    scope: Scope.optional(),
    resource: AskedResource.optional(),
    reason: Reason,
    /** At most 90 days from now. */
    until: Timestamp.optional(),
  }),
  status: 201,
  reply: AccessRequest,
  fails: [ALREADY_ALLOWED, ALREADY_ASKED],
  writes: ['ACCESS_REQUEST'],
  lookups: ['DUE'],
})

export const listAccessRequests = endpoint({
  route: 'GET /api/v1/access/requests',
  summary: 'Lists what you asked for, or what waits for your decision, newest first.',
  self: true,
  query: z.object({ view: z.enum(['own', 'deciding']).default('own'), ...PageQuery }),
  reply: AccessRequest,
  list: true,
  fails: ['INVALID_CURSOR'],
  reads: ['ACCESS_REQUEST'],
})

export const getAccessRequest = endpoint({
  route: 'GET /api/v1/access/requests/{id}',
  summary: 'Reads a request of your own, or one that you may decide.',
  self: true,
  params,
  reply: AccessRequest,
  reads: ['ACCESS_REQUEST'],
})

const deciding = {
  permission: 'role_assignments:create',
  params,
  reply: AccessRequest,
  fails: ['INVALID_TRANSITION', 'VERSION_CONFLICT'],
} as const

export const approveAccessRequest = endpoint({
  route: 'POST /api/v1/access/requests/{id}/approve',
  summary: 'Gives what was asked for, for a time; the requester is told.',
  description:
    'Nobody gives what they do not hold themselves, as wide and as long, and nobody decides about a request of their own. What waits for you: [GET /access/requests](#/accessRequests/listAccessRequests) with `view=deciding`.',
  body: z.object({
    /** Default: until when it was asked for, else in 7 days. At most 90 days from now. */
    expiresAt: Timestamp.optional(),
  }),
  ...deciding,
  reads: ['ROLE', 'UNIT'],
  writes: ['ACCESS_REQUEST', 'ROLE_ASSIGNMENT', 'USER', 'GROUP', 'PERMISSION'],
  lookups: ['DUE'],
  fresh: 'when the permission is over the organization itself, its people or its record',
})

export const refuseAccessRequest = endpoint({
  route: 'POST /api/v1/access/requests/{id}/refuse',
  summary: 'Refuses what was asked for; the requester is told why.',
  body: z.object({ reason: Reason }),
  ...deciding,
  writes: ['ACCESS_REQUEST'],
  lookups: ['DUE'],
  ending: 'open',
})

export const listAccessRequestHistory = historyEndpoint({
  route: 'GET /api/v1/access/requests/{id}/history',
  of: 'a request for access',
  params,
  entity: 'ACCESS_REQUEST',
})
