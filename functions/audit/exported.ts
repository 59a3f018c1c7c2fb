import * as z from 'zod'
import type { Job } from '../../shared/jobs/job.ts'
import { AuditFilter, ExportFormat } from './contract.ts'

/** What an export is asked for by, and what it leaves. */

export const ExportInput = z.object({
  format: ExportFormat,
  filter: AuditFilter,
  fromTreeSize: z.number().optional(),
  /** Nothing later is in it, so that it ends. */
  until: z.string(),
  /** As whoever asked came: their rights may depend on it. */
  ip: z.string(),
  mfa: z.boolean(),
})
export type ExportInput = z.output<typeof ExportInput>

/** One file, as the job keeps it. */
export const ExportedFile = z.object({ key: z.string(), entries: z.number() })
export type ExportedFile = z.output<typeof ExportedFile>

export const EXPORT = 'audit/export-entries'
export const isExport = ({ kind }: Job) => kind === EXPORT
export const exportedFiles = ({ result }: Job): ExportedFile[] => z.array(ExportedFile).parse(result?.files ?? [])
