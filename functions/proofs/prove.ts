import type * as z from 'zod'
import { problem } from '../../shared/errors.ts'
import { readCheckpoint } from '../../shared/merkle/checkpoint.ts'
import { leafOf } from '../../shared/merkle/leaf.ts'
import { toBase64 } from '../../shared/merkle/note.ts'
import { consistencyRanges, inclusionRanges, proofOf } from '../../shared/merkle/proof.ts'
import { type Hash, nodesOf, type Range } from '../../shared/merkle/tree.ts'
import { toAttributes } from '../../shared/store/attributes.ts'
import { auditKey } from '../../shared/store/audit-keys.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import type { Checkpoint, ConsistencyProof, InclusionProof } from './contract.ts'
import { NOT_SEALED_YET, TREE_TOO_SMALL } from './problems.ts'
import { checkpointAt, latest, leafNumber, readNodes, type StoredCheckpoint } from './tree-store.ts'

export function toCheckpoint({ note, key, createdAt }: StoredCheckpoint): z.output<typeof Checkpoint> {
  const { size, root } = readCheckpoint(note)
  return { id: Buffer.from(root).toString('hex'), treeSize: size, rootHash: toBase64(root), note, key, createdAt }
}

const orNull = (checkpoint: StoredCheckpoint | undefined) => (checkpoint ? toCheckpoint(checkpoint) : null)

/** The checkpoint of a size, of those that were read beside the latest. */
const ofSize = (size: number, ...found: (StoredCheckpoint | undefined)[]) => orNull(found.find((each) => each?.size === size))

const within = (size: number, least: number, most: number, name: string): void => {
  if (size >= least && size <= most) return
  throw problem(TREE_TOO_SMALL, { details: { [name]: `Must be from ${least} to ${most}` } })
}

async function prove(tenant: Tenant, ranges: readonly Range[], head: StoredCheckpoint): Promise<Hash[]> {
  return proofOf(ranges, await readNodes(tenant, ranges.flatMap(nodesOf), head))
}

export interface InclusionQuery {
  entryId: string
  treeSize?: number | undefined
}

export async function inclusion(tenant: Tenant, { entryId, treeSize }: InclusionQuery): Promise<z.output<typeof InclusionProof>> {
  const [head, leaf, [entry], asked] = await Promise.all([
    latest(tenant),
    leafNumber(tenant, entryId),
    tenant.read(auditKey(tenant.id, entryId)),
    treeSize ? checkpointAt(tenant, treeSize) : undefined,
  ])
  if (!entry) throw problem('NOT_FOUND')
  if (!head || leaf === undefined || leaf >= head.size) throw problem(NOT_SEALED_YET)
  const size = treeSize ?? head.size
  within(size, leaf + 1, head.size, 'treeSize')
  const form = toAttributes(entry)
  const path = await prove(tenant, inclusionRanges(leaf, size), head)
  const hash = toBase64(leafOf(form))
  return { entryId, leafIndex: leaf, leafHash: hash, treeSize: size, path: path.map(toBase64), checkpoint: ofSize(size, head, asked), form }
}

export interface ConsistencyQuery {
  from: number
  to?: number | undefined
}

export async function consistency(tenant: Tenant, query: ConsistencyQuery): Promise<z.output<typeof ConsistencyProof>> {
  const { from } = query
  const [head, ...asked] = await Promise.all([
    latest(tenant),
    from > 0 ? checkpointAt(tenant, from) : undefined,
    query.to ? checkpointAt(tenant, query.to) : undefined,
  ])
  if (!head) throw problem(NOT_SEALED_YET)
  const to = query.to ?? head.size
  within(to, 0, head.size, 'to')
  within(from, 0, to, 'from')
  const path = await prove(tenant, consistencyRanges(from, to), head)
  return { from, to, path: path.map(toBase64), fromCheckpoint: ofSize(from, ...asked, head), toCheckpoint: ofSize(to, ...asked, head) }
}
