import type { Page } from '../endpoint.ts'
import { problem } from '../errors.ts'
import type { ReactionCall } from '../react.ts'
import { type Entity, listPartition, type Versioned } from '../store/entity.ts'
import { type Key, tenantPartition } from '../store/keys.ts'
import type { ListOptions } from '../store/page.ts'
import { ABSENT } from '../store/part.ts'
import { retryConflicts } from '../store/retry-conflicts.ts'
import type { Tenant } from '../store/tenant.ts'
import { alone, put, remove, type Write } from '../store/writes.ts'
import { searchFor, searchTerms } from './search.ts'

/**
 * The lists that an entity states (`lists`, `search`). One reaction keeps an entry for the item in each that no index holds. An entry tells
 * only what searches and filters ask, so most changes of an item leave it as it is; a page is a query, and the items that it names.
 */

/** Where an entry lies, relative to the tenant: `['USERS#ROLE#rol_admin', 'usr_1']`. */
export type Spot = [partition: string, sort: string]

interface Listing {
  spot: Spot
  /** The search term it stands under. */
  term?: string
}

/** What is asked of an item: the terms it is found by, and its values in every list. */
interface Told {
  terms: string[]
  values: Record<string, string[]>
}

interface Entry extends Told {
  id: string
  term?: string
}

/** `T#USERS#LISTED#id` / ITEM: the version that the lists show, where, and what they tell, as JSON. */
interface Listed {
  version: number
  places: Spot[]
  told: string
  /** The first entries are being written: until then by nobody else. */
  heldUntil?: string
}

/** Longer than any function lives, so that whoever let it pass is not at work any more. */
const HOLD_MS = 60_000
/** Whoever meets a first listing waits some seconds for its end, then comes again with the message. */
const TRIES = 40

const searchPartition = ({ plural }: { plural: string }) => `${plural}#SEARCH`

function tell<T extends Versioned>({ lists = {}, search }: Entity<T>, item: T): Told {
  const values = Object.entries(lists).map(([list, kept]) => [
    list,
    typeof kept === 'function' ? [...new Set(kept(item))] : [kept.of(item)],
  ])
  return { terms: searchTerms(search?.(item) ?? []), values: Object.fromEntries(values) }
}

/** Everywhere an item has an entry; a removed one nowhere. */
export function listingsOf<T extends Versioned>(entity: Entity<T>, item: T): Listing[] {
  if (item.deletedAt) return []
  const { terms, values } = tell(entity, item)
  const found = terms.map((term) => ({ spot: [searchPartition(entity), `${term}#${item.id}`] as Spot, term }))
  const kept = Object.entries(values).filter(([list]) => typeof entity.lists?.[list] === 'function')
  const listed = kept.flatMap(([list, of]) => of.map((value) => ({ spot: [listPartition(entity, list, value), item.id] as Spot })))
  return [...found, ...listed]
}

export const listedKey = ({ plural }: { plural: string }, tenant: string, id: string): Key => ({
  pk: tenantPartition(tenant, listPartition({ plural }, 'LISTED', id)),
  sk: 'ITEM',
})
const spotKey = (tenant: string, [partition, sort]: Spot): Key => ({ pk: tenantPartition(tenant, partition), sk: sort })

const keyIn = <T extends Versioned>(tenant: Tenant, entity: Entity<T>, id: string): Key =>
  entity.keyOf({ id, organizationId: tenant.id } as Pick<T, 'id' | 'organizationId'> & Partial<T>)

const nameOf = (spot: Spot) => spot.join('\n')

/** What the lists are to show of an item. */
function showing<T extends Versioned>(entity: Entity<T>, item: T) {
  const told = tell(entity, item)
  const current = listingsOf(entity, item)
  const listed: Listed = { version: item.version, places: current.map(({ spot }) => spot), told: JSON.stringify(told) }
  const entry = ({ spot, term }: Listing) =>
    alone(put(spotKey(item.organizationId, spot), { id: item.id, ...told, ...(term === undefined ? {} : { term }) }))
  return { key: listedKey(entity, item.organizationId, item.id), current, listed, entry }
}

/**
 * The lists take a version only after the one that they were read to show, so a late writer cannot undo a newer one: the version is written
 * with every change, the entries only where they tell something else.
 */
function listWrites<T extends Versioned>(entity: Entity<T>, item: T, known: Listed): Write[] {
  const { key, current, listed, entry } = showing(entity, item)
  const [before, after] = [known, listed].map(({ places }) => new Set(places.map(nameOf)))
  const unmoved = { expression: '#version = :version', names: { '#version': 'version' }, values: { ':version': known.version } }
  // Of a first listing that broke off, nobody knows which entries it wrote.
  const isSame = ({ spot }: Listing) => before?.has(nameOf(spot)) && known.told === listed.told && !known.heldUntil
  return [
    alone(put(key, { ...listed }, unmoved, 'VERSION_CONFLICT')),
    ...current.filter((each) => !isSame(each)).map(entry),
    ...known.places.filter((spot) => !after?.has(nameOf(spot))).map((spot) => remove(spotKey(item.organizationId, spot))),
  ]
}

