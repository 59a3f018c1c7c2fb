import { isDeepStrictEqual } from 'node:util'
import { problem } from '../errors.ts'
import type { ReactionCall } from '../react.ts'
import { type Entity, listPartition, placePartition, type Versioned } from '../store/entity.ts'
import { itemKey, type Key, organizationKey, tenantPartition } from '../store/keys.ts'
import { ABSENT } from '../store/part.ts'
import { retryConflicts } from '../store/retry-conflicts.ts'
import type { Tenant } from '../store/tenant.ts'
import { alone, type Condition, put, remove, type Write } from '../store/writes.ts'
import { asKey, type Path } from '../tree/path.ts'
import { pathOf, type TreeGate, type TreeNode } from '../tree/tree.ts'
import { searchTerms } from './search.ts'

/**
 * The lists that an entity states (`lists`, `search`). One reaction keeps an entry for the item in each that no index holds. An entry tells
 * only what searches and filters ask, so most changes of an item leave it as it is; a page is a query, and the items that it names.
 */

/** Where an entry lies, relative to the tenant: `['USERS#ROLE#rol_admin', 'usr_1']`. */
export type Spot = [partition: string, sort: string]

interface Listing extends Pick<Entry, 'term' | 'via' | 'path'> {
  spot: Spot
}

/** What is asked of an item: the terms it is found by, and its values in every list. */
export interface Told {
  terms: string[]
  values: Record<string, string[]>
}

export interface Entry extends Told {
  id: string
  /** The search term it stands under. */
  term?: string
  /** The unit or the group whose stored path it stands under, and that path. */
  via?: string
  path?: Path
}

