import { config } from '../../shared/config.ts'
import { isProblem } from '../../shared/errors.ts'
import { ulidOf } from '../../shared/ids.ts'
import { checkpointText, openCheckpoint, readCheckpoint } from '../../shared/merkle/checkpoint.ts'
import { readVerifier, signedNote, verifierKey } from '../../shared/merkle/note.ts'
import { TILE_WIDTH } from '../../shared/merkle/tile.ts'
import { type Hash, isFrontier, isSame, rootOf } from '../../shared/merkle/tree.ts'
import type { Signer } from '../../shared/signing.ts'
import { timeOf } from '../../shared/store/audit-keys.ts'
import type { Write } from '../../shared/store/part.ts'
import { checkpointKey, leavesKey, tileKey } from '../../shared/store/sealed-keys.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import { put, putNew } from '../../shared/store/writes.ts'
import { frontierOf, grown, grownTiles, latest, leavesWithin, STRETCH_MS, type StoredCheckpoint } from './tree-store.ts'

export interface Leaf {
  /** Of the entry. */
  id: string
  hash: Hash
}

/** Kept together, 7 KB; a transaction takes so many of them beside tiles and checkpoint. */
const MOST_IN_RUN = 256
const MOST_RUNS = 60
const MOST_LEAVES = 1_024
/** Leaves further apart are looked for by themselves. */
const GAP_MS = 60_000
/** Of several that seal for one tenant at once, all but one begin anew. */
const MOST_TRIES = 30

/** Groups what follows one another, as long as each may join what came before it. */
function grouped(leaves: readonly Leaf[], joins: (leaf: Leaf, group: readonly Leaf[]) => boolean): Leaf[][] {
  const groups: Leaf[][] = []
  for (const leaf of leaves) {
    const group = groups.at(-1)
    if (group && joins(leaf, group)) group.push(leaf)
    else groups.push([leaf])
  }
  return groups
}

const msSince = (one: Leaf | undefined, leaf: Leaf) => timeOf(leaf.id) - timeOf(one?.id ?? leaf.id)

/** Asked after the head was read: what somebody sealed since lets the write fail. */
async function unsealed(tenant: Tenant, leaves: readonly Leaf[]): Promise<Leaf[]> {
  // Of several that bear an id the first counts: an entry is written once, and what comes after it was put in its place.
  const sorted = [...new Map(leaves.toReversed().map((leaf) => [leaf.id, leaf])).values()].sort((one, other) =>
    one.id < other.id ? -1 : 1,
  )
  const near = grouped(sorted, (leaf, group) => msSince(group.at(-1), leaf) <= GAP_MS)
  const fresh = await Promise.all(
    near.map(async (group) => {
      const known = await leavesWithin(tenant, (group[0] as Leaf).id, (group.at(-1) as Leaf).id)
      return group.filter(({ id }) => !known.has(id))
    }),
  )
  return fresh.flat()
}

const runsOf = (leaves: readonly Leaf[]) => grouped(leaves, (leaf, run) => run.length < MOST_IN_RUN && msSince(run[0], leaf) <= STRETCH_MS)

/** A tree keeps the name that its first checkpoint had, wherever the installation moves. */
const originOf = (tenant: Tenant, head: StoredCheckpoint | undefined) =>
  head ? readCheckpoint(head.note).origin : `${new URL(config.appUrl).host}/audit/${tenant.id}`

/**
 * A tree goes on from what this key signed of this tenant, and from nothing else: else whoever may put into the table, and may not sign, would have
 * a history of their own signed with the next entry.
 */
function requireOwn({ id }: Tenant, head: StoredCheckpoint, { publicKey }: Signer): void {
  const { origin } = readCheckpoint(head.note)
  const { size, root } = openCheckpoint(head.note, readVerifier(verifierKey(origin, publicKey)))
  const frontier = frontierOf(head)
  if (origin.endsWith(`/audit/${id}`) && size === head.size && isFrontier(frontier) && isSame(root, rootOf(frontier))) return
  throw new Error(`The last checkpoint of ${id} is not what it signs, so nothing is sealed upon it. Somebody changed it in the table.`)
}

async function checkpointOf(
  tenant: Tenant,
  head: StoredCheckpoint | undefined,
  runs: readonly Leaf[][],
  signer: Signer,
): Promise<StoredCheckpoint> {
  const hashes = runs.flat().map(({ hash }) => hash)
  const frontier = grown(head, hashes)
  const origin = originOf(tenant, head)
  const key = verifierKey(origin, signer.publicKey)
  const text = checkpointText({ origin, size: frontier.size, root: rootOf(frontier) })
  return {
    before: head?.size ?? 0,
    size: frontier.size,
    peaks: Buffer.concat(frontier.peaks),
    tail: Buffer.concat(hashes.slice(-Math.min(hashes.length, frontier.size % TILE_WIDTH) || hashes.length)),
    runs: runs.map(([first]) => first?.id).join(' '),
    note: signedNote(text, readVerifier(key), await signer.sign(text)),
    key,
    createdAt: new Date().toISOString(),
  }
}

interface Sealed {
  /** How many were new. */
  sealed: number
  left: Leaf[]
}

/** Puts what is new behind the last leaf, with the next checkpoint: all in one transaction, or nothing. Throws `CONFLICT` when somebody was faster. */
async function sealOnce(tenant: Tenant, leaves: readonly Leaf[], signer: Signer): Promise<Sealed> {
  const head = await latest(tenant)
  if (head) requireOwn(tenant, head, signer)
  const fresh = await unsealed(tenant, leaves)
  if (fresh.length === 0) return { sealed: 0, left: [] }
  const runs = runsOf(fresh.slice(0, MOST_LEAVES)).slice(0, MOST_RUNS)
  const taken = runs.flat()
  const before = head?.size ?? 0
  const hashes = taken.map(({ hash }) => hash)
  const [checkpoint, tiles] = await Promise.all([checkpointOf(tenant, head, runs, signer), grownTiles(tenant, before, hashes)])
  const numbers = runs.map((_, n) => before + runs.slice(0, n).reduce((sum, { length }) => sum + length, 0))
  const writes: Write[] = [
    putNew(checkpointKey(tenant.id, before), { ...checkpoint }, 'CONFLICT'),
    ...runs.map((run, n) => {
      const ids = run.map(({ id }) => ulidOf(id)).join(' ')
      return putNew(leavesKey(tenant.id, (run[0] as Leaf).id), { first: numbers[n], ids }, 'CONFLICT')
    }),
    ...tiles.map(({ hashes, ...tile }) => put(tileKey(tenant.id, tile), { hashes: Buffer.concat(hashes) })),
  ]
  await tenant.commit(writes)
  return { sealed: taken.length, left: fresh.slice(taken.length) }
}

/**
 * Gives entries their numbers, once and for all, and signs the tree that they make. An entry that has its number keeps it, so the same may come
 * again, in part, in another order, and at two places at once. Says how many were new.
 */
export async function sealEntries(tenant: Tenant, leaves: readonly Leaf[], signer: Signer): Promise<number> {
  let [left, count, tries] = [[...leaves], 0, 0]
  while (left.length > 0) {
    try {
      const done = await sealOnce(tenant, left, signer)
      ;[left, count, tries] = [done.left, count + done.sealed, 0]
    } catch (error) {
      if (!isProblem(error, 'CONFLICT', 'UNAVAILABLE') || ++tries >= MOST_TRIES) throw error
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * tries))
    }
  }
  return count
}