/**
 * Where nothing is listed yet, nothing has to change together: the entries are written each by itself, for half of what they cost in a
 * transaction. Nobody else writes any meanwhile, and they are named before they are there, so that whoever comes after a crash finds them.
 */
async function listFirst<T extends Versioned>(tenant: Tenant, entity: Entity<T>, item: T): Promise<void> {
  const { key, current, listed, entry } = showing(entity, item)
  const heldUntil = new Date(Date.now() + HOLD_MS).toISOString()
  await tenant.commit(alone(put(key, { ...listed, heldUntil }, { expression: ABSENT }, 'VERSION_CONFLICT')))
  await Promise.all(current.map((each) => tenant.commit(entry(each))))
  const isMine = { expression: 'heldUntil = :mine', values: { ':mine': heldUntil } }
  await tenant.commit(alone(put(key, { ...listed }, isMine, 'VERSION_CONFLICT')))
}

/** Brings the lists to the item's present version, whichever event asks, in whatever order and however often. */
export const relist = <T extends Versioned>(tenant: Tenant, entity: Entity<T>, id: string): Promise<void> =>
  retryConflicts(async () => {
    const [item, listed] = (await tenant.read(keyIn(tenant, entity, id), listedKey(entity, tenant.id, id))) as unknown as [
      T | undefined,
      Listed | undefined,
    ]
    if (!item) return
    if (!listed) return listFirst(tenant, entity, item)
    const { heldUntil = '' } = listed
    if (heldUntil > new Date().toISOString()) throw problem('VERSION_CONFLICT')
    if (heldUntil || listed.version < item.version) await tenant.commit(listWrites(entity, item, listed))
  }, TRIES)

/** What the reaction to all events of an entity does: `react(rule, keepsLists(users))`. */
export const keepsLists =
  <T extends Versioned>(entity: Entity<T>) =>
  ({ event, tenant }: ReactionCall) =>
    relist(tenant, entity, event.aggregateId)

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
}

/**
 * One page of a tenant's items of an entity: of a list that an index holds, which is the narrowest, of a search, of a list by value, or of
 * all. An entry may trail its item, so whatever is read is shown only if it is by now what was asked for.
 */
export async function find<T extends Versioned>(tenant: Tenant, entity: Entity<T>, wanted: Wanted<T>): Promise<Page<T>> {
  const { q, by = {}, keep = () => true, limit, cursor, order = 'ascending' } = wanted
  const search = q === undefined ? undefined : searchFor(q)
  if (q !== undefined && !search) return { items: [], nextCursor: null }
  const values = Object.entries(by).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const isAsked = (told: Told) =>
    values.every(([list, value]) => told.values[list]?.includes(value)) && (!search || search.finds(told.terms))
  const fits = (item: T) => keep(item) && isAsked(tell(entity, item))
  const page = { limit, cursor, order }

  /** The items that entries name: all filtering in one trip, so that a page takes no more than three. */
  async function named(list: Pick<ListOptions<Entry>, 'partitions' | 'beginsWith' | 'keep'>): Promise<Page<T>> {
    const { items, nextCursor } = await tenant.list<Entry>({ ...page, ...list, trips: 1 })
    const found = items.length > 0 ? await tenant.read<T>(...items.map(({ id }) => keyIn(tenant, entity, id))) : []
    return { items: found.filter((item): item is T => item !== undefined && !item.deletedAt && fits(item)), nextCursor }
  }

  for (const [list, value] of values) {
    const kept = entity.lists?.[list]
    if (kept === undefined || typeof kept === 'function' || kept.except === value) continue
    const isFiltered = search || values.length > 1 || wanted.keep
    const partitions = [listPartition(entity, list, value)]
    return tenant.list<T>({ ...page, partitions, index: kept.index, ...(isFiltered ? { keep: fits } : {}) })
  }
  if (search) {
    const keeps = (entry: Entry) => search.isFirst(entry.term ?? '', entry.terms) && isAsked(entry)
    return named({ partitions: [searchPartition(entity)], beginsWith: search.prefix, keep: keeps })
  }
  const byEntries = values.find(([list]) => typeof entity.lists?.[list] === 'function')
  if (byEntries) return named({ partitions: [listPartition(entity, ...byEntries)], ...(values.length > 1 ? { keep: isAsked } : {}) })
  return tenant.list<T>({ ...page, partitions: [entity.plural], index: 'g1', ...(values.length > 0 || wanted.keep ? { keep: fits } : {}) })
}
