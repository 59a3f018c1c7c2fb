import type { Page } from '../../shared/endpoint.ts'
import { firstIdAt, lastIdAt } from '../../shared/store/audit-keys.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import type { AuditEntry } from './audit-entry.ts'
import { byActor, fromStored, type StoredEntry } from './audit-store.ts'

/** The door of this context: what others may ask of it. Whoever asks needs to read `AUDIT`. */
export type { AuditEntry } from './audit-entry.ts'
export { AuditEntry as AuditEntrySchema } from './contract.ts'

/** What somebody did, newest first; from a moment to another, both inclusive. */
export async function auditByActor(
  tenant: Tenant,
  actorId: string,
  { from, to, ...page }: { limit: number; cursor?: string | undefined; from?: string; to?: string },
): Promise<Page<AuditEntry>> {
  const between = from && to ? { from: firstIdAt('aud', Date.parse(from)), to: lastIdAt('aud', Date.parse(to)) } : {}
  const found = await tenant.list<StoredEntry>({ partitions: [byActor(actorId)], index: 'g1', order: 'descending', ...page, ...between })
  return { ...found, items: found.items.map(fromStored) }
}
