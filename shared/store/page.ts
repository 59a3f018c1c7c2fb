import type { Page } from '../endpoint.ts'
import { type CursorBinding, openCursor, sealCursor } from './cursor.ts'
import { type IndexName, nameOfIndex, tenantPartition } from './keys.ts'
import { strip } from './stored-item.ts'
import type { Item, Table } from './table.ts'

/** The part of a partition whose sort keys begin like this. */
export interface Span {
  partition: string
  beginsWith?: string | undefined
}

/** Ids that are known without a list, which stand in it at their place as items that tell nothing else. */
export interface Named {
  ids: readonly string[]
}

export type Source = string | Span | Named

/** A stretch of a list whose partitions follow one another, such as months: they are read one stretch at a time. */
export interface Window {
  partitions: readonly Source[]
  /** A sort key behind everything in them; the next stretch is asked for with it. */
  end?: string
}

export interface ListOptions<T> {
  /**
   * Partitions relative to the tenant (`['USERS']`), or spans of them that do not overlap; several are read in parallel and merged by sort key.
   * Or the stretch after a sort key.
   */
  partitions: readonly Source[] | ((after: string | undefined) => Window | undefined)
  /** What stands in front of all that is stored, in its order; without partitions it is the whole list. */
  ahead?: readonly T[]
  index?: IndexName
  order?: 'ascending' | 'descending'
  beginsWith?: string
  /** Sort keys, both inclusive. */
  from?: string
  to?: string
  limit: number
  cursor?: string | undefined
  /** Applied while reading, to at most 1,000 items in two trips: the page may then be short and still have a cursor. */
  keep?: (item: T) => boolean
  /** Reads what is written by now; an index cannot. */
  consistent?: true
  /** How many trips a page may take where there is little to find: two, unless said otherwise. */
  trips?: number
  /** The list is spread evenly over so many shards, so about its share is read of each, and the rest, where it was not enough, by a further trip. */
  spread?: number
}

/** Where a page ended: the sort key, and for an index the item's own key; behind a window the sort key alone, where no item need be. */
type Position = [sort: string, pk?: string, sk?: string]

/** Behind every key of a prefix. */
const LAST = '\u{10ffff}'

/** The same stretch of the list from a sort key on, for want of an item to start behind. */
function from<O extends Pick<ListOptions<never>, 'beginsWith' | 'from' | 'to' | 'order'>>(options: O, sort: string): O {
  const {
    beginsWith,
    from: first = beginsWith,
    to: last = beginsWith === undefined ? undefined : beginsWith + LAST,
    order,
    ...rest
  } = options
  const [low, high] =
    order === 'descending'
      ? [first, last !== undefined && last < sort ? last : sort]
      : [first !== undefined && first > sort ? first : sort, last]
  return { ...rest, order, ...(low === undefined ? {} : { from: low }), ...(high === undefined ? {} : { to: high }) } as unknown as O
}

const MAX_EXAMINED = 1_000
const MAX_TRIPS = 2
/** The same where each trip is a stretch, of which many may be empty. */
const MAX_WINDOWS = 10

const tripsOf = ({ trips, partitions }: ListOptions<never>) => trips ?? (typeof partitions === 'function' ? MAX_WINDOWS : MAX_TRIPS)

/** Beyond its even share of what is wanted, for chance is not even. */
const SPARE = 2
const shareOf = ({ spread = 1 }: ListOptions<never>, rows: number) => (spread === 1 ? rows : Math.ceil(rows / spread) + SPARE)

/** How much a trip reads of a partition: what usually fills a page; the last one all that may be examined, unless it is one of many stretches. */
function sizeOf(options: ListOptions<never>, trip: number, { examined, lacking }: { examined: number; lacking: number }): number {
  const left = MAX_EXAMINED - examined
  if (!options.keep) return shareOf(options, lacking + 1)
  const isLast = trip === tripsOf(options) && typeof options.partitions !== 'function'
  return shareOf(options, isLast ? left : Math.min(Math.max(options.limit * 2, 100), left))
}

function condition(options: ListOptions<never>, names: { pk: string; sk: string }) {
  const { beginsWith, from, to } = options
  if (beginsWith !== undefined) return { text: ` AND begins_with(${names.sk}, :prefix)`, values: { ':prefix': beginsWith } }
  if (from !== undefined && to !== undefined)
    return { text: ` AND ${names.sk} BETWEEN :from AND :to`, values: { ':from': from, ':to': to } }
  if (from !== undefined) return { text: ` AND ${names.sk} >= :from`, values: { ':from': from } }
  if (to !== undefined) return { text: ` AND ${names.sk} <= :to`, values: { ':to': to } }
  return { text: '', values: {} }
}

interface Row {
  sort: string
  item: Item
}

/** Where in a span to go on from a position in the whole list: behind it, at its beginning, or nowhere, since all of it came before. */
function positionIn({ beginsWith }: Span, after: Position | undefined, order: ListOptions<never>['order']): Position | undefined | 'past' {
  if (after === undefined || beginsWith === undefined || after[0].startsWith(beginsWith)) return after
  return (order === 'descending') === after[0] < beginsWith ? 'past' : undefined
}

