import { problem } from '../../shared/errors.ts'
import { readCheckpoint } from '../../shared/merkle/checkpoint.ts'
import { checkpointLine, headerLine, leafLine } from '../../shared/merkle/export.ts'
import { EMPTY, type Frontier } from '../../shared/merkle/tree.ts'
import { toAttributes } from '../../shared/store/attributes.ts'
import { auditKey } from '../../shared/store/audit-keys.ts'
import { CHECKPOINTS, leavesKey, numberKey } from '../../shared/store/sealed-keys.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import { TREE_TOO_SMALL } from './problems.ts'
import { checkpointAt, frontierOf, latest, readNodes, type StoredCheckpoint, type StoredLeaves } from './tree-store.ts'

/** A piece of an export that can be verified (`docs/verifiable-export.md`), and the size of the tree behind which the next piece begins. */
export interface ExportPiece {
  lines: string[]
  next: number
  isLast: boolean
}

/** Of checkpoints: where little happens each brings an entry or two. */
const PAGE = 50
/** What is in memory at once, beyond the entries of one checkpoint; few kilobytes an entry. */
const PIECE_ENTRIES = 5_000

async function frontierAt(tenant: Tenant, size: number): Promise<Frontier> {
  if (size === 0) return EMPTY
  const checkpoint = await checkpointAt(tenant, size)
  if (checkpoint) return frontierOf(checkpoint)
  throw problem(TREE_TOO_SMALL, { message: `No checkpoint was made of ${size} entries, so no export begins there.` })
}

/** The ids of entries by their leaves, as far as they are still told. */
async function idsOf(tenant: Tenant, checkpoints: readonly StoredCheckpoint[]): Promise<Map<number, string>> {
  const keys = checkpoints.flatMap(({ runs }) => runs.split(' ')).map((first) => leavesKey(tenant.id, first))
  const runs = await tenant.read<StoredLeaves>(...keys)
  const numbered = runs.flatMap((run) => run?.ids.split(' ').map((ulid, n): [number, string] => [run.first + n, `aud_${ulid}`]) ?? [])
  return new Map(numbered)
}

async function linesOf(tenant: Tenant, checkpoints: readonly StoredCheckpoint[], head: StoredCheckpoint): Promise<string[]> {
  const leaves = checkpoints.flatMap(({ before, size }) => Array.from({ length: size - before }, (_, n) => before + n))
  const nodes = leaves.map((index) => ({ level: 0, index }))
  const [ids, hashOf] = await Promise.all([idsOf(tenant, checkpoints), readNodes(tenant, nodes, head)])
  const known = [...ids.values()]
  const items = await tenant.read(...known.map((id) => auditKey(tenant.id, id)))
  const formOf = new Map(known.map((id, n) => [id, items[n] && toAttributes(items[n])]))
  const leafAt = (leaf: number) => {
    const id = ids.get(leaf) ?? ''
    return leafLine({ leaf, id, hash: hashOf({ level: 0, index: leaf }), form: formOf.get(id) })
  }
  return checkpoints.flatMap(({ before, size, note }) => [
    ...leaves.filter((leaf) => leaf >= before && leaf < size).map(leafAt),
    checkpointLine(note),
  ])
}

/**
 * The lines of an export from a checkpoint on (0: from the beginning), so many as a step of a job takes; the header with the first. What was
 * tampered with is written as it stands: to find it is up to whoever verifies. Needs to read `AUDIT` and `SEALED`.
 */
export async function exportPiece(tenant: Tenant, { from, isFirst }: { from: number; isFirst: boolean }): Promise<ExportPiece> {
  const [head, before, { items, nextCursor }] = await Promise.all([
    latest(tenant),
    isFirst ? frontierAt(tenant, from) : EMPTY,
    tenant.list<StoredCheckpoint>({ partitions: [CHECKPOINTS], from: numberKey(from), limit: PAGE, consistent: true }),
  ])
  if (!head) return { lines: [], next: from, isLast: true }
  const header = isFirst ? [headerLine({ origin: readCheckpoint(head.note).origin, key: head.key, before })] : []
  const taken = items.filter(({ size }, n) => n === 0 || size - from <= PIECE_ENTRIES)
  const lines = [...header, ...(await linesOf(tenant, taken, head))]
  return { lines, next: taken.at(-1)?.size ?? from, isLast: nextCursor === null && taken.length === items.length }
}
