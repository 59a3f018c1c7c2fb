import { fromBase64, openNote, toBase64, type Verifier } from './note.ts'
import { HASH_BYTES, type Hash } from './tree.ts'

/** How far a tree came, and its root, as C2SP tlog-checkpoint writes it. */
export interface Checkpoint {
  /** Which tree it is of. */
  origin: string
  size: number
  root: Hash
}

export const checkpointText = ({ origin, size, root }: Checkpoint) => `${origin}\n${size}\n${toBase64(root)}\n`

/** Throws for what is no checkpoint. Lines that follow are other people's. */
export function readCheckpoint(text: string): Checkpoint {
  const [origin = '', size = '', root = ''] = text.split('\n')
  const checkpoint = { origin, size: Number(size), root: fromBase64(root) }
  const isWhole = origin !== '' && /^(0|[1-9]\d*)$/.test(size) && Number.isSafeInteger(checkpoint.size)
  if (isWhole && checkpoint.root.length === HASH_BYTES) return checkpoint
  throw new Error('This is no checkpoint: it has a line for the tree, one for its size and one for its root.')
}

/** Throws where the note is not signed by that key, or is no checkpoint. */
export const openCheckpoint = (note: string, verifier: Verifier): Checkpoint => readCheckpoint(openNote(note, verifier))
