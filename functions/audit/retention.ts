import { AUDIT_SHARDS, auditKey, firstIdAt, lastIdAt, monthOf, monthPartitions, timeOf } from '../../shared/store/audit-keys.ts'
import { organizationKey } from '../../shared/store/keys.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import { patch, type Write } from '../../shared/store/writes.ts'
import { fromStored, rowKeys, type StoredEntry } from './audit-store.ts'
import { unlessHeld } from './legal-hold.ts'

export const DAY_MS = 86_400_000
/** No organization keeps its audit trail for less. */
export const LEAST_DAYS = 365
/** What an organization keeps its audit trail for, where it says nothing: seven years. */
const DEFAULT_DAYS = 2_555

/** What decides of an organization how long its audit trail is kept, from when on. */
export interface Keeper {
  createdAt: string
  settings: { auditRetentionDays?: number }
}

/** Read by its key: the context that it is of knows this one. */
export const keeperOf = async (tenant: Tenant): Promise<Keeper | undefined> => (await tenant.read<Keeper>(organizationKey(tenant.id)))[0]

/** The last moment whose entries are older than they are kept. */
export const endOfKept = ({ settings: { auditRetentionDays = DEFAULT_DAYS } }: Keeper, now: string): number =>
  Date.parse(now) - auditRetentionDays * DAY_MS

/** Each entry with its rows, and the condition that no hold stands, fit into one transaction. */
const AT_ONCE = 16

const monthAfter = (id: string) => {
  const [year = 0, month = 0] = monthOf(timeOf(id)).split('-').map(Number)
  return Date.UTC(year, month, 1)
}

/** The oldest entries from an id on, that one included, up to a moment; and where what follows begins, if anything does. */
async function oldest(tenant: Tenant, after: string, until: number): Promise<{ entries: StoredEntry[]; next: string | undefined }> {
  const { items, nextCursor } = await tenant.list<StoredEntry>({
    partitions: monthPartitions(monthOf(timeOf(after))),
    spread: AUDIT_SHARDS,
    from: after,
    to: lastIdAt('aud', until),
    limit: AT_ONCE,
  })
  const last = items.at(-1)
  if (nextCursor !== null && last) return { entries: items, next: last.id }
  const following = monthAfter(after)
  return { entries: items, next: following > until ? undefined : firstIdAt('aud', following) }
}

/** From this moment on the table may clean them away, and does so within days. Of their rows, those that are there. */
async function lettingGo(tenant: Tenant, entries: readonly StoredEntry[], now: string): Promise<Write[]> {
  const rows = entries.flatMap((entry) => rowKeys(tenant.id, fromStored(entry)))
  const found = await tenant.read(...rows)
  const keys = [...entries.map(({ id }) => auditKey(tenant.id, id)), ...rows.filter((_, n) => found[n] !== undefined)]
  return keys.map((key) => patch(key, { ttl: Math.floor(Date.parse(now) / 1000) }))
}

export interface Stretch {
  /** An id: nothing before it is left to do. */
  after: string
  /** Epoch milliseconds. */
  until: number
  now: string
}

/** Lets the oldest entries go, unless a hold stands, in which case it throws `CONFLICT`; says where the rest begins. */
export async function letOldestGo(tenant: Tenant, { after, until, now }: Stretch): Promise<string | undefined> {
  if (timeOf(after) > until) return undefined
  const { entries, next } = await oldest(tenant, after, until)
  if (entries.length > 0) await tenant.commit([unlessHeld(tenant), ...(await lettingGo(tenant, entries, now))])
  return next
}
