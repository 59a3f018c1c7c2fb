import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { canonicalJson } from './canonical.ts'

describe('canonical JSON', () => {
  test('is as in the examples of RFC 8785', () => {
    const numbers = [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001]
    const string = '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/'
    expect(canonicalJson({ numbers, string, literals: [null, true, false] })).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
    const names = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 }

    expect([...canonicalJson(names).matchAll(/:(\d)/g)].map(([, n]) => n).join('')).toBe('2467153')
  })
  test.each([
    [0, '0'],
    [-0, '0'],
    [5e-324, '5e-324'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [9007199254740992, '9007199254740992'],
    [295147905179352830000, '295147905179352830000'],
    [9.999999999999997e22, '9.999999999999997e+22'],
    [1e23, '1e+23'],
    [999999999999999900000, '999999999999999900000'],
    [1e21, '1e+21'],
    [0.000001, '0.000001'],
    [1e-7, '1e-7'],
  ])('writes the number %d as RFC 8785, appendix B', (number, written) => {
    expect(canonicalJson(number)).toBe(written)
  })
  test('is one text for one value, whatever the order of its members, and reads as that value', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ stringUnit: 'grapheme' })), (value) => {
        const turned = Object.fromEntries(Object.entries(value).toReversed())
        expect(canonicalJson(turned)).toBe(canonicalJson(value))
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })
  test('refuses what has no text', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, undefined, '\ud83d', () => 1]) expect(() => canonicalJson(value)).toThrow()
  })
})
