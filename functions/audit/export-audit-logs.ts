import { auditExportRequested } from '../../events/audit.ts'
import { jobs } from '../../shared/jobs/job-store.ts'
import { startJob } from '../../shared/jobs/rule.ts'
import { serve } from '../../shared/serve/serve.ts'
import { save, signal } from '../../shared/store/writes.ts'
import { toJob } from '../jobs/door.ts'
import { exportAuditLogs } from './contract.ts'
import { rule } from './export-entries.ts'

export const handler = serve(exportAuditLogs, (call) => {
  const { body, tenant, now, client, session } = call
  const started = startJob(rule, { ...body, until: now, ip: client.ip, mfa: session.mfa }, call)
  const told = signal({ event: auditExportRequested, aggregate: { type: 'job', id: started.after.id }, data: body })
  return tenant.commit([save(jobs, started), told], toJob(started.after))
})
