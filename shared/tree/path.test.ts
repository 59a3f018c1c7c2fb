import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { asKey, isUnder, type Move, type Path, placed, storedUnder } from './path.ts'

/** A forest by parents, and how it was moved about, one subtree after the other; a move into itself is none. */
const NODES = 8
const history = fc.record({
  parents: fc.array(fc.nat(NODES), { minLength: NODES, maxLength: NODES }),
  moves: fc.array(fc.tuple(fc.nat(NODES - 1), fc.nat(NODES)), { maxLength: 6 }),
})

type Parents = readonly (number | undefined)[]

const pathIn = (parents: Parents, node: number): Path => {
  const parent = parents[node]
  return [...(parent === undefined ? [] : pathIn(parents, parent)), `n${node}`]
}

/** The parents after each move, the first before any; and the moves as they are written down. */
function played({ parents, moves }: { parents: number[]; moves: [number, number][] }): { states: Parents[]; written: Move[] } {
  let now: Parents = parents.map((parent, node) => (parent < node ? parent : undefined))
  const [states, written]: [Parents[], Move[]] = [[now], []]
  for (const [node, under] of moves) {
    const target = under === NODES ? undefined : under
    if (target !== undefined && pathIn(now, target).includes(`n${node}`)) continue
    const next = now.map((parent, each) => (each === node ? target : parent))
    written.push({ from: pathIn(now, node), to: pathIn(next, node) })
    states.push(next)
    now = next
  }
  return { states, written }
}

const nodes = Array.from({ length: NODES }, (_, node) => node)

describe('a path', () => {
  test('stored at any time leads, by the moves since and before, to where its node is now', () => {
    fc.assert(
      fc.property(history, (given) => {
        const { states, written } = played(given)
        const now = states.at(-1) as Parents
        for (const state of states) for (const node of nodes) expect(placed(pathIn(state, node), written)).toEqual(pathIn(now, node))
      }),
      { numRuns: 2_000 },
    )
  })

  test('of everything under a node is stored, whenever it was stored, where one looks for it', () => {
    fc.assert(
      fc.property(history, (given) => {
        const { states, written } = played(given)
        const now = states.at(-1) as Parents
        for (const above of nodes) {
          const looked = storedUnder(pathIn(now, above), written)
          const under = nodes.filter((node) => isUnder(pathIn(now, node), pathIn(now, above)))
          const isFound = (stored: Path) => looked.some((path) => isUnder(stored, path))
          expect(states.flatMap((state) => under.filter((node) => !isFound(pathIn(state, node))))).toEqual([])
          // No place is looked at twice.
          expect(looked.filter((path) => looked.filter((other) => isUnder(path, other)).length > 1)).toEqual([])
        }
      }),
      { numRuns: 500 },
    )
  })

  test('as a key begins with the key of what it is under, and of nothing else', () => {
    fc.assert(
      fc.property(history, (given) => {
        const { states } = played(given)
        const paths = nodes.map((node) => pathIn(states[0] as Parents, node))
        const pairs = paths.flatMap((one) => paths.map((other) => [one, other] as const))
        expect(pairs.filter(([one, other]) => asKey(one).startsWith(asKey(other)) !== isUnder(one, other))).toEqual([])
      }),
    )
  })
})
