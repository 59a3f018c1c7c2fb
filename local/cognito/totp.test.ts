import { expect, test } from '@jest/globals'
import { matchingStep, newTotpSecret, totpCode } from './totp.ts'

/** RFC 6238, appendix B: the ASCII secret `12345678901234567890`, SHA-1, the last six of its eight digits. */
const RFC_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('at second %i the code is %s, as RFC 6238 gives it', (seconds, code) => {
  expect(totpCode(RFC_SECRET, seconds * 1000)).toBe(code)
})

test('a code is good one step early and one step late, and no further', () => {
  const now = 1_234_567_890_000
  const step = Math.floor(now / 30_000)
  const codeAt = (offset: number) => totpCode(RFC_SECRET, now + offset * 30_000)
  expect([-2, -1, 0, 1, 2].map((offset) => matchingStep(RFC_SECRET, codeAt(offset), now))).toEqual([
    undefined,
    step - 1,
    step,
    step + 1,
    undefined,
  ])
})

test.each(['', '12345', '1234567', '12345a', '１２３４５６', ' 005924'])('what is not six digits is no code: %j', (code) => {
  expect(matchingStep(RFC_SECRET, code, 1_234_567_890_000)).toBeUndefined()
})

test('secrets are 160 bits of Base32 and differ', () => {
  const secrets = Array.from({ length: 20 }, newTotpSecret)
  for (const secret of secrets) expect(secret).toMatch(/^[A-Z2-7]{32}$/)
  expect(new Set(secrets).size).toBe(20)
})
