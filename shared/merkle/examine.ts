import { type Checkpoint, openCheckpoint } from './checkpoint.ts'
import { type CheckpointLine, FORMAT, type HeaderLine, type LeafLine } from './export.ts'
import { isCalled, leafOf } from './leaf.ts'
import { fromBase64, readVerifier, type Verifier } from './note.ts'
import { type Frontier, grow, HASH_BYTES, isFrontier, isSame, rootOf } from './tree.ts'

/** What is wrong, and where first: the number of an entry in its tree. */
export class Finding extends Error {
  readonly kind: 'changed' | 'missing' | 'reordered' | 'cut off' | 'removed' | 'checkpoint' | 'unreadable'
  readonly leaf: number
  constructor(kind: Finding['kind'], leaf: number, message: string) {
    super(message)
    this.kind = kind
    this.leaf = leaf
  }
}

export interface Examined {
  origin: string
  from: number
  /** Entries before this number are verified. */
  to: number
  /** Entries of which only the hash is left. */
  removed: number
  /** The number of the last of them. */
  lastRemoved?: number
  checkpoints: number
  key: string
}

export interface ExamineOptions {
  /** Of the log, as it was learnt another way than by the export itself. */
  key?: string | undefined
  /** A checkpoint, signed, that was kept from an earlier day. */
  earlier?: string | undefined
  /** Entries may be gone by their retention. */
  allowRemoved?: boolean | undefined
}

interface Course {
  verifier: Verifier
  origin: string
  frontier: Frontier
  /** The size of the last checkpoint that held, or where the export begins. */
  held: number
  earlier: Checkpoint | undefined
  examined: Examined
}

function begin(header: HeaderLine, { key = header.key, earlier }: ExamineOptions): Course {
  if (header.format !== FORMAT) throw new Finding('unreadable', 0, `The first line does not say ${FORMAT}.`)
  const verifier = readVerifier(key)
  const { origin, from } = header
  const frontier = { size: from, peaks: header.peaks.map(fromBase64) }
  if (!isFrontier(frontier)) throw new Finding('unreadable', 0, 'The first line does not say where the export begins.')
  const kept = earlier === undefined ? undefined : openCheckpoint(earlier, verifier)
  if (kept && kept.origin !== origin)
    throw new Finding('checkpoint', from, `The earlier checkpoint is of ${kept.origin}, this is of ${origin}.`)
  if (kept && kept.size < from) {
    const message = `The earlier checkpoint is of ${kept.size} entries and the export begins at ${from}. Export from an entry before it.`
    throw new Finding('checkpoint', from, message)
  }
  const examined = { origin, from, to: from, removed: 0, checkpoints: 0, key }
  return { verifier, origin, frontier, held: from, earlier: kept, examined }
}

/** Between two checkpoints each of these could be it, where not even the hashes are the true ones. */
const among = (first: number, end: number) =>
  end - first === 1 ? `Entry ${first}` : `Entry ${first}, or one of the ${end - first - 1} after it,`

function compareWithEarlier({ earlier, frontier, held }: Course): void {
  if (!earlier || earlier.size !== frontier.size || isSame(earlier.root, rootOf(frontier))) return
  const message = `${among(Math.min(held, Math.max(0, earlier.size - 1)), earlier.size)} is not what the earlier checkpoint was made of.`
  throw new Finding('changed', Math.min(held, Math.max(0, earlier.size - 1)), message)
}

function takeLeaf(course: Course, { leaf, id, hash, form }: LeafLine, allowRemoved: boolean): void {
  const stated = fromBase64(hash)
  if (stated.length !== HASH_BYTES) throw new Finding('unreadable', leaf, `Entry ${leaf} has no hash.`)
  if (form === undefined) {
    if (!allowRemoved) throw new Finding('removed', leaf, `Entry ${leaf} (${id}) was removed: only its hash is there.`)
    course.examined.removed++
    course.examined.lastRemoved = leaf
  } else if (!isSame(leafOf(form), stated)) throw new Finding('changed', leaf, `Entry ${leaf} (${id}) was changed after it was sealed.`)
  else if (!isCalled(form, id)) throw new Finding('changed', leaf, `Entry ${leaf} is not called ${id}.`)
  course.frontier = grow(course.frontier, stated)
  compareWithEarlier(course)
}

