import { describe, expect, test } from '@jest/globals'
import { totpStep } from './totp.ts'

/** `12345678901234567890` in Base32: the key of RFC 6238's table, of whose eight digits the last six are taken. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

describe('a code of an authenticator app', () => {
  test.each([
    [59, '287082', 1],
    [1_111_111_109, '081804', 37_037_036],
    [1_111_111_111, '050471', 37_037_037],
    [1_234_567_890, '005924', 41_152_263],
    [2_000_000_000, '279037', 66_666_666],
    [20_000_000_000, '353130', 666_666_666],
  ])('of second %s is known as the table of RFC 6238 has it', (seconds, code, step) => {
    expect(totpStep(SECRET, code, seconds * 1000)).toBe(step)
  })
  test('is taken one step early and one step late, and no further', () => {
    const at = 1_111_111_111_000
    expect(totpStep(SECRET, '050471', at - 30_000)).toBe(37_037_037)
    expect(totpStep(SECRET, '050471', at + 30_000)).toBe(37_037_037)
    expect(totpStep(SECRET, '050471', at + 60_000)).toBeUndefined()
    expect(totpStep(SECRET, '050471', at - 90_000)).toBeUndefined()
  })
  test('of another length or with other signs is none', () => {
    for (const code of ['', '05047', '0050471', 'abcdef', '٠٥٠٤٧١']) expect(totpStep(SECRET, code, 1_111_111_111_000)).toBeUndefined()
  })
})
