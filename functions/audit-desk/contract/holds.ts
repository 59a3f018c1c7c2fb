import * as z from 'zod'
import { endpoint } from '../../../shared/endpoint.ts'
import { Id, orNull, PageQuery, Timestamp } from '../../../shared/schema.ts'
import { TOO_MANY_HOLDS } from '../../audit/contract.ts'

const Reason = z.string().trim().min(3).max(500)

/** A demand that nothing of the audit trail go, whatever its age, until it is released. */
export const LegalHold = z.object({
  id: Id('hld'),
  reason: z.string(),
  createdBy: z.string(),
  createdAt: Timestamp,
  releasedAt: orNull(Timestamp),
  releasedBy: orNull(z.string()),
  releaseReason: orNull(z.string()),
  version: z.number().int(),
})

export const listLegalHolds = endpoint({
  route: 'GET /api/v1/legal-holds',
  summary: 'Lists who demanded that nothing of the audit trail go, and why, newest first.',
  permission: 'audit:read',
  query: z.object(PageQuery),
  reply: LegalHold,
  list: true,
  reads: ['LEGAL_HOLD'],
})

export const createLegalHold = endpoint({
  route: 'POST /api/v1/legal-holds',
  summary: 'Demands that nothing of the audit trail go, whatever its age, in force at once.',
  description:
    'But for the few kinds of entries that are kept for 30 days whatever the organization says: registrations, wrong codes, what fell due and steps of jobs.',
  permission: 'audit:hold',
  body: z.strictObject({ reason: Reason }),
  status: 201,
  reply: LegalHold,
  fails: [TOO_MANY_HOLDS],
  writes: ['LEGAL_HOLD'],
  ending: 'open',
})

export const releaseLegalHold = endpoint({
  route: 'POST /api/v1/legal-holds/{id}/release',
  summary: 'Lifts a demand that nothing of the audit trail go; when none stands, what is older than it is kept goes within a week.',
  permission: 'audit:hold',
  fresh: true,
  params: z.object({ id: Id('hld') }),
  body: z.strictObject({ reason: Reason }),
  reply: LegalHold,
  fails: ['INVALID_TRANSITION'],
  writes: ['LEGAL_HOLD'],
})
