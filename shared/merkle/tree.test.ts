import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { consistencyRanges, holdsConsistency, holdsInclusion, inclusionRanges, proofOf } from './proof.ts'
import { hashesIn, hashIn, placeOf, type Tile, tilePath } from './tile.ts'
import { EMPTY, type Frontier, grow, growAll, type Hash, leafHash, type Node, rootOf } from './tree.ts'

const hex = (hash: Hash) => Buffer.from(hash).toString('hex')

/** The reference: RFC 6962's own recursive words over whole lists of leaves, nothing of ours in it. */
const sha = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest()
const below = (n: number) => 2 ** (Math.ceil(Math.log2(n)) - 1)
function mth(hashes: readonly Hash[]): Hash {
  if (hashes.length < 2) return hashes[0] ?? sha()
  const k = below(hashes.length)
  return sha(Buffer.of(1), mth(hashes.slice(0, k)), mth(hashes.slice(k)))
}
function pathOf(m: number, hashes: readonly Hash[]): Hash[] {
  if (hashes.length === 1) return []
  const k = below(hashes.length)
  return m < k ? [...pathOf(m, hashes.slice(0, k)), mth(hashes.slice(k))] : [...pathOf(m - k, hashes.slice(k)), mth(hashes.slice(0, k))]
}
function subproofOf(m: number, hashes: readonly Hash[], known: boolean): Hash[] {
  if (m === hashes.length) return known ? [] : [mth(hashes)]
  const k = below(hashes.length)
  return m <= k
    ? [...subproofOf(m, hashes.slice(0, k), known), mth(hashes.slice(k))]
    : [...subproofOf(m - k, hashes.slice(k), false), mth(hashes.slice(0, k))]
}

/** The hashes of all tiles of a tree, made level by level. */
function tilesOf(leaves: readonly Hash[]): (node: Node) => Hash {
  const levels = [leaves]
  while ((levels.at(-1)?.length ?? 0) >= 256) {
    const under = levels.at(-1) ?? []
    levels.push(Array.from({ length: Math.floor(under.length / 256) }, (_, n) => mth(under.slice(n * 256, (n + 1) * 256))))
  }
  const hashesOf = ({ level, index }: Tile) => (levels[level] ?? []).slice(index * 256, (index + 1) * 256)
  return (node) => hashIn(hashesOf(placeOf(node).tile), node)
}

const leavesOf = (count: number) => Array.from({ length: count }, (_, n) => leafHash(Buffer.from(`leaf ${n}`)))

describe('the reference vectors of Certificate Transparency', () => {
  const data = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
  const leaves = data.map((text) => leafHash(Buffer.from(text, 'hex')))
  const roots = [
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ]
  const known = { a: 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0', b: roots[4] as string }

  test.each(roots.map((root, size) => [size, root]))('a tree of %d has the root %s', (size, root) => {
    expect(hex(rootOf(growAll(EMPTY, leaves.slice(0, Number(size)))))).toBe(root)
  })
  test('the sixth of eight is shown by three hashes', () => {
    const path = proofOf(inclusionRanges(5, 8), tilesOf(leaves))
    expect(path.map(hex)).toEqual(['bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b', known.a, known.b])
  })
  test('that eight begin with six is shown by three hashes', () => {
    const path = proofOf(consistencyRanges(6, 8), tilesOf(leaves))
    expect(path.map(hex)).toEqual(['0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a', known.a, known.b])
  })
})

const sizes = fc.oneof(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 10_000 }))
const all = leavesOf(10_000)
const frontiers: Frontier[] = [EMPTY]
for (const leaf of all) frontiers.push(grow(frontiers.at(-1) as Frontier, leaf))
const rootAt = (size: number) => rootOf(frontiers[size] as Frontier)
const nodes = tilesOf(all)

/** Any change of one bit. */
const flipped = (hash: Hash, bit: number) => hash.map((byte, n) => (n === Math.floor(bit / 8) ? byte ^ (1 << (bit % 8)) : byte))

describe('a tree of any size', () => {
  test('has the root that the words of the standard give', () => {
    fc.assert(fc.property(sizes, (size) => hex(rootAt(size)) === hex(mth(all.slice(0, size)))))
  })
  test('has the paths that the words of the standard give, from tiles, and they hold for that leaf alone', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(255), (size, at, bit) => {
        const leaf = at % size
        const path = proofOf(inclusionRanges(leaf, size), nodes)
        expect(path.map(hex)).toEqual(pathOf(leaf, all.slice(0, size)).map(hex))
        const whole = { leaf, size, hash: all[leaf] as Hash, path, root: rootAt(size) }
        expect(holdsInclusion(whole)).toBe(true)
        expect(holdsInclusion({ ...whole, hash: flipped(whole.hash, bit) })).toBe(false)
        expect(holdsInclusion({ ...whole, path: [...path, whole.hash] })).toBe(false)
        for (const n of path.keys()) {
          expect(holdsInclusion({ ...whole, path: path.with(n, flipped(path[n] as Hash, bit)) })).toBe(false)
          expect(holdsInclusion({ ...whole, path: path.toSpliced(n, 1) })).toBe(false)
        }
        for (const other of [leaf - 1, leaf + 1, size]) expect(holdsInclusion({ ...whole, leaf: other })).toBe(false)
      }),
    )
  })
  test('is shown to begin with each that it was, as the words of the standard show it, and with no other', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(255), (to, at, bit) => {
        const from = at % (to + 1)
        const path = proofOf(consistencyRanges(from, to), nodes)
        if (from > 0) expect(path.map(hex)).toEqual(subproofOf(from, all.slice(0, to), true).map(hex))
        const whole = { from, to, path, fromRoot: rootAt(from), toRoot: rootAt(to) }
        expect(holdsConsistency(whole)).toBe(true)
        expect(holdsConsistency({ ...whole, fromRoot: flipped(whole.fromRoot, bit) })).toBe(false)
        expect(holdsConsistency({ ...whole, path: [...path, whole.toRoot] })).toBe(false)
        if (from > 0) expect(holdsConsistency({ ...whole, toRoot: flipped(whole.toRoot, bit) })).toBe(false)
        for (const n of path.keys()) {
          expect(holdsConsistency({ ...whole, path: path.with(n, flipped(path[n] as Hash, bit)) })).toBe(false)
          expect(holdsConsistency({ ...whole, path: path.toSpliced(n, 1) })).toBe(false)
        }
      }),
    )
  })
})

test('a leaf that is not there yet, and a tree that never was, have no proof', () => {
  expect(() => inclusionRanges(8, 8)).toThrow('no leaf 8')
  expect(() => consistencyRanges(9, 8)).toThrow('never one of 9')
  expect(holdsConsistency({ from: 9, to: 8, path: [], fromRoot: rootAt(9), toRoot: rootAt(8) })).toBe(false)
})

test('tiles are called as tlog-tiles calls its files', () => {
  expect(tilePath({ level: 0, index: 1_234_067 }, 10 ** 9)).toBe('tile/0/x001/x234/067')
  expect(tilePath({ level: 0, index: 273 }, 70_000)).toBe('tile/0/273.p/112')
  expect(tilePath({ level: 1, index: 1 }, 70_000)).toBe('tile/1/001.p/17')
  expect(hashesIn({ level: 2, index: 0 }, 70_000)).toBe(1)
  expect(hashesIn({ level: 0, index: 300 }, 70_000)).toBe(0)
})
