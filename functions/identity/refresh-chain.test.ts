import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { judge } from './refresh-chain.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString()

describe('of a chain of refresh tokens', () => {
  test('the newest is exchanged, however old it is', () => {
    expect(judge({ generation: 3 }, { generation: 3, rotatedAt: at(0) }, at(600_000))).toBe('newest')
  })
  test('the one before is exchanged again for ten seconds, as its answer may have been lost', () => {
    const session = { generation: 3, rotatedAt: at(0) }
    expect(judge({ generation: 2 }, session, at(9.999))).toBe('again')
    expect(judge({ generation: 2 }, session, at(10))).toBe('reused')
  })
  test('an older one was used before, at any time', () => {
    expect(judge({ generation: 1 }, { generation: 3, rotatedAt: at(0) }, at(0))).toBe('reused')
  })
  test('the first of a hosted sign-in is number nought', () => {
    expect(judge({ generation: 0 }, {}, at(0))).toBe('newest')
  })
})

/** Two who hold tokens of one session, each exchanging the newest that they have. */
type Act = { who: 'owner' | 'thief'; after: number }
const acts = fc.array(fc.record({ who: fc.constantFrom<'owner' | 'thief'>('owner', 'thief'), after: fc.integer({ min: 0, max: 60 }) }), {
  minLength: 2,
  maxLength: 30,
})

/** Plays the acts until one of them is told for a reuse; gives how often each got tokens, and whether it was noticed. */
function play(acts: Act[]) {
  const session: { generation: number; rotatedAt?: string } = { generation: 1 }
  const held = { owner: 1, thief: 1 }
  const got = { owner: 0, thief: 0 }
  let now = 0
  for (const { who, after } of acts) {
    now += after
    const verdict = judge({ generation: held[who] }, session, at(now))
    if (verdict === 'reused') return { got, isNoticed: true }
    if (verdict === 'newest') Object.assign(session, { generation: session.generation + 1, rotatedAt: at(now) })
    held[who] = session.generation
    got[who]++
  }
  return { got, isNoticed: false }
}

test('two who both go on with copies of one token are noticed before both have had a second one, whatever the grace', () => {
  fc.assert(
    fc.property(acts, (sequence) => {
      // Spread out, so that no exchange falls into the grace of the one before but the first two.
      const spread = sequence.map((act, n) => ({ ...act, after: n < 2 ? act.after % 10 : 11 + act.after }))
      const { got, isNoticed } = play(spread)
      expect(isNoticed || got.owner < 2 || got.thief < 2).toBe(true)
    }),
  )
})
test('one who goes on alone is never taken for two', () => {
  fc.assert(fc.property(acts, (sequence) => expect(play(sequence.map((act) => ({ ...act, who: 'owner' }))).isNoticed).toBe(false)))
})
