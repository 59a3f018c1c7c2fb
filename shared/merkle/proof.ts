import { foldNodes, type Hash, isSame, type Node, nodeHash, nodesOf, type Range, splitOf } from './tree.ts'

/** Proofs of RFC 6962 (2.1.1 and 2.1.2): what they consist of, and whether one holds (by the algorithms of RFC 9162, 2.1.3 and 2.1.4). */

const halves = ({ start, end }: Range): [Range, Range] => {
  const middle = start + splitOf(end - start)
  return [
    { start, end: middle },
    { start: middle, end },
  ]
}

function pathTo(leaf: number, range: Range): Range[] {
  if (range.end - range.start <= 1) return []
  const [left, right] = halves(range)
  return leaf < right.start ? [...pathTo(leaf, left), right] : [...pathTo(leaf, right), left]
}

/** What shows that a leaf stands in a tree of a size. */
export function inclusionRanges(leaf: number, size: number): Range[] {
  if (leaf < 0 || leaf >= size) throw new RangeError(`A tree of ${size} leaves has no leaf ${leaf}.`)
  return pathTo(leaf, { start: 0, end: size })
}

function subproof(from: number, range: Range, isKnown: boolean): Range[] {
  if (from === range.end) return isKnown ? [] : [range]
  const [left, right] = halves(range)
  return from <= right.start ? [...subproof(from, left, isKnown), right] : [...subproof(from, right, false), left]
}

/** What shows that a tree of a size begins with one of another. */
export function consistencyRanges(from: number, to: number): Range[] {
  if (from < 0 || from > to) throw new RangeError(`A tree of ${to} leaves was never one of ${from} before.`)
  return from === 0 ? [] : subproof(from, { start: 0, end: to }, true)
}

/** A proof of these ranges, from the hashes of whole subtrees. */
export const proofOf = (ranges: readonly Range[], hashOf: (node: Node) => Hash): Hash[] =>
  ranges.map((range) => foldNodes(nodesOf(range).map(hashOf)))

const isOdd = (n: number) => n % 2 === 1
const half = (n: number) => Math.floor(n / 2)

/** The root that a leaf's path leads to; nothing where the path is too long or too short. */
function rootByPath(leaf: number, size: number, hash: Hash, path: readonly Hash[]): Hash | undefined {
  let [at, last, root] = [leaf, size - 1, hash]
  for (const sibling of path) {
    if (last === 0) return undefined
    if (isOdd(at) || at === last) {
      root = nodeHash(sibling, root)
      // Where the tree ends, levels without a right neighbour have no hash in the path.
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)]
    } else root = nodeHash(root, sibling)
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 ? root : undefined
}

export interface Inclusion {
  leaf: number
  size: number
  hash: Hash
  path: readonly Hash[]
  root: Hash
}

export function holdsInclusion({ leaf, size, hash, path, root }: Inclusion): boolean {
  if (!(Number.isSafeInteger(leaf) && leaf >= 0 && leaf < size)) return false
  const reached = rootByPath(leaf, size, hash, path)
  return reached !== undefined && isSame(reached, root)
}

export interface Consistency {
  from: number
  to: number
  path: readonly Hash[]
  fromRoot: Hash
  toRoot: Hash
}

const isPowerOfTwo = (n: number) => Number.isInteger(Math.log2(n)) && 2 ** Math.log2(n) === n

export function holdsConsistency({ from, to, path, fromRoot, toRoot }: Consistency): boolean {
  if (from === to) return path.length === 0 && isSame(fromRoot, toRoot)
  // Every tree begins with the empty one.
  if (from === 0) return path.length === 0 && isSame(fromRoot, foldNodes([]))
  if (!(from > 0 && from < to)) return false
  const [first, ...rest] = isPowerOfTwo(from) ? [fromRoot, ...path] : path
  if (!first) return false
  let [at, last] = [from - 1, to - 1]
  while (isOdd(at)) [at, last] = [half(at), half(last)]
  let [old, whole] = [first, first]
  for (const hash of rest) {
    if (last === 0) return false
    if (isOdd(at) || at === last) {
      ;[old, whole] = [nodeHash(hash, old), nodeHash(hash, whole)]
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)]
    } else whole = nodeHash(whole, hash)
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 && isSame(old, fromRoot) && isSame(whole, toRoot)
}
