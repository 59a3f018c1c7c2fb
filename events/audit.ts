import * as z from 'zod'
import { dueKind } from '../shared/due/due.ts'
import { eventType } from '../shared/event.ts'

/** A signal: what happened in a customer's own application, as it says. Its audit entry bears the name that the application gave it. */
export const applicationRecorded = eventType('application.recorded', {
  summary: 'An application of the organization’s own told of something that happened there.',
  data: z.object({
    action: z.string(),
    actor: z.object({ id: z.string(), name: z.string().optional() }).optional(),
    success: z.boolean(),
    reason: z.string().optional(),
    ipAddress: z.string().optional(),
    userAgent: z.string().optional(),
    occurredAt: z.string().optional(),
    details: z.record(z.string(), z.unknown()),
  }),
})

/** A signal beside the job that does it. */
export const auditExportRequested = eventType('audit.export_requested', {
  summary: 'Somebody asked for the audit trail, or a part of it, as files.',
  data: z.object({
    format: z.enum(['csv', 'jsonl', 'verifiable']),
    filter: z.record(z.string(), z.unknown()),
    fromTreeSize: z.number().optional(),
  }),
})

export const legalHoldCreated = eventType('legal_hold.created', {
  summary: 'Somebody demanded that nothing of the audit trail go, whatever its age.',
  data: z.object({ reason: z.string() }),
})
export const legalHoldReleased = eventType('legal_hold.released', {
  summary: 'A demand that nothing of the audit trail go was lifted.',
  data: z.object({ reason: z.string() }),
})

export const auditRetentionDue = dueKind('organization.audit_retention_due', {
  summary: 'It is time to see whether entries of the audit trail are older than they are kept.',
  data: z.object({ after: z.string().optional() }),
})
