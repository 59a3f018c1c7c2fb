import type { Page } from '../endpoint.ts'
import type { Hit, Reach } from '../serve/reach.ts'
import { type Entity, listPartition, placePartition, type Versioned } from '../store/entity.ts'
import type { ListOptions } from '../store/page.ts'
import type { Tenant } from '../store/tenant.ts'
import { type Entry, keyIn, searchPartition, type Told, tell } from './lists.ts'
import { searchFor } from './search.ts'

export interface Wanted<T> {
  limit: number
  cursor?: string | undefined
  order?: 'ascending' | 'descending'
  /** Words of which every one must begin a word of what the item is found by. */
  q?: string | undefined
  /** Values in lists that the entity states: the narrowest that is given is read, the others filter. */
  by?: Record<string, string | undefined>
  /** What no list answers. */
  keep?: (item: T) => boolean
  /** How far the caller sees; without it, everywhere. */
  within?: Reach
}

/**
 * One page of a tenant's items of an entity: of a list that an index holds, which is the narrowest, of a search, of a list by value, or of
 * all. An entry may trail its item, so whatever is read is shown only if it is by now what was asked for.
 */
export async function find<T extends Versioned>(tenant: Tenant, entity: Entity<T>, wanted: Wanted<T>): Promise<Page<T>> {
  const { q, by = {}, keep = () => true, limit, cursor, order = 'ascending', within } = wanted
  const search = q === undefined ? undefined : searchFor(q)
  if (q !== undefined && !search) return { items: [], nextCursor: null }
  const values = Object.entries(by).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const isAsked = (told: Told) =>
    values.every(([list, value]) => told.values[list]?.includes(value)) && (!search || search.finds(told.terms))
  const fits = (item: T) => keep(item) && isAsked(tell(entity, item))
  const isFiltered = search !== undefined || values.length > 0 || wanted.keep !== undefined
  const page = { limit, cursor, order }

  /** The items that entries name: all filtering in one trip, so that a page takes no more than three. */
  async function named(list: Pick<ListOptions<Entry>, 'partitions' | 'beginsWith' | 'keep'>): Promise<Page<T>> {
    const { items, nextCursor } = await tenant.list<Entry>({ ...page, ...list, trips: 1 })
    const found = items.length > 0 ? await tenant.read<T>(...items.map(({ id }) => keyIn(tenant, entity, id))) : []
    return { items: found.filter((item): item is T => item !== undefined && !item.deletedAt && fits(item)), nextCursor }
  }

  /** As the lists lie, of which one may be the one to read. */
  function everywhere(narrow?: string): Promise<Page<T>> {
    for (const [list, value] of values) {
      const kept = entity.lists?.[list]
      if (kept === undefined || typeof kept === 'function' || kept.except === value || (narrow && value !== narrow)) continue
      const isMore = search || values.length > 1 || wanted.keep
      const partitions = [listPartition(entity, list, value)]
      return tenant.list<T>({ ...page, partitions, index: kept.index, ...(isMore ? { keep: fits } : {}) })
    }
    if (search && !narrow) {
      const keeps = (entry: Entry) => search.isFirst(entry.term ?? '', entry.terms) && isAsked(entry)
      return named({ partitions: [searchPartition(entity)], beginsWith: search.prefix, keep: keeps })
    }
    const byEntries = values.find(([list, value]) => typeof entity.lists?.[list] === 'function' && (!narrow || value === narrow))
    if (byEntries)
      return named({ partitions: [listPartition(entity, ...byEntries)], ...(values.length > 1 || search ? { keep: isAsked } : {}) })
    return tenant.list<T>({
      ...page,
      partitions: [entity.plural],
      index: 'g1',
      ...(values.length > 0 || wanted.keep ? { keep: fits } : {}),
    })
  }

  /** What lies where the caller may see it, in the order of where it lies; then what they may see by itself. */
  async function here({ prefixes, ids, visible }: Reach): Promise<Page<T>> {
    const spans = prefixes.map((beginsWith) => ({ partition: placePartition(entity), beginsWith }))
    const partitions = [...spans, { ids: ids(entity.name.toLowerCase()) }]
    const isItem = (row: T | Entry): row is T => 'version' in row
    const keeps = (row: T | Entry) => (isItem(row) ? fits(row) : row.values === undefined || isAsked(row))
    const index = entity.byPlace === 'kept' ? undefined : entity.byPlace
    const list = { ...page, partitions, ...(index ? { index } : {}), ...(isFiltered ? { keep: keeps } : {}), trips: 1 }
    const { items: rows, nextCursor } = await tenant.list<T | Entry>(list)
    const unread = rows.filter((row) => !isItem(row)).map(({ id }) => keyIn(tenant, entity, id))
    const read = new Map((unread.length > 0 ? await tenant.read<T>(...unread) : []).flatMap((item) => (item ? [[item.id, item]] : [])))
    const hits = rows.flatMap((row): Hit<T>[] => {
      const item = isItem(row) ? row : read.get(row.id)
      return item && !item.deletedAt && fits(item) ? [{ item, via: isItem(row) ? row.id : (row.via ?? null) }] : []
    })
    return { items: await visible(entity, hits), nextCursor }
  }

  if (!within) return everywhere()
  const covered = within.isWhole
    ? []
    : await Promise.all(values.map(async ([, value]) => ((await within.covers(value)) ? value : undefined)))
  const narrow = covered.find((value) => value !== undefined)
  if (!within.isWhole && narrow === undefined) return here(within)
  const { items, nextCursor } = await everywhere(narrow)
  return {
    items: await within.visible(
      entity,
      items.map((item) => ({ item })),
    ),
    nextCursor,
  }
}
