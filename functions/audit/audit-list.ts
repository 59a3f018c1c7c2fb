import type { Page } from '../../shared/endpoint.ts'
import { firstIdAt, lastIdAt, monthOf, monthPartitions, timeOf } from '../../shared/store/audit-keys.ts'
import type { ListOptions, Window } from '../../shared/store/page.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import type { AuditEntry } from './audit-entry.ts'
import { byAction, byActor, byResource, fromStored, type StoredEntry } from './audit-store.ts'

export interface AuditFilter {
  actorId?: string | undefined
  action?: string | undefined
  resourceType?: string | undefined
  resourceId?: string | undefined
  success?: boolean | undefined
  ip?: string | undefined
  /** Inclusive, RFC 3339. */
  from?: string | undefined
  to?: string | undefined
}

/** Months that are read at once: two, so that a page at the turn of a month takes no further trip. */
const MONTHS = 2

const monthStart = (month: string) => Date.parse(`${month}-01T00:00:00.000Z`)
const monthBefore = (month: string) => monthOf(monthStart(month) - 1)

/** Walks the months backwards, from `until` to `since` (epoch milliseconds); a position is the last id seen. */
export function monthsBack(since: number, until: number): (after: string | undefined) => Window | undefined {
  const oldest = monthOf(since)
  return (after) => {
    // Behind the first id of a month comes the month before.
    const newest = monthOf(after === undefined ? until : timeOf(after) - (after === firstIdAt('aud', timeOf(after)) ? 1 : 0))
    const months: string[] = []
    for (let month = newest; month >= oldest && months.length < MONTHS; month = monthBefore(month)) months.push(month)
    const last = months.at(-1)
    if (last === undefined) return undefined
    const partitions = months.flatMap(monthPartitions)
    return last > oldest ? { partitions, end: firstIdAt('aud', monthStart(last)) } : { partitions }
  }
}

type IndexChoice = Pick<ListOptions<StoredEntry>, 'partitions' | 'index'>

/** The index that leaves least to filter: one resource, one actor, one action; else the months. */
function indexFor({ resourceType, resourceId, actorId, action }: AuditFilter, months: () => IndexChoice): IndexChoice {
  if (resourceType !== undefined && resourceId !== undefined) return { partitions: [byResource(resourceType, resourceId)], index: 'g2' }
  if (actorId !== undefined) return { partitions: [byActor(actorId)], index: 'g1' }
  if (action !== undefined) return { partitions: [byAction(action)], index: 'g3' }
  return months()
}

/** What an index has not filtered; nothing when it has done it all, so that a page is read in one piece. */
function keepOf({ from: _from, to: _to, ...wanted }: AuditFilter, { index }: IndexChoice): ((entry: StoredEntry) => boolean) | undefined {
  const served: Record<string, readonly string[]> = { g1: ['actorId'], g2: ['resourceType', 'resourceId'], g3: ['action'] }
  const done = served[index ?? ''] ?? []
  const left = Object.entries(wanted).filter(([field, value]) => value !== undefined && !done.includes(field)) as [
    keyof StoredEntry,
    unknown,
  ][]
  return left.length === 0 ? undefined : (entry) => left.every(([field, value]) => entry[field] === value)
}

export interface AuditQuery extends AuditFilter {
  limit: number
  cursor?: string | undefined
  /** When the organization began: there is nothing before. */
  since: string
  now: string
}

/** A page of the record, newest first. */
export async function auditPage(tenant: Tenant, { limit, cursor, since, now, ...filter }: AuditQuery): Promise<Page<AuditEntry>> {
  const from = Math.max(Date.parse(filter.from ?? since), Date.parse(since))
  const to = Math.min(Date.parse(filter.to ?? now), Date.parse(now))
  if (from > to) return { items: [], nextCursor: null }
  const place = indexFor(filter, () => ({ partitions: monthsBack(from, to) }))
  const keep = keepOf(filter, place)
  const page = await tenant.list<StoredEntry>({
    ...place,
    order: 'descending',
    limit,
    cursor,
    ...(keep ? { keep } : {}),
    ...(filter.from === undefined && filter.to === undefined ? {} : { from: firstIdAt('aud', from), to: lastIdAt('aud', to) }),
  })
  return { ...page, items: page.items.map(fromStored) }
}
