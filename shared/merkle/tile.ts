import { EMPTY, growAll, HASH_BYTES, type Hash, type Node, rootOf } from './tree.ts'

/** Tiles of C2SP tlog-tiles: of every eighth level of the tree, 256 hashes in a row. */

const HEIGHT = 8
export const TILE_WIDTH = 256

export interface Tile {
  level: number
  index: number
}

/** How many hashes of a tile's level a tree has. */
const widthOf = (level: number, size: number) => Math.floor(size / TILE_WIDTH ** level)

/** How many hashes a tile holds in a tree of a size. */
export const hashesIn = ({ level, index }: Tile, size: number) =>
  Math.max(0, Math.min(TILE_WIDTH, widthOf(level, size) - index * TILE_WIDTH))

/** Where a whole subtree's hash is found: a tile, and the part of it that the subtree stands over. */
export function placeOf({ level, index }: Node): { tile: Tile; from: number; to: number } {
  const width = 2 ** (level % HEIGHT)
  const from = index * width
  return {
    tile: { level: Math.floor(level / HEIGHT), index: Math.floor(from / TILE_WIDTH) },
    from: from % TILE_WIDTH,
    to: (from % TILE_WIDTH) + width,
  }
}

export const hashesOf = (bytes: Uint8Array): Hash[] =>
  Array.from({ length: bytes.length / HASH_BYTES }, (_, n) => bytes.subarray(n * HASH_BYTES, (n + 1) * HASH_BYTES))

/** The hash of a whole subtree, of the hashes of its tile. Throws where the tile has not come so far. */
export function hashIn(hashes: readonly Hash[], node: Node): Hash {
  const { from, to } = placeOf(node)
  if (to > hashes.length)
    throw new RangeError(`The tile of the node ${node.index} of level ${node.level} has ${hashes.length} hashes only.`)
  return rootOf(growAll(EMPTY, hashes.slice(from, to)))
}

/** Three digits a step, all but the last marked: `x001/x234/067`. */
const inSteps = (index: number): string => {
  const last = String(index % 1000).padStart(3, '0')
  const higher = Math.floor(index / 1000)
  return higher === 0 ? last : `${inSteps(higher).replace(/(^|\/)(?=\d{3}$)/, '$1x')}/${last}`
}

/** What the tile is called in a tree of a size, as tlog-tiles names files: `tile/0/x001/067`, `tile/1/000.p/5`. */
export function tilePath(tile: Tile, size: number): string {
  const hashes = hashesIn(tile, size)
  return `tile/${tile.level}/${inSteps(tile.index)}${hashes === TILE_WIDTH ? '' : `.p/${hashes}`}`
}
