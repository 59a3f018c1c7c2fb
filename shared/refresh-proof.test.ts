import { beforeEach, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { useKeyring } from './keyring.ts'
import { isRefreshProof, refreshProof } from './refresh-proof.ts'

const NOW = Date.UTC(2026, 2, 1, 12)
beforeEach(() => useKeyring('a secret of an installation, long enough'))

test.each([
  [0, true],
  [60_000, true],
  [-60_000, true],
  [60_001, false],
  [-60_001, false],
])('a proof read %i ms after it was made is good: %s', (later, isGood) => {
  expect(isRefreshProof(refreshProof(NOW), NOW + later)).toBe(isGood)
})

test('no two proofs are the same', () => {
  expect(refreshProof(NOW)).not.toBe(refreshProof(NOW))
})

test('a proof with any character changed is none', () => {
  const proof = refreshProof(NOW)
  fc.assert(
    fc.property(fc.nat(proof.length - 1), fc.constantFrom(...'.0Aa_-'), (at, other) => {
      const changed = proof.slice(0, at) + other + proof.slice(at + 1)
      expect(isRefreshProof(changed, NOW)).toBe(changed === proof)
    }),
  )
})

test.each([undefined, '', '.', '..', `${NOW}..`, `${NOW}.x.y.z`])('%j is no proof', (text) => {
  expect(isRefreshProof(text, NOW)).toBe(false)
})

test('a proof with something added is none', () => {
  for (const more of ['.', '.x', 'x']) expect(isRefreshProof(refreshProof(NOW) + more, NOW)).toBe(false)
})

test('a proof of another installation is none', () => {
  const proof = refreshProof(NOW)
  useKeyring('a secret of another installation, long enough')
  expect(isRefreshProof(proof, NOW)).toBe(false)
})
