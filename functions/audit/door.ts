import type { Page } from '../../shared/endpoint.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import type { AuditEntry } from './audit-entry.ts'
import { byActor, fromStored, type StoredEntry } from './audit-store.ts'

/** The door of this context: what others may ask of it. Whoever asks needs to read `AUDIT`. */
export type { AuditEntry } from './audit-entry.ts'
export { AuditEntry as AuditEntrySchema } from './contract.ts'

/** What somebody did, newest first. */
export async function auditByActor(
  tenant: Tenant,
  actorId: string,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<AuditEntry>> {
  const found = await tenant.list<StoredEntry>({ partitions: [byActor(actorId)], index: 'g1', order: 'descending', ...page })
  return { ...found, items: found.items.map(fromStored) }
}
