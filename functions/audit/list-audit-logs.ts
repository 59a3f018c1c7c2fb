import { serve } from '../../shared/serve/serve.ts'
import { auditPage } from './audit-list.ts'
import { listAuditLogs } from './contract.ts'

export const handler = serve(listAuditLogs, ({ query, tenant, organization, now }) =>
  auditPage(tenant, { ...query, since: organization.createdAt, now }),
)
