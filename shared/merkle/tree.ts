import { createHash } from 'node:crypto'

/** The Merkle tree of RFC 6962 (SHA-256), of any size up to 2^53: what a leaf, a node and a root are, and how a tree grows. */

export type Hash = Uint8Array

export const HASH_BYTES = 32

const sha256 = (...parts: readonly Uint8Array[]): Hash => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

// Leaves and nodes are hashed apart, so that no leaf can be passed off as a node (RFC 6962, 2.1).
const [LEAF, NODE] = [Uint8Array.of(0), Uint8Array.of(1)]

export const leafHash = (data: Uint8Array): Hash => sha256(LEAF, data)
export const nodeHash = (left: Hash, right: Hash): Hash => sha256(NODE, left, right)

/** Of a tree without leaves. */
const EMPTY_ROOT = sha256()

export const isSame = (one: Hash, other: Hash) => Buffer.compare(one, other) === 0

/** A whole subtree: the leaves from `index * 2^level`, so many as `2^level`. */
export interface Node {
  level: number
  index: number
}

/** Leaves from `start`, `end` not among them. */
export interface Range {
  start: number
  end: number
}

/** The largest power of two below a number of leaves of at least two: where RFC 6962 splits them. */
export function splitOf(leaves: number): number {
  let size = 1
  while (size * 2 < leaves) size *= 2
  return size
}

/** The whole subtrees that a range consists of, from left to right; it begins where one so large may. */
export function nodesOf({ start, end }: Range): Node[] {
  if (start >= end) return []
  const size = splitOf(end - start + 1)
  return [{ level: Math.log2(size), index: start / size }, ...nodesOf({ start: start + size, end })]
}

/** The hash of a range, of those of its whole subtrees. */
export const foldNodes = (hashes: readonly Hash[]): Hash =>
  hashes.length === 0 ? EMPTY_ROOT : hashes.reduceRight((right, left) => nodeHash(left, right))

/** A tree as it takes to go on: how many leaves, and the hashes of the whole subtrees that they make, the largest first. */
export interface Frontier {
  size: number
  peaks: readonly Hash[]
}

export const EMPTY: Frontier = { size: 0, peaks: [] }

const ones = (size: number) => size.toString(2).replaceAll('0', '').length

/** Has a tree of that size so many whole subtrees? What somebody else says of a tree need be none. */
export const isFrontier = ({ size, peaks }: Frontier): boolean =>
  Number.isSafeInteger(size) && size >= 0 && peaks.length === ones(size) && peaks.every(({ length }) => length === HASH_BYTES)

/** The tree with a leaf more. */
export function grow({ size, peaks }: Frontier, leaf: Hash): Frontier {
  let [hash, rest] = [leaf, [...peaks]]
  for (let width = size; width % 2 === 1; width = (width - 1) / 2) {
    hash = nodeHash(rest.at(-1) as Hash, hash)
    rest = rest.slice(0, -1)
  }
  return { size: size + 1, peaks: [...rest, hash] }
}

export const growAll = (frontier: Frontier, leaves: readonly Hash[]): Frontier => leaves.reduce(grow, frontier)

export const rootOf = ({ peaks }: Frontier): Hash => foldNodes(peaks)
