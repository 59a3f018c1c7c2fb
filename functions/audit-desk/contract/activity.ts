import * as z from 'zod'
import { endpoint } from '../../../shared/endpoint.ts'
import { Id, orNull, PageQuery, Timestamp } from '../../../shared/schema.ts'
import { ActivityType, Moment } from '../../audit/contract.ts'

/** What somebody did, or was shown, that changed nothing: an entry of the audit trail, in words. */
export const Activity = z.object({
  id: Id('aud'),
  userId: orNull(z.string()),
  type: z.string(),
  description: z.string(),
  success: z.boolean(),
  ipAddress: orNull(z.string()),
  userAgent: orNull(z.string()),
  /** Not told: an address says it to nobody but who keeps lists of addresses. */
  location: orNull(z.string()),
  metadata: z.record(z.string(), z.unknown()),
  createdAt: Timestamp,
})

export const listActivityLogs = endpoint({
  route: 'GET /api/v1/activity-logs',
  summary: 'Lists sign-ins, and what technicians of the provider were shown, newest first.',
  permission: 'audit:read',
  query: z.object({
    userId: z.string().min(1).max(100).optional(),
    type: ActivityType.optional(),
    /** Both bounds are inclusive. */
    from: Moment.optional(),
    to: Moment.optional(),
    ...PageQuery,
  }),
  reply: Activity,
  list: true,
  reads: ['AUDIT'],
})
