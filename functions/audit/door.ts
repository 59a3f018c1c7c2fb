import type { Page } from '../../shared/endpoint.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import type { AuditEntry } from './audit-entry.ts'
import { idsWithin, pageOf, type Span } from './audit-list.ts'
import { listFor, type Reading } from './audit-lists.ts'

/** The door of this context: what others may ask of it. Whoever asks needs to read `AUDIT`. */
export type { AuditEntry } from './audit-entry.ts'
export { AuditEntry as AuditEntrySchema } from './contract.ts'

/** What somebody did, newest first; from a moment to another, both inclusive. */
export function auditByActor(
  tenant: Tenant,
  actorId: string,
  { from, to, ...page }: Span & { limit: number; cursor?: string | undefined },
): Promise<Page<AuditEntry>> {
  return pageOf(tenant, listFor({ actorId }) as Reading, { ...page, ...idsWithin({ from, to }) })
}

export { activityPage, toActivity } from './activity.ts'
export type { AuditFilter } from './audit-list.ts'
export { type ExportInput, exportedFiles, isExport } from './exported.ts'
export { isHeld, legalHolds, placeHold, releaseHold, toHold, unlessHeld } from './legal-hold.ts'
