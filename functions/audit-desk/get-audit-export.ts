import { problem } from '../../shared/errors.ts'
import { filesOf } from '../../shared/files/files.ts'
import { jobs } from '../../shared/jobs/job-store.ts'
import { serve } from '../../shared/serve/serve.ts'
import { type ExportInput, exportedFiles, isExport } from '../audit/door.ts'
import { getAuditExport } from './contract.ts'

/** To whoever asked for it, and nobody else: they might be let see more than others. */
export const handler = serve(getAuditExport, { resource: jobs }, async (call) => {
  const { resource: job, actor } = call
  if (!isExport(job) || job.startedBy !== actor.id) throw problem('NOT_FOUND')
  const files = filesOf(getAuditExport, call)
  const { format } = job.input as ExportInput
  const links = exportedFiles(job).map(async ({ key, entries }) => {
    const fileName = key.slice(key.indexOf('/') + 1)
    return { fileName, entries, ...(await files.downloadUrl('exports', key, { fileName })) }
  })
  const { id, status, counts, failure, createdAt, finishedAt } = job
  return { id, status, format, entries: counts.exported ?? 0, files: await Promise.all(links), failure, createdAt, finishedAt }
})