/** One query of one span, from a position on. */
async function readSpan(
  table: Table,
  tenant: string,
  { partition, beginsWith }: Span,
  list: ListOptions<never>,
  behind: Position | undefined,
  limit: number,
) {
  const asked = beginsWith === undefined ? list : { ...list, beginsWith }
  const after = positionIn({ partition, beginsWith }, behind, list.order)
  if (after === 'past') return { rows: [], more: false }
  // An index takes a start key only with the item's own.
  const isWindow = after !== undefined && asked.index !== undefined && after[1] === undefined
  const options = isWindow ? from(asked, after[0]) : asked
  const names = options.index ? { pk: `${options.index}pk`, sk: `${options.index}sk` } : { pk: 'pk', sk: 'sk' }
  const value = tenantPartition(tenant, partition)
  const { text, values } = condition(options, names)
  const [sort, pk, sk] = isWindow ? [] : (after ?? [])
  const startKey =
    sort === undefined ? undefined : options.index ? { [names.pk]: value, [names.sk]: sort, pk, sk } : { pk: value, sk: sort }
  const { items, lastKey } = await table.query({
    ...(options.index ? { IndexName: nameOfIndex(options.index) } : {}),
    KeyConditionExpression: `${names.pk} = :pk${text}`,
    ExpressionAttributeValues: { ':pk': value, ...values },
    ...(options.consistent ? { ConsistentRead: true } : {}),
    ScanIndexForward: options.order !== 'descending',
    Limit: limit,
    ...(startKey ? { ExclusiveStartKey: startKey } : {}),
  })
  return { rows: items.map((item): Row => ({ sort: String(item[names.sk]), item })), more: lastKey !== undefined }
}

const namedRows = ({ ids }: Named, after: Position | undefined, order: ListOptions<never>['order']): Row[] =>
  ids
    .filter((id) => after === undefined || (order === 'descending' ? id < after[0] : id > after[0]))
    .map((id) => ({ sort: id, item: { id } }))

/** The next rows of all partitions, merged. Those past the shortest unfinished partition are left for the next round. */
async function readRound(
  table: Table,
  tenant: string,
  options: ListOptions<never>,
  partitions: readonly Source[],
  after: Position | undefined,
  limit: number,
) {
  const parts = await Promise.all(
    partitions.map((source) => {
      if (typeof source !== 'string' && 'ids' in source) return { rows: namedRows(source, after, options.order), more: false }
      const span = typeof source === 'string' ? { partition: source } : source
      return readSpan(table, tenant, span, options, after, limit)
    }),
  )
  const sign = options.order === 'descending' ? -1 : 1
  const compare = (a: string, b: string) => (a < b ? -sign : a > b ? sign : 0)
  const unfinished = parts.filter((part) => part.more).map((part) => part.rows.at(-1)?.sort ?? '')
  const horizon = unfinished.sort(compare)[0]
  const rows = parts.flatMap((part) => part.rows).sort((a, b) => compare(a.sort, b.sort))
  return { rows: horizon === undefined ? rows : rows.filter((row) => compare(row.sort, horizon) <= 0), more: horizon !== undefined }
}

const windowAt = ({ partitions }: ListOptions<never>, after: Position | undefined): Window | undefined =>
  typeof partitions === 'function' ? partitions(after?.[0]) : { partitions }

/** A page of a list by key: each item once while others come and go. */
export async function readPage<T>(table: Table, tenant: string, options: ListOptions<T>, binding: CursorBinding): Promise<Page<T>> {
  const { limit, ahead = [], partitions } = options
  // A number counts what stands ahead, a position tells what was read last of the stored.
  const after = options.cursor === undefined ? 0 : openCursor<Position | number>(binding, options.cursor)
  if (typeof after !== 'number') return readStored(table, tenant, options, binding, after)
  const shown = ahead.slice(after, after + limit)
  const [next, isStored] = [after + shown.length, typeof partitions === 'function' || partitions.length > 0]
  if (shown.length === limit && (next < ahead.length || isStored)) return { items: shown, nextCursor: sealCursor(binding, next) }
  if (!isStored) return { items: shown, nextCursor: null }
  const { items, nextCursor } = await readStored(table, tenant, { ...options, limit: limit - shown.length }, binding)
  return { items: [...shown, ...items], nextCursor }
}

async function readStored<T>(
  table: Table,
  tenant: string,
  options: Omit<ListOptions<T>, 'ahead'>,
  binding: CursorBinding,
  start?: Position,
): Promise<Page<T>> {
  const { limit, keep } = options
  let after = start
  const items: T[] = []
  for (let examined = 0, trip = 1; ; trip++) {
    const window = windowAt(options as ListOptions<never>, after)
    if (!window) return { items, nextCursor: null }
    const wanted = sizeOf(options as ListOptions<never>, trip, { examined, lacking: limit - items.length })
    const { rows, more } = await readRound(table, tenant, options as ListOptions<never>, window.partitions, after, wanted)
    const isOver = !more && window.end === undefined
    for (const [n, row] of rows.entries()) {
      const item = strip<T>(row.item)
      if (keep && !keep(item)) continue
      items.push(item)
      if (items.length < limit) continue
      const isLast = n === rows.length - 1 && isOver
      return { items, nextCursor: isLast ? null : sealCursor(binding, positionOf(row, options.index)) }
    }
    if (isOver) return { items, nextCursor: null }
    const last = rows.at(-1)
    if (!more && window.end !== undefined) after = [window.end]
    else if (last) after = positionOf(last, options.index)
    examined += rows.length
    if (examined >= MAX_EXAMINED || trip >= tripsOf(options as ListOptions<never>) || (more && !last))
      return { items, nextCursor: after ? sealCursor(binding, after) : null }
  }
}

const positionOf = (row: Row, index: IndexName | undefined): Position =>
  index && row.item.pk !== undefined ? [row.sort, String(row.item.pk), String(row.item.sk)] : [row.sort]
