import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Attributes, fromAttributes, toAttributes } from './attributes.ts'

/** Values that an item of ours may hold, at any depth. */
const { item } = fc.letrec<{ value: unknown; item: Record<string, unknown> }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.string({ unit: 'binary' }),
    fc.maxSafeInteger(),
    fc.double({ min: -1e15, max: 1e15, noNaN: true }).map((number) => number + 0),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array(),
    fc.array(tie('value')),
    tie('item'),
  ),
  item: fc.dictionary(
    // AWS's own takes an object with a field `constructor` for one of a class.
    fc.string({ minLength: 1 }).filter((name) => name !== '__proto__' && name !== 'constructor'),
    tie('value'),
    { noNullPrototype: true },
  ),
}))

/** What AWS's own marshaller makes of it, with bytes as JSON carries them. */
const inJson = (attributes: unknown): unknown =>
  JSON.parse(JSON.stringify(attributes, (_, value) => (value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value)))

test('an item is written as AWS’s own marshaller writes it, and read as it was', () => {
  fc.assert(
    fc.property(item, (value) => {
      const sent = inJson(toAttributes(value))
      expect(sent).toEqual(inJson(marshall(value)))
      expect(fromAttributes(sent as Attributes)).toEqual(withBuffers(value))
    }),
  )
})

/** Bytes come back as a `Buffer`. */
function withBuffers(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value)
  if (Array.isArray(value)) return value.map(withBuffers)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withBuffers(each)]))
}

test('what is undefined is left out at every depth', () => {
  expect(toAttributes({ a: undefined, b: [undefined, { c: undefined }] })).toEqual({ b: { L: [{ M: {} }] } })
})

test('an object is a map, whatever its fields are called', () => {
  const value = { constructor: { name: 'Set' }, toJSON: 'x', L: [] }
  expect(fromAttributes(toAttributes({ value }))).toEqual({ value: { constructor: { name: 'Set' }, toJSON: 'x', L: [] } })
})

test.each([
  ['a number that would lose digits', 2 ** 53, 'would lose digits'],
  ['no number', Number.NaN, 'would lose digits'],
  ['a set', new Set(['a']), 'A Set cannot be stored'],
  ['a function', () => 1, 'A function cannot be stored'],
  ['a date', new Date(0), 'A Date cannot be stored'],
])('%s is refused, not stored as something else', (_, value, words) => {
  expect(() => toAttributes({ value })).toThrow(words)
})

test('an attribute that no item of ours holds is refused', () => {
  expect(() => fromAttributes({ a: { SS: ['x'] } } as unknown as Attributes)).toThrow('No item of ours holds an attribute of the type SS')
})

test('numbers come back as DynamoDB writes them', () => {
  expect(fromAttributes({ a: { N: '1E+3' }, b: { N: '-0.5' } })).toEqual(unmarshall({ a: { N: '1E+3' }, b: { N: '-0.5' } }))
})
