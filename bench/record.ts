import { inclusionRanges } from '../shared/merkle/proof.ts'
import { placeOf, TILE_WIDTH } from '../shared/merkle/tile.ts'
import { HASH_BYTES, nodesOf } from '../shared/merkle/tree.ts'

/** `npm run bench -- record`: what a proof takes in a tree of many leaves, by the tiles that it would read. What sealing takes is held by a test. */

const UNIT_BYTES = 4_096
/** Of a checkpoint that brought one leaf. */
const CHECKPOINT_BYTES = 750
const SAMPLES = 1_000

interface ProofCost {
  hashes: number
  tiles: number
  rru: number
}

/** Of one leaf. Leaves behind the last full tile stand with their checkpoints, which at worst brought one each. */
export function proofCost(leaf: number, size: number): ProofCost {
  const ranges = inclusionRanges(leaf, size)
  const tiles = new Set(ranges.flatMap(nodesOf).map((node) => JSON.stringify(placeOf(node).tile)))
  const isOpen = tiles.delete(JSON.stringify({ level: 0, index: Math.floor(size / TILE_WIDTH) }))
  const tail = isOpen ? Math.ceil(((size % TILE_WIDTH) * CHECKPOINT_BYTES) / UNIT_BYTES) : 0
  return { hashes: ranges.length, tiles: tiles.size, rru: tiles.size * Math.ceil((TILE_WIDTH * HASH_BYTES) / UNIT_BYTES) + tail }
}

const worst = (costs: readonly ProofCost[], of: keyof ProofCost) => Math.max(...costs.map((cost) => cost[of]))

export function benchRecord(): void {
  for (const size of [1_000, 100_000, 10_000_000, 100_000_000]) {
    const costs = Array.from({ length: SAMPLES }, (_, n) => proofCost(Math.floor((size * n) / SAMPLES), size))
    const [hashes, tiles, rru] = [worst(costs, 'hashes'), worst(costs, 'tiles'), worst(costs, 'rru')]
    console.log(
      `${size} leaves: at most ${hashes} hashes (${hashes * HASH_BYTES} bytes), ${tiles} tiles, ${rru} RRU beside 3 for entry, leaf and head`,
    )
  }
}
