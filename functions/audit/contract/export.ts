import * as z from 'zod'
import { endpoint } from '../../../shared/endpoint.ts'
import { Job } from '../../jobs/contract.ts'
import { AuditFilter } from './entries.ts'

/**
 * How entries are written into a file: a table for a spreadsheet, an entry a line as the API shows it, or as they are stored, with the checkpoints
 * of their tree, for `verify/tessera-verify.mjs`.
 */
export const ExportFormat = z.enum(['csv', 'jsonl', 'verifiable'])

/** Of a record with entries left out nothing could be verified. */
const isWhole = ({ format, filter }: { format: string; filter: object }) => format !== 'verifiable' || Object.keys(filter).length === 0
const hasTree = ({ format, fromTreeSize }: { format: string; fromTreeSize?: number | undefined }) =>
  format === 'verifiable' || fromTreeSize === undefined

export const exportAuditLogs = endpoint({
  route: 'POST /api/v1/audit-logs/export',
  summary: 'Begins to write the audit trail, or what a filter leaves of it, into files.',
  description:
    'A job does it, newest first and up to this moment: `GET /api/v1/audit-exports/{id}` with its id says how far it came, and has the files. It goes on only as long as whoever asked may still export. A `verifiable` one has all that is sealed, oldest first; where that is more than 400 files hold, or was exported before, `fromTreeSize` begins at a checkpoint.',
  permission: 'audit:export',
  body: z
    .strictObject({
      format: ExportFormat,
      filter: AuditFilter.default({}),
      /** The `treeSize` of a checkpoint. */
      fromTreeSize: z.number().int().min(0).optional(),
    })
    .refine(isWhole, { message: 'What can be verified has all entries: export it without a filter', path: ['filter'] })
    .refine(hasTree, { message: 'Only what can be verified begins at a checkpoint', path: ['fromTreeSize'] }),
  status: 202,
  reply: Job,
  writes: ['JOB', 'SIGNALS'],
  ending: 'open',
})