function takeCheckpoint(course: Course, note: string): void {
  const { size } = course.frontier
  const refuse = (message: string) => new Finding('checkpoint', course.held, message)
  let checkpoint: Checkpoint
  try {
    checkpoint = openCheckpoint(note, course.verifier)
  } catch (error) {
    throw refuse(`The checkpoint behind entry ${size - 1} does not hold: ${(error as Error).message}`)
  }
  if (checkpoint.origin !== course.origin) throw refuse(`The checkpoint behind entry ${size - 1} is of another log, ${checkpoint.origin}.`)
  if (checkpoint.size > size) {
    const message = `${among(course.held, checkpoint.size)} is missing: a checkpoint was made of ${checkpoint.size} entries, here are ${size}.`
    throw new Finding('missing', course.held, message)
  }
  if (checkpoint.size < size) {
    if (checkpoint.size <= course.held) throw refuse(`The checkpoint of ${checkpoint.size} entries stands behind entry ${size - 1}.`)
    const message = `${among(course.held, size)} was put in: a checkpoint was made of ${checkpoint.size} entries, here are ${size}.`
    throw new Finding('changed', course.held, message)
  }
  if (!isSame(checkpoint.root, rootOf(course.frontier))) {
    throw new Finding('changed', course.held, `${among(course.held, size)} is not what the checkpoint of ${size} was made of.`)
  }
  course.held = size
  course.examined.checkpoints++
}

/** Does the entry that is not where it should be come later? */
async function comesLater(lines: AsyncIterator<string>, leaf: number): Promise<boolean> {
  for (let next = await lines.next(); !next.done; next = await lines.next()) {
    if ((parse(next.value, leaf, LINES) as Partial<LeafLine>).leaf === leaf) return true
  }
  return false
}

const HEADER = ['format,origin,key,from,peaks']
const LINES = ['checkpoint', 'leaf,id,hash', 'leaf,id,hash,form']

function valueIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A line has one way of being written, and no member that is not verified: others who read it then read what was verified here. */
function parse(text: string, leaf: number, members: readonly string[]): object {
  const line = valueIn(text)
  if (members.includes(Object.keys(line ?? {}).join()) && JSON.stringify(line) === text.trim()) return line as object
  throw new Finding('unreadable', leaf, `What follows entry ${leaf - 1} is no line of an export.`)
}

/** Reads an export to its end. Throws the first `Finding`. */
export async function examine(source: AsyncIterable<string>, options: ExamineOptions = {}): Promise<Examined> {
  const lines = source[Symbol.asyncIterator]()
  const first = await lines.next()
  if (first.done) throw new Finding('unreadable', 0, 'The export is empty.')
  const course = begin(parse(first.value, 0, HEADER) as HeaderLine, options)
  compareWithEarlier(course)
  for (let next = await lines.next(); !next.done; next = await lines.next()) {
    const { size } = course.frontier
    const line = parse(next.value, size, LINES) as LeafLine | CheckpointLine
    if ('checkpoint' in line) takeCheckpoint(course, line.checkpoint)
    else if (line.leaf === size) takeLeaf(course, line, options.allowRemoved ?? false)
    else if (line.leaf > size && !(await comesLater(lines, size))) throw new Finding('missing', size, `Entry ${size} is missing.`)
    else throw new Finding('reordered', Math.min(size, line.leaf), `Entry ${line.leaf} (${line.id}) stands where entry ${size} should.`)
  }
  return end(course)
}

function end({ frontier: { size }, held, earlier, examined }: Course): Examined {
  if (earlier && earlier.size > size) {
    throw new Finding('cut off', size, `The export ends before entry ${size}: the earlier checkpoint was made of ${earlier.size} entries.`)
  }
  if (held !== size || examined.checkpoints === 0) {
    throw new Finding('cut off', size, `The export ends behind entry ${size - 1} without a checkpoint: what followed was cut off.`)
  }
  return { ...examined, to: size }
}
