import * as z from 'zod'
import { endpoint } from '../../../shared/endpoint.ts'
import { Id, orNull, PageQuery, QueryFlag, Timestamp } from '../../../shared/schema.ts'
import { ACTIVITIES, type ActivityName } from '../activities.ts'

/** What happened, who did it, to what, from where, and whether it was let through. Written once, never changed. */
export const AuditEntry = z.object({
  id: Id('aud'),
  timestamp: Timestamp,
  actor: z.object({
    id: z.string(),
    /** `external`: somebody of the organization's own application, as that says. */
    kind: z.enum(['member', 'guest', 'service', 'system', 'anonymous', 'external']),
    name: z.string(),
    /** Where the actor belongs, when that is another organization: a provider's person. */
    organizationId: orNull(z.string()),
  }),
  /** The event's name: `user.locked`. */
  action: z.string(),
  resource: z.object({ type: z.string(), id: z.string(), name: orNull(z.string()) }),
  success: z.boolean(),
  errorMessage: orNull(z.string()),
  /** Every field that changed; the values of secrets are masked. */
  changes: z.record(z.string(), z.object({ old: z.unknown().optional(), new: z.unknown().optional() })),
  /** What the event tells beyond the changes. */
  details: z.record(z.string(), z.unknown()),
  ipAddress: orNull(z.string()),
  userAgent: orNull(z.string()),
  sessionId: orNull(z.string()),
  /** Our own; beside it what the caller calls the request. */
  requestId: z.string(),
  clientRequestId: orNull(z.string()),
  correlationId: z.string(),
  eventId: Id('evt'),
})

export const Moment = z.iso.datetime({ offset: true, message: 'Must be a time such as 2026-01-31T09:30:00Z' })

/** What the activity log tells of. */
export const ActivityType = z.enum(Object.keys(ACTIVITIES) as ActivityName[])

const filters = {
  actorId: z.string().min(1).max(200).optional(),
  action: z.string().min(1).max(100).optional(),
  resourceType: z.string().min(1).max(100).optional(),
  resourceId: z.string().min(1).max(200).optional(),
  ip: z.string().min(1).max(45).optional(),
}
/** Both bounds are inclusive. */
const span = { from: Moment.optional(), to: Moment.optional() }

/** What is looked for, where it is kept or sent: all of it must be so. */
export const AuditFilter = z.strictObject({ ...filters, success: z.boolean().optional(), ...span })

export const listAuditLogs = endpoint({
  route: 'GET /api/v1/audit-logs',
  summary: 'What happened in the organization, newest first.',
  description:
    'Filters combine. Any one and any two are answered by lists of their own; a third is applied while reading, so a page may then be short, or empty, and still have a nextCursor.',
  permission: 'audit:read',
  query: z.object({ ...filters, success: QueryFlag.optional(), ...span, ...PageQuery }),
  reply: AuditEntry,
  list: true,
  reads: ['AUDIT'],
})

export const getAuditLog = endpoint({
  route: 'GET /api/v1/audit-logs/{id}',
  summary: 'One entry of the record.',
  permission: 'audit:read',
  params: z.object({ id: Id('aud') }),
  reply: AuditEntry,
  reads: ['AUDIT'],
})
