import { auditId, auditKey, firstIdAt, lastIdAt } from '../shared/store/audit-keys.ts'
import { denialPartition, eventPartitions, signalPartition, tenantsPartition } from '../shared/store/keys.ts'
import { queryPages } from '../shared/store/pages.ts'
import type { Item, Table } from '../shared/store/table.ts'
import type { Tenant } from '../shared/store/tenant.ts'

/** The time that a walk looks at; both ends inclusive, RFC 3339. */
export interface Stretch {
  from: string
  until: string
}

/** Where a lane, which walks one shard of the directory, goes on: a tenant in it, one of its sources, a page of that. */
export interface Lane {
  shard: number
  tenant?: string
  source: number
  cursor?: string
  isDone?: boolean
}

export interface Source {
  kind: 'events' | 'signals' | 'denials'
  day: string
}

const PAGE = 100
const DAY_MS = 86_400_000

/** A tenant's lists of one stretch: events, signals and denials of each of its days. */
export function sourcesOf({ from, until }: Stretch): Source[] {
  const sources: Source[] = []
  for (let day = from.slice(0, 10); day <= until.slice(0, 10); day = new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10))
    sources.push({ kind: 'events', day }, { kind: 'signals', day }, { kind: 'denials', day })
  return sources
}

/** The directory's shard from a position on, that tenant included. */
export async function* tenantsFrom(lookups: Table, { shard, tenant = 'org_' }: Lane): AsyncGenerator<string> {
  const pages = queryPages(lookups, {
    KeyConditionExpression: 'pk = :pk AND sk >= :from',
    ExpressionAttributeValues: { ':pk': tenantsPartition(shard), ':from': tenant },
    Limit: PAGE,
  })
  for await (const page of pages) for (const { sk } of page) yield String(sk)
}

const eventsWithin = (day: string, { from, until }: Stretch) => ({
  partitions: eventPartitions(day),
  index: 'g1' as const,
  from: firstIdAt('evt', Date.parse(from)),
  to: lastIdAt('evt', Date.parse(until)),
})

/** One page of a tenant's source, and the position behind it. Signals and denials are not sorted by time, so those of other times are left out here. */
export async function readFrom(tenant: Tenant, { from, until }: Stretch, sources: readonly Source[], position: Lane) {
  const { kind, day } = sources[position.source] as Source
  const page = await tenant.list<Item>({
    ...(kind === 'events'
      ? eventsWithin(day, { from, until })
      : { partitions: [kind === 'signals' ? signalPartition(day) : denialPartition(day)] }),
    limit: PAGE,
    cursor: position.cursor,
  })
  const { cursor: _read, ...here } = { ...position, tenant: tenant.id }
  const next: Lane = page.nextCursor === null ? { ...here, source: position.source + 1 } : { ...here, cursor: page.nextCursor }
  return { records: page.items.filter(({ timestamp }) => String(timestamp) >= from && String(timestamp) <= until), next }
}

/** Those without an audit entry. */
export async function missing(tenant: Tenant, records: readonly Item[]): Promise<Item[]> {
  const entries = await tenant.read(...records.map(({ id }) => auditKey(tenant.id, auditId(String(id)))))
  return records.filter((_, n) => entries[n] === undefined)
}
