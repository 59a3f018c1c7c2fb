import { describe, expect, test } from '@jest/globals'
import { FreeForm } from './free-form.ts'

const nested = (levels: number): object => (levels === 1 ? {} : { a: nested(levels - 1) })
const messageOf = (value: unknown) => FreeForm.safeParse(value).error?.issues[0]?.message

describe('what an application keeps with a user', () => {
  test.each([
    [{}],
    [{ a: [1, null, true, 'x', { b: -1.5 }] }],
    [nested(16)],
    [{ n: Number.MAX_SAFE_INTEGER, z: 0 }],
  ])('may be %j', (value) => {
    expect(FreeForm.parse(value)).toEqual(value)
  })

  test.each([
    [{ '': 1 }, 'Names'],
    [{ a: [{ '': 1 }] }, 'Names'],
    [{ ['x'.repeat(101)]: 1 }, 'Names'],
    [{ a: 1e21 }, 'out of range'],
    [{ a: 1e-200 }, 'out of range'],
    [{ a: JSON.parse('1e999') as number }, 'out of range'],
    [nested(17), '16 levels'],
    [{ a: 'x'.repeat(8_000) }, '8000 characters'],
  ])('may not be what cannot be stored: %#', (value, message) => {
    expect(messageOf(value)).toContain(message)
  })
})
