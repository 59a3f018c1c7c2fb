import { describe, expect, test } from '@jest/globals'
import { mergePatch } from './merge-patch.ts'

/** Appendix A of RFC 7396, as far as both sides are objects. */
const cases: [target: object, patch: object, result: object][] = [
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
]

describe('a merge patch', () => {
  test.each(cases)('turns %j by %j into %j', (target, patch, result) => {
    expect(mergePatch(target, patch)).toEqual(result)
  })

  test('leaves both of its arguments as they were', () => {
    const target = { a: { b: 1 } }
    const patch = { a: { b: null, c: 2 } }
    mergePatch(target, patch)
    expect([target, patch]).toEqual([{ a: { b: 1 } }, { a: { b: null, c: 2 } }])
  })

  test('takes a field named __proto__ for a field, and no field that is absent for a removal', () => {
    const patch = { ...(JSON.parse('{"__proto__":{"admin":true}}') as object), a: undefined }
    const result = mergePatch({ a: 1 } as Record<string, unknown>, patch)
    expect(result.admin).toBeUndefined()
    expect(result.a).toBe(1)
  })
})
