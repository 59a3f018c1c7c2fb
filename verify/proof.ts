import { type Checkpoint, openCheckpoint } from '../shared/merkle/checkpoint.ts'
import { leafOf, type StoredForm } from '../shared/merkle/leaf.ts'
import { fromBase64, readVerifier } from '../shared/merkle/note.ts'
import { holdsConsistency, holdsInclusion } from '../shared/merkle/proof.ts'
import { isSame } from '../shared/merkle/tree.ts'

/** Answers of `GET /audit/proofs/inclusion` and `GET /audit/proofs/consistency`, as they came. */
interface Inclusion {
  entryId: string
  leafIndex: number
  treeSize: number
  path: string[]
  checkpoint: { note: string; key: string } | null
  form: StoredForm
}
interface Consistency {
  path: string[]
  fromCheckpoint: { note: string; key: string } | null
  toCheckpoint: { note: string; key: string } | null
}

interface Given {
  key?: string | undefined
  /** A checkpoint that was kept, in place of one that the answer lacks. */
  earlier?: string | undefined
}

function open(checkpoint: { note: string; key: string } | null, { key, earlier }: Given): Checkpoint {
  const note = checkpoint?.note ?? earlier
  const by = key ?? checkpoint?.key
  if (note === undefined || by === undefined)
    throw new Error('No checkpoint signs the root that this proof leads to. Give one, with --checkpoint and --key.')
  return openCheckpoint(note, readVerifier(by))
}

function checkInclusion(proof: Inclusion, given: Given): string {
  const { size, root } = open(proof.checkpoint, given)
  if (size !== proof.treeSize) throw new Error(`The proof is for a tree of ${proof.treeSize} entries, the checkpoint of ${size}.`)
  const inclusion = { leaf: proof.leafIndex, size, hash: leafOf(proof.form), path: proof.path.map(fromBase64), root }
  if (!holdsInclusion(inclusion))
    throw new Error(`Entry ${proof.leafIndex} (${proof.entryId}) is not what stands in the tree of ${size} entries.`)
  return `Entry ${proof.leafIndex} (${proof.entryId}) stands in the tree of ${size} entries.`
}

function checkConsistency(proof: Consistency, given: Given): string {
  const [from, to] = [open(proof.fromCheckpoint, given), open(proof.toCheckpoint, given)]
  if (from.origin !== to.origin) throw new Error(`These are two logs: ${from.origin} and ${to.origin}.`)
  if (given.earlier !== undefined) {
    const kept = open({ note: given.earlier, key: given.key ?? proof.fromCheckpoint?.key ?? '' }, given)
    if (kept.size === from.size && !isSame(kept.root, from.root))
      throw new Error(`The checkpoint that was kept of ${kept.size} entries has another root.`)
  }
  const consistency = { from: from.size, to: to.size, path: proof.path.map(fromBase64), fromRoot: from.root, toRoot: to.root }
  if (!holdsConsistency(consistency))
    throw new Error(`The tree of ${to.size} entries does not begin with the one of ${from.size}: an entry before ${from.size} was changed.`)
  return `The tree of ${to.size} entries begins with the one of ${from.size}, entry by entry.`
}

/** What a proof shows, in words. Throws where it shows nothing. */
export function checkProof(text: string, given: Given): string {
  const answer = JSON.parse(text)
  const proof = answer.data ?? answer
  if ('leafIndex' in proof) return checkInclusion(proof, given)
  if ('toCheckpoint' in proof) return checkConsistency(proof, given)
  throw new Error('This is no answer of /audit/proofs.')
}
