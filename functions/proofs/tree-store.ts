import { hashesOf, hashIn, placeOf, TILE_WIDTH, type Tile } from '../../shared/merkle/tile.ts'
import { EMPTY, type Frontier, growAll, type Hash, type Node, rootOf } from '../../shared/merkle/tree.ts'
import { firstIdAt, isDated, timeOf } from '../../shared/store/audit-keys.ts'
import { eachPage } from '../../shared/store/pages.ts'
import { CHECKPOINTS, LEAVES, numberKey, tileKey } from '../../shared/store/sealed-keys.ts'
import type { Tenant } from '../../shared/store/tenant.ts'

/** How far a tenant's tree came, signed; written once, with what it grew by. */
export interface StoredCheckpoint {
  /** The size of the tree before. */
  before: number
  size: number
  /** Hashes of the whole subtrees, the largest first: what it takes to grow on. */
  peaks: Uint8Array
  /** Hashes of those of its own leaves that no full tile holds yet. */
  tail: Uint8Array
  /** Where the ids of its leaves are kept: the first of each run, with a space between. */
  runs: string
  /** The signed note. */
  note: string
  /** Who signed it. */
  key: string
  createdAt: string
}

/** Entries of which both ids and leaves follow one another. */
export interface StoredLeaves {
  first: number
  /** Without the prefix, with a space between. */
  ids: string
}

/** Leaves that are kept together were made within so much time, so that an entry is looked for in a short stretch. */
export const STRETCH_MS = 10_000

export const frontierOf = (head: StoredCheckpoint | undefined): Frontier =>
  head ? { size: head.size, peaks: hashesOf(head.peaks) } : EMPTY

export async function latest(tenant: Tenant): Promise<StoredCheckpoint | undefined> {
  const { items } = await tenant.list<StoredCheckpoint>({ partitions: [CHECKPOINTS], order: 'descending', limit: 1, consistent: true })
  return items[0]
}

/** The checkpoint of exactly so many entries, if there was one. */
export async function checkpointAt(tenant: Tenant, size: number): Promise<StoredCheckpoint | undefined> {
  const [to, page] = [numberKey(size - 1), { order: 'descending', limit: 1, consistent: true } as const]
  const { items } = await tenant.list<StoredCheckpoint>({ partitions: [CHECKPOINTS], to, ...page })
  return items[0]?.size === size ? items[0] : undefined
}

const tileStart = (size: number) => size - (size % TILE_WIDTH)

/** Hashes of the leaves behind the last full tile of a tree, of the checkpoints that brought them. */
export async function tailOf(tenant: Tenant, size: number): Promise<Hash[]> {
  const start = tileStart(size)
  const tails: Hash[][] = []
  const newestFirst = {
    partitions: [CHECKPOINTS],
    order: 'descending',
    limit: TILE_WIDTH,
    consistent: true,
    to: numberKey(size - 1),
  } as const
  if (start === size) return []
  for await (const page of eachPage(async (cursor: string | undefined) => {
    const { items, nextCursor } = await tenant.list<StoredCheckpoint>({ ...newestFirst, cursor })
    return { items, next: nextCursor }
  })) {
    for (const { before, tail } of page) {
      tails.push(hashesOf(tail))
      if (before <= start) return tails.toReversed().flat()
    }
  }
  throw new Error(`The leaves from ${start} to ${size} of ${tenant.id} are not all there.`)
}

const nameOf = ({ level, index }: Tile) => `${level}/${index}`

/** Tiles by their names, as they stand; one that was never written is empty. */
export async function readTiles(tenant: Tenant, tiles: readonly Tile[]): Promise<Map<string, Hash[]>> {
  const distinct = [...new Map(tiles.map((tile) => [nameOf(tile), tile])).values()]
  const items = distinct.length === 0 ? [] : await tenant.read<{ hashes: Uint8Array }>(...distinct.map((tile) => tileKey(tenant.id, tile)))
  return new Map(distinct.map((tile, n) => [nameOf(tile), items[n] ? hashesOf(items[n].hashes) : []]))
}

