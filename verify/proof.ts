import { type Checkpoint, openCheckpoint } from '../shared/merkle/checkpoint.ts'
import { isCalled, leafOf, type StoredForm } from '../shared/merkle/leaf.ts'
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

type Told = { note: string; key: string } | null

interface Given {
  key?: string | undefined
  /** A checkpoint that was kept, in place of one that the answer lacks; else one of those that it leads to, or from. */
  earlier?: string | undefined
}

const UNSIGNED = 'No checkpoint signs the root that this proof leads to. Give one, with --checkpoint and --key.'

/** The checkpoints of a proof, all by one key. Throws where the one that was kept is none of them: whoever has the key could sign another. */
function open(told: readonly Told[], { key = told.find((each) => each)?.key, earlier }: Given): Checkpoint[] {
  if (key === undefined) throw new Error(UNSIGNED)
  const verifier = readVerifier(key)
  const opened = told.map((each) => {
    const note = each?.note ?? earlier
    if (note === undefined) throw new Error(UNSIGNED)
    return openCheckpoint(note, verifier)
  })
  const kept = earlier === undefined ? undefined : openCheckpoint(earlier, verifier)
  const isOne = ({ origin, size, root }: Checkpoint) => origin === kept?.origin && size === kept.size && isSame(root, kept.root)
  if (kept && !opened.some(isOne)) throw new Error(`The checkpoint that was kept, of ${kept.size} entries, is none of this proof.`)
  return opened
}

function checkInclusion(proof: Inclusion, given: Given): string {
  const [{ size, root }] = open([proof.checkpoint], given) as [Checkpoint]
  if (!isCalled(proof.form, proof.entryId)) throw new Error(`The entry that this proof is of is not called ${proof.entryId}.`)
  if (size !== proof.treeSize) throw new Error(`The proof is for a tree of ${proof.treeSize} entries, the checkpoint of ${size}.`)
  const inclusion = { leaf: proof.leafIndex, size, hash: leafOf(proof.form), path: proof.path.map(fromBase64), root }
  if (!holdsInclusion(inclusion))
    throw new Error(`Entry ${proof.leafIndex} (${proof.entryId}) is not what stands in the tree of ${size} entries.`)
  return `Entry ${proof.leafIndex} (${proof.entryId}) stands in the tree of ${size} entries.`
}

function checkConsistency(proof: Consistency, given: Given): string {
  const [from, to] = open([proof.fromCheckpoint, proof.toCheckpoint], given) as [Checkpoint, Checkpoint]
  if (from.origin !== to.origin) throw new Error(`These are two logs: ${from.origin} and ${to.origin}.`)
  const consistency = { from: from.size, to: to.size, path: proof.path.map(fromBase64), fromRoot: from.root, toRoot: to.root }
  if (!holdsConsistency(consistency))
    throw new Error(`The tree of ${to.size} entries does not begin with the one of ${from.size}: an entry before ${from.size} was changed.`)
  return `The tree of ${to.size} entries begins with the one of ${from.size}, entry by entry.`
}

/** Of whoever made up a proof the key is, too. */
export const ownWord = (whose: string, key: string) =>
  `The key is the ${whose}'s own word: compare it with the one you know, or give that with --key.\n  ${key}`
const caveat = ({ key }: Given, told: Told) => (key === undefined && told ? `\n${ownWord('proof', told.key)}` : '')

/** What a proof shows, in words. Throws where it shows nothing. */
export function checkProof(text: string, given: Given): string {
  const answer = JSON.parse(text)
  const proof = answer.data ?? answer
  if ('leafIndex' in proof) return checkInclusion(proof, given) + caveat(given, proof.checkpoint)
  if ('toCheckpoint' in proof) return checkConsistency(proof, given) + caveat(given, proof.fromCheckpoint ?? proof.toCheckpoint)
  throw new Error('This is no answer of /audit/proofs.')
}
