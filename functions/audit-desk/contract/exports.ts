import * as z from 'zod'
import { endpoint } from '../../../shared/endpoint.ts'
import { Id, orNull, Timestamp } from '../../../shared/schema.ts'
import { ExportFormat } from '../../audit/contract.ts'

/** How far an export came, and once it is done its files, in order: put one behind the other they are one. */
export const AuditExport = z.object({
  id: Id('job'),
  status: z.string(),
  format: ExportFormat,
  entries: z.number(),
  files: z.array(z.object({ fileName: z.string(), entries: z.number(), url: z.string(), expiresAt: Timestamp })),
  failure: orNull(z.object({ code: z.string(), message: z.string() })),
  createdAt: Timestamp,
  finishedAt: orNull(Timestamp),
})

export const getAuditExport = endpoint({
  route: 'GET /api/v1/audit-exports/{id}',
  summary: 'Says how far an export of yours came; of one that is done, with links to its files that are good for five minutes.',
  description: 'Asked again it has new links. The files are kept for 7 days.',
  permission: 'audit:export',
  params: z.object({ id: Id('job') }),
  reply: AuditExport,
  reads: ['JOB'],
  files: { reads: ['exports'] },
})
