import { reads } from '../../shared/resource/verbs.ts'
import { auditEntries, fromStored } from './audit-store.ts'
import { getAuditLog } from './contract.ts'

export const handler = reads(getAuditLog, auditEntries, fromStored)