/** The hashes of whole subtrees of a tree of a size that is sealed, in one trip beside its head's. */
export async function readNodes(tenant: Tenant, nodes: readonly Node[], head: StoredCheckpoint): Promise<(node: Node) => Hash> {
  const places = nodes.map((node) => placeOf(node).tile)
  const open: Tile = { level: 0, index: Math.floor(head.size / TILE_WIDTH) }
  const needsTail = places.some((tile) => nameOf(tile) === nameOf(open))
  const [tiles, tail] = await Promise.all([
    readTiles(
      tenant,
      places.filter((tile) => nameOf(tile) !== nameOf(open)),
    ),
    needsTail ? tailOf(tenant, head.size) : [],
  ])
  return (node) => hashIn(nameOf(placeOf(node).tile) === nameOf(open) ? tail : (tiles.get(nameOf(placeOf(node).tile)) ?? []), node)
}

/** Tiles that a tree grows by: all that become full, and of the higher levels those that have begun. */
export async function grownTiles(tenant: Tenant, size: number, leaves: readonly Hash[]): Promise<(Tile & { hashes: Hash[] })[]> {
  if ((size % TILE_WIDTH) + leaves.length < TILE_WIDTH) return []
  const grown: (Tile & { hashes: Hash[] })[] = []
  let [level, start, row] = [0, tileStart(size), [...(await tailOf(tenant, size)), ...leaves]]
  for (;;) {
    const tiles = Array.from({ length: Math.ceil(row.length / TILE_WIDTH) }, (_, n) => ({
      level,
      index: start / TILE_WIDTH + n,
      hashes: row.slice(n * TILE_WIDTH, (n + 1) * TILE_WIDTH),
    }))
    const full = tiles.filter(({ hashes }) => hashes.length === TILE_WIDTH)
    // Leaves of a tile that is not full stand with their checkpoints, so that a single one does not rewrite them all.
    grown.push(...(level === 0 ? full : tiles))
    if (full.length === 0) return grown
    const begun = (full[0]?.index ?? 0) % TILE_WIDTH
    const above: Tile = { level: level + 1, index: Math.floor((full[0]?.index ?? 0) / TILE_WIDTH) }
    const known = begun === 0 ? [] : ((await readTiles(tenant, [above])).get(nameOf(above)) ?? [])
    const roots = full.map(({ hashes }) => rootOf(growAll(EMPTY, hashes)))
    ;[level, start, row] = [above.level, above.index * TILE_WIDTH, [...known.slice(0, begun), ...roots]]
  }
}

/** The leaves whose ids lie in a stretch, both ends included, with the numbers of their leaves. */
export async function leavesWithin(tenant: Tenant, from: string, to: string): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  const stretch = {
    partitions: [LEAVES],
    from: firstIdAt('aud', Math.max(0, timeOf(from) - STRETCH_MS)),
    to,
    limit: 100,
    consistent: true,
  } as const
  for await (const page of eachPage(async (cursor: string | undefined) => {
    const { items, nextCursor } = await tenant.list<StoredLeaves>({ ...stretch, cursor })
    return { items, next: nextCursor }
  })) {
    for (const { first, ids } of page) for (const [n, id] of ids.split(' ').entries()) found.set(`aud_${id}`, first + n)
  }
  return found
}

/** The number of an entry's leaf; the nearest ids before are looked at first. */
export async function leafNumber(tenant: Tenant, id: string): Promise<number | undefined> {
  const ulid = id.slice('aud_'.length)
  if (!isDated(id)) return undefined
  const stretch = { partitions: [LEAVES], from: firstIdAt('aud', Math.max(0, timeOf(id) - STRETCH_MS)), to: id, consistent: true } as const
  for await (const page of eachPage(async (cursor: string | undefined) => {
    const { items, nextCursor } = await tenant.list<StoredLeaves>({ ...stretch, order: 'descending', limit: 8, cursor })
    return { items, next: nextCursor }
  })) {
    for (const { first, ids } of page) {
      const n = ids.split(' ').indexOf(ulid)
      if (n >= 0) return first + n
    }
  }
  return undefined
}

export const grown = (head: StoredCheckpoint | undefined, leaves: readonly Hash[]): Frontier => growAll(frontierOf(head), leaves)
