import { serve } from '../../shared/serve/serve.ts'
import { auditEntries, fromStored } from './audit-store.ts'
import { getAuditLog } from './contract.ts'

export const handler = serve(getAuditLog, { resource: auditEntries }, ({ resource }) => fromStored(resource))
