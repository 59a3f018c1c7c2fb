import * as z from 'zod'
import { endpoint } from '../../../shared/endpoint.ts'
import { Job } from '../../jobs/contract.ts'
import { AuditFilter } from './entries.ts'

/** How entries are written into a file: a table for a spreadsheet, or an entry a line as the API shows it. */
export const ExportFormat = z.enum(['csv', 'jsonl'])

export const exportAuditLogs = endpoint({
  route: 'POST /api/v1/audit-logs/export',
  summary: 'Begins to write the audit trail, or what a filter leaves of it, into files.',
  description:
    'A job does it, newest first and up to this moment: `GET /api/v1/audit-exports/{id}` with its id says how far it came, and has the files. It goes on only as long as whoever asked may still export.',
  permission: 'audit:export',
  body: z.strictObject({ format: ExportFormat, filter: AuditFilter.default({}) }),
  status: 202,
  reply: Job,
  writes: ['JOB', 'SIGNALS'],
  ending: 'open',
})
