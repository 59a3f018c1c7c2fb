import type { Page } from '../endpoint.ts'
import type { ReactionCall } from '../react.ts'
import type { Entity, Versioned } from '../store/entity.ts'
import { type Key, tenantPartition } from '../store/keys.ts'
import type { ListOptions } from '../store/page.ts'
import { retryConflicts } from '../store/retry-conflicts.ts'
import type { Tenant } from '../store/tenant.ts'
import { asText, put, remove, type Write } from '../store/writes.ts'
import { searchFor, searchTerms } from './search.ts'

/** The lists that an entity states (`lists`, `search`): kept by one reaction, with a copy of the item in each, so that a page is one query. */

/** Where a copy lies, relative to the tenant: `['USERS#ROLE#rol_admin', 'usr_1']`. */
export type Spot = [partition: string, sort: string]

interface Listing {
  spot: Spot
  /** The search term it stands under. */
  term?: string
}

/** `T#USER#id` / LISTED: the version that the lists show, and where. */
interface Listed {
  version: number
  places: Spot[]
}

const searchPartition = ({ plural }: Pick<Entity<never>, 'plural'>) => `${plural}#SEARCH`
const listPartition = ({ plural }: Pick<Entity<never>, 'plural'>, list: string, value: string) => `${plural}#${list}#${value}`

/** Everywhere an item is to be found; a removed one nowhere. */
export function listingsOf<T extends Versioned>(entity: Entity<T>, item: T): Listing[] {
  if (item.deletedAt) return []
  const found = searchTerms(entity.search?.(item) ?? []).map((term) => ({
    spot: [searchPartition(entity), `${term}#${item.id}`] as Spot,
    term,
  }))
  const listed = Object.entries(entity.lists ?? {}).flatMap(([list, valuesOf]) =>
    [...new Set(valuesOf(item))].map((value) => ({ spot: [listPartition(entity, list, value), item.id] as Spot })),
  )
  return [...found, ...listed]
}

export const listedKey = (entity: { name: string }, tenant: string, id: string): Key => ({
  pk: tenantPartition(tenant, entity.name, id),
  sk: 'LISTED',
})
const spotKey = (tenant: string, [partition, sort]: Spot): Key => ({ pk: tenantPartition(tenant, partition), sk: sort })

/** The copy's attribute in a list. */
const copyName = ({ name }: { name: string }) => name.toLowerCase()

const nameOf = (spot: Spot) => spot.join('\n')

/** The lists take a version only after the one that they were read to show, so a late writer cannot undo a newer one. */
function listWrites<T extends Versioned>(entity: Entity<T>, tenant: string, item: T, listed: Listed | undefined): Write[] {
  const current = listingsOf(entity, item)
  const kept = new Set(current.map(({ spot }) => nameOf(spot)))
  const left = (listed?.places ?? []).filter((spot) => !kept.has(nameOf(spot)))
  const unmoved = listed
    ? { expression: '#version = :version', names: { '#version': 'version' }, values: { ':version': listed.version } }
    : { expression: 'attribute_not_exists(pk)' }
  const now: Listed = { version: item.version, places: current.map(({ spot }) => spot) }
  const copy = asText({ [copyName(entity)]: item })
  return [
    put(listedKey(entity, tenant, item.id), { ...now }, unmoved, 'VERSION_CONFLICT'),
    ...current.map(({ spot, term }) => put(spotKey(tenant, spot), term === undefined ? copy : { term, ...copy })),
    ...left.map((spot) => remove(spotKey(tenant, spot))),
  ]
}

/** Brings the lists to the item's present version, whichever event asks, in whatever order and however often. */
export const relist = <T extends Versioned>(tenant: Tenant, entity: Entity<T>, id: string): Promise<void> =>
  retryConflicts(async () => {
    const own = entity.keyOf({ id, organizationId: tenant.id } as Pick<T, 'id' | 'organizationId'> & Partial<T>)
    const [item, listed] = (await tenant.read(own, listedKey(entity, tenant.id, id))) as unknown as [T | undefined, Listed | undefined]
    if (!item || (listed && listed.version >= item.version)) return
    await tenant.commit(listWrites(entity, tenant.id, item, listed))
  })

/** What the reaction to all events of an entity does: `react(rule, keepsLists(users))`. */
export const keepsLists =
  <T extends Versioned>(entity: Entity<T>) =>
  ({ event, tenant }: ReactionCall) =>
    relist(tenant, entity, event.aggregateId)

export interface Wanted<T> {
  limit: number
  cursor?: string | undefined
  /** Words of which every one must begin a word of what the item is found by. */
  q?: string | undefined
  /** Values of lists that the entity states; the first that is given is the list that is read, the others filter. */
  by?: Record<string, string | undefined>
  /** What no list answers, applied while reading. */
  keep?: (item: T) => boolean
}

type Selection<T> = Omit<ListOptions<T>, 'limit' | 'cursor'>

/** One page of a tenant's items of an entity: of a search, of a list by value, or of all. */
export async function find<T extends Versioned>(tenant: Tenant, entity: Entity<T>, wanted: Wanted<T>): Promise<Page<T>> {
  const { limit, cursor, q, by = {}, keep = () => true } = wanted
  const values = Object.entries(by).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const fits = (item: T) => keep(item) && values.every(([list, value]) => entity.lists?.[list]?.(item).includes(value))
  const copies = async (options: Selection<Record<string, unknown>>) => {
    const { items, nextCursor } = await tenant.list({ ...options, limit, cursor })
    return { items: items.map((row) => copyIn<T>(entity, row)), nextCursor }
  }
  if (q !== undefined) {
    const search = searchFor(q)
    if (!search) return { items: [], nextCursor: null }
    const keeps = (row: Record<string, unknown>) => {
      const item = copyIn<T>(entity, row)
      return search.keeps(String(row.term ?? ''), entity.search?.(item) ?? []) && fits(item)
    }
    return copies({ partitions: [searchPartition(entity)], beginsWith: search.prefix, keep: keeps })
  }
  const [first] = values
  if (first) return copies({ partitions: [listPartition(entity, ...first)], keep: (row) => fits(copyIn<T>(entity, row)) })
  return tenant.list<T>({ partitions: [entity.plural], index: 'g1', limit, cursor, ...(wanted.keep ? { keep } : {}) })
}

const copyIn = <T>(entity: { name: string }, row: Record<string, unknown>) => row[copyName(entity)] as T
