import type { StoredForm } from './leaf.ts'
import { toBase64 } from './note.ts'
import type { Frontier, Hash } from './tree.ts'

/**
 * The lines of an export that can be verified (`docs/verifiable-export.md`): a header, then the leaves in their order, and among them, each behind the
 * last leaf it is of, the checkpoints. The last line is a checkpoint.
 */

export const FORMAT = 'tessera-audit-export/1'

export interface HeaderLine {
  format: typeof FORMAT
  origin: string
  key: string
  /** The first leaf that follows, and in `peaks` the whole subtrees of those before. */
  from: number
  peaks: string[]
}

export interface LeafLine {
  leaf: number
  id: string
  hash: string
  /** Absent where the entry was cleaned away by its retention: its hash remains. */
  form?: StoredForm
}

export interface CheckpointLine {
  checkpoint: string
}

const line = (value: HeaderLine | LeafLine | CheckpointLine) => `${JSON.stringify(value)}\n`

export const headerLine = ({ origin, key, before }: { origin: string; key: string; before: Frontier }) =>
  line({ format: FORMAT, origin, key, from: before.size, peaks: before.peaks.map(toBase64) })

export const leafLine = ({ leaf, id, hash, form }: { leaf: number; id: string; hash: Hash; form?: StoredForm | undefined }) =>
  line({ leaf, id, hash: toBase64(hash), ...(form ? { form } : {}) })

export const checkpointLine = (note: string) => line({ checkpoint: note })