/** `T#USERS#LISTED#id` / ITEM: the version that the lists show, where, and what they tell, as JSON. */
export interface Listed {
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

export const searchPartition = ({ plural }: { plural: string }) => `${plural}#SEARCH`

export function tell<T extends Versioned>({ lists = {}, search }: Entity<T>, item: T): Told {
  const values = Object.entries(lists).map(([list, kept]) => [
    list,
    typeof kept === 'function' ? [...new Set(kept(item))] : [kept.of(item)],
  ])
  return { terms: searchTerms(search?.(item) ?? []), values: Object.fromEntries(values) }
}

/** Where units and groups are, by their ids. */
type Paths = ReadonlyMap<string, Path>

/** The units and groups under whose paths an item has an entry. */
const placesOf = <T extends Versioned>({ byPlace, access = {} }: Entity<T>, item: T): string[] =>
  byPlace === 'kept' && !item.deletedAt ? [access.unitId?.(item), ...(access.groupIds?.(item) ?? [])].filter((id) => id !== undefined) : []

/** A node's path, and what lies in the node, as one sort key. */
export const placeSpot = (entity: { plural: string }, path: Path, id: string): Spot => [placePartition(entity), asKey(path) + id]

/** Everywhere an item has an entry; a removed one nowhere. */
export function listingsOf<T extends Versioned>(entity: Entity<T>, item: T, paths: Paths = new Map()): Listing[] {
  if (item.deletedAt) return []
  const { terms, values } = tell(entity, item)
  const found = terms.map((term) => ({ spot: [searchPartition(entity), `${term}#${item.id}`] as Spot, term }))
  const kept = Object.entries(values).filter(([list]) => typeof entity.lists?.[list] === 'function')
  const listed = kept.flatMap(([list, of]) => of.map((value) => ({ spot: [listPartition(entity, list, value), item.id] as Spot })))
  const placed = placesOf(entity, item).flatMap((via) => {
    const path = paths.get(via)
    return path ? [{ spot: placeSpot(entity, path, item.id), via, path }] : []
  })
  return [...found, ...listed, ...placed]
}

export const listedKey = ({ plural }: { plural: string }, tenant: string, id: string): Key => ({
  pk: tenantPartition(tenant, listPartition({ plural }, 'LISTED', id)),
  sk: 'ITEM',
})
export const spotKey = (tenant: string, [partition, sort]: Spot): Key => ({ pk: tenantPartition(tenant, partition), sk: sort })

export const keyIn = <T extends Versioned>(tenant: Tenant, entity: Entity<T>, id: string): Key =>
  entity.keyOf({ id, organizationId: tenant.id } as Pick<T, 'id' | 'organizationId'> & Partial<T>)

const nameOf = (spot: Spot) => spot.join('\n')

/** What the lists are to show of an item. */
function showing<T extends Versioned>(entity: Entity<T>, item: T, paths: Paths) {
  const told = tell(entity, item)
  const current = listingsOf(entity, item, paths)
  const listed: Listed = { version: item.version, places: current.map(({ spot }) => spot), told: JSON.stringify(told) }
  const entry = ({ spot, ...beside }: Listing) => alone(put(spotKey(item.organizationId, spot), { id: item.id, ...told, ...beside }))
  return { key: listedKey(entity, item.organizationId, item.id), current, listed, entry }
}

/** The lists are still as they were read: another version rewrites them, and so does a move. */
export const unmovedLists = ({ version, places }: Listed): Condition => ({
  expression: '#version = :version AND places = :places',
  names: { '#version': 'version' },
  values: { ':version': version, ':places': places },
})

/**
 * The lists take a version only after the one that they were read to show, so a late writer cannot undo a newer one: the version is written
 * with every change, the entries only where they tell something else.
 */
function listWrites<T extends Versioned>(entity: Entity<T>, item: T, known: Listed, paths: Paths): Write[] {
  const { key, current, listed, entry } = showing(entity, item, paths)
  const [before, after] = [known, listed].map(({ places }) => new Set(places.map(nameOf)))
  // Of a first listing that broke off, nobody knows which entries it wrote.
  const isSame = ({ spot }: Listing) => before?.has(nameOf(spot)) && known.told === listed.told && !known.heldUntil
  return [
    alone(put(key, { ...listed }, unmovedLists(known), 'VERSION_CONFLICT')),
    ...current.filter((each) => !isSame(each)).map(entry),
    ...known.places.filter((spot) => !after?.has(nameOf(spot))).map((spot) => remove(spotKey(item.organizationId, spot))),
  ]
}

/**
 * Where nothing is listed yet, nothing has to change together: the entries are written each by itself, for half of what they cost in a
 * transaction. Nobody else writes any meanwhile, and they are named before they are there, so that whoever comes after a crash finds them.
 */
async function listFirst<T extends Versioned>(tenant: Tenant, entity: Entity<T>, item: T, paths: Paths): Promise<void> {
  const { key, current, listed, entry } = showing(entity, item, paths)
  const heldUntil = new Date(Date.now() + HOLD_MS).toISOString()
  await tenant.commit(alone(put(key, { ...listed, heldUntil }, { expression: ABSENT }, 'VERSION_CONFLICT')))
  await Promise.all(current.map((each) => tenant.commit(entry(each))))
  const isMine = { expression: 'heldUntil = :mine', values: { ':mine': heldUntil } }
  await tenant.commit(alone(put(key, { ...listed }, isMine, 'VERSION_CONFLICT')))
}

const KINDS: Record<string, string> = { unit: 'UNIT', grp: 'GROUP' }
const nodeKey = (tenant: string, id: string): Key => itemKey(tenant, KINDS[id.split('_')[0] ?? ''] ?? '', id)

/** Where these units and groups are at one moment; those that are not there are nowhere. */
async function pathsTo(tenant: Tenant, ids: readonly string[]): Promise<Paths> {
  if (ids.length === 0) return new Map()
  const keys = ids.map((id) => nodeKey(tenant.id, id))
  const [organization, ...nodes] = (await tenant.snapshot(organizationKey(tenant.id), ...keys)) as [TreeGate, ...(TreeNode | undefined)[]]
  return new Map(nodes.flatMap((node) => (node && !node.deletedAt ? [[node.id, pathOf(organization, node)] as const] : [])))
}

/** Says whether something was written that a move may have made wrong meanwhile. */
async function relistOnce<T extends Versioned>(tenant: Tenant, entity: Entity<T>, id: string): Promise<boolean> {
  const [item, listed] = (await tenant.read(keyIn(tenant, entity, id), listedKey(entity, tenant.id, id))) as unknown as [
    T | undefined,
    Listed | undefined,
  ]
  if (!item) return false
  const { heldUntil = '' } = listed ?? {}
  if (heldUntil > new Date().toISOString()) throw problem('VERSION_CONFLICT')
  const places = placesOf(entity, item)
  const paths = await pathsTo(tenant, places)
  if (!listed) await listFirst(tenant, entity, item, paths)
  else {
    const spots = () => listingsOf(entity, item, paths).map(({ spot }) => spot)
    const isShown = !heldUntil && listed.version >= item.version && (places.length === 0 || isDeepStrictEqual(spots(), listed.places))
    if (isShown) return false
    await tenant.commit(listWrites(entity, item, listed, paths))
  }
  return places.length > 0
}

/**
 * Brings the lists to the item's present version, whichever event asks, in whatever order and however often. Whatever was moved while they
 * were written is seen by looking once more; what is moved after that finds them.
 */
export const relist = <T extends Versioned>(tenant: Tenant, entity: Entity<T>, id: string): Promise<void> =>
  retryConflicts(async () => {
    while (await relistOnce(tenant, entity, id));
  }, TRIES)

/** What the reaction to all events of an entity does: `react(rule, keepsLists(users))`. */
export const keepsLists =
  <T extends Versioned>(entity: Entity<T>) =>
  ({ event, tenant }: ReactionCall) =>
    relist(tenant, entity, event.aggregateId)
