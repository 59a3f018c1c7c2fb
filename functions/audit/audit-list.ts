import type { Page } from '../../shared/endpoint.ts'
import { AUDIT_SHARDS, auditKey, firstIdAt, lastIdAt, monthOf, monthPartitions, timeOf } from '../../shared/store/audit-keys.ts'
import type { ListOptions, Window } from '../../shared/store/page.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import type { AuditEntry } from './audit-entry.ts'
import { type Field, type Fields, listFor, mayBe, type Reading } from './audit-lists.ts'
import { fromStored, type StoredEntry, type StoredRow } from './audit-store.ts'

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

export interface AuditQuery extends AuditFilter {
  limit: number
  cursor?: string | undefined
  /** When the organization began: there is nothing before. */
  since: string
  now: string
}

type Stretch = Pick<ListOptions<never>, 'from' | 'to' | 'limit' | 'cursor'>

interface Wanted {
  fields: Fields
  success: boolean | undefined
}

const wantedOf = ({ success, from: _from, to: _to, ...fields }: AuditFilter): Wanted => ({
  success,
  fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
})

const matches = (entry: StoredEntry, { fields, success }: Wanted) =>
  Object.entries(fields).every(([field, value]) => entry[field as Field] === value) && (success === undefined || entry.success === success)

/** Rows only name their entries: by a further trip those are read. */
async function entriesOf(tenant: Tenant, rows: readonly StoredRow[]): Promise<StoredEntry[]> {
  if (rows.length === 0) return []
  const entries = await tenant.read<StoredEntry>(...rows.map(({ id }) => auditKey(tenant.id, id)))
  return entries.filter((entry) => entry !== undefined)
}

/**
 * What an action or a thing implies is so of all its entries but few: an application may call things of its own by an id of ours. So what does not
 * fit is left out, and says nothing of what stands further down: else a page full of it would hide all that came before.
 */
const fitting = (entries: readonly StoredEntry[], nextCursor: string | null, wanted: Wanted): Page<AuditEntry> => ({
  items: entries.filter((entry) => matches(entry, wanted)).map(fromStored),
  nextCursor,
})

/** A page of a list, newest first. What it does not serve is left out while reading, of rows by their tags. */
export async function pageOf(
  tenant: Tenant,
  { isWhole, isExact, ...place }: Reading,
  stretch: Stretch,
  wanted: Wanted = { fields: {}, success: undefined },
): Promise<Page<AuditEntry>> {
  // The table refuses a span that ends before it begins.
  if (stretch.from !== undefined && stretch.to !== undefined && stretch.from > stretch.to) return { items: [], nextCursor: null }
  const options = { ...place, ...stretch, order: 'descending' as const }
  const keep = <T>(fits: (row: T) => boolean) => (isExact ? {} : { keep: fits })
  if (isWhole) {
    const { items, nextCursor } = await tenant.list<StoredEntry>({ ...options, ...keep((entry: StoredEntry) => matches(entry, wanted)) })
    return fitting(items, nextCursor, wanted)
  }
  const isLike = ({ tags }: StoredRow) => mayBe(tags, wanted.fields, wanted.success)
  const { items, nextCursor } = await tenant.list<StoredRow>({ ...options, ...keep(isLike) })
  return fitting(await entriesOf(tenant, items), nextCursor, wanted)
}

export interface Span {
  /** RFC 3339, inclusive. */
  from?: string | undefined
  to?: string | undefined
}

/** No id tells of a time before 1970. */
const epochOf = (at: string) => Math.max(0, Date.parse(at))

/** The ids of a span of time. */
export const idsWithin = ({ from, to }: Span) => ({
  ...(from === undefined ? {} : { from: firstIdAt('aud', epochOf(from)) }),
  ...(to === undefined ? {} : { to: lastIdAt('aud', epochOf(to)) }),
})

export interface AuditQuery extends AuditFilter {
  limit: number
  cursor?: string | undefined
  /** When the organization began: there is nothing before. */
  since: string
  now: string
}

const earliest = (one: string, other = one) => (Date.parse(one) < Date.parse(other) ? one : other)
const latest = (one: string, other = one) => (Date.parse(one) > Date.parse(other) ? one : other)

/** A page of the record, newest first. */
export async function auditPage(tenant: Tenant, { limit, cursor, since, now, ...filter }: AuditQuery): Promise<Page<AuditEntry>> {
  const [from, to] = [latest(since, filter.from), earliest(now, filter.to)]
  if (Date.parse(from) > Date.parse(to)) return { items: [], nextCursor: null }
  const stretch = { limit, cursor, ...idsWithin({ from: filter.from && from, to: filter.to && to }) }
  const wanted = wantedOf(filter)
  const place = listFor(wanted.fields, wanted.success)
  if (place) return pageOf(tenant, place, stretch, wanted)
  const partitions = monthsBack(Date.parse(from), Date.parse(to))
  const page = await tenant.list<StoredEntry>({ partitions, spread: AUDIT_SHARDS, order: 'descending', ...stretch })
  return { ...page, items: page.items.map(fromStored) }
}
