import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import * as z from 'zod'
import { strictly } from './strictly.ts'

const Leaf = z.object({ a: z.string().optional() })
const nestings: Record<string, [wrap: (schema: z.ZodType) => z.ZodType, put: (value: unknown) => unknown]> = {
  object: [(schema) => z.object({ inner: schema }), (inner) => ({ inner })],
  array: [(schema) => z.array(schema), (inner) => [inner]],
  tuple: [(schema) => z.tuple([z.number(), schema]), (inner) => [1, inner]],
  'rest of a tuple': [(schema) => z.tuple([z.number()], schema), (inner) => [1, inner, inner]],
  union: [(schema) => z.union([z.string(), schema]), (inner) => inner],
  'intersection of objects': [
    (schema) => z.intersection(z.object({ inner: schema, x: z.number() }), z.object({ y: z.number() })),
    (inner) => ({ inner, x: 1, y: 2 }),
  ],
  record: [(schema) => z.record(z.string(), schema), (inner) => ({ any: inner })],
  'open object': [(schema) => z.object({}).catchall(schema), (inner) => ({ any: inner })],
  lazy: [(schema) => z.lazy(() => schema), (inner) => inner],
  optional: [(schema) => schema.optional(), (inner) => inner],
  nullable: [(schema) => schema.nullable(), (inner) => inner],
  default: [(schema) => schema.prefault({}), (inner) => inner],
  readonly: [(schema) => schema.readonly(), (inner) => inner],
  transform: [(schema) => schema.transform((value) => value), (inner) => inner],
}

describe('a field that no schema names', () => {
  test('is refused, and what is named taken, however the schemas are nested', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...Object.keys(nestings)), { maxLength: 6 }), (path) => {
        const parts = path.map((name) => nestings[name] as (typeof nestings)[string])
        const schema = strictly(parts.reduceRight<z.ZodType>((inner, [wrap]) => wrap(inner), Leaf))
        const value = (leaf: unknown) => parts.reduceRight((inner, [, put]) => put(inner), leaf)
        expect(schema.safeParse(value({ a: 'x' })).success).toBe(true)
        expect(schema.safeParse(value({ a: 'x', surprise: 1 })).success).toBe(false)
      }),
      { numRuns: 300 },
    )
  })

  test('is refused of an intersection, where each side knows other fields, also of a field that both state', () => {
    const schema = strictly(z.intersection(z.object({ at: z.object({ x: z.number() }) }), z.object({ at: z.object({ y: z.number() }) })))
    expect(schema.parse({ at: { x: 1, y: 2 } })).toEqual({ at: { x: 1, y: 2 } })
    expect(schema.safeParse({ at: { x: 1 } }).success).toBe(false)
    expect(schema.safeParse({ at: { x: 1, y: 2, z: 3 } }).success).toBe(false)
  })
})

interface Tree {
  name: string
  children: Tree[]
}
const ByGetter = z.object({
  name: z.string(),
  get children() {
    return z.array(ByGetter)
  },
})
const ByLazy: z.ZodType<Tree> = z.lazy(() => z.object({ name: z.string(), children: z.array(ByLazy) }))
/** Another schema at every call, as a function with a parameter makes them. */
const newTree = (): z.ZodType<Tree> => z.object({ name: z.string(), children: z.array(z.lazy(newTree)) })

const tree = (depth: number, more: object = {}): unknown => {
  let value: unknown = { name: 'leaf', children: [], ...more }
  for (let n = 0; n < depth; n++) value = { name: 'branch', children: [value] }
  return value
}

describe.each([
  ['a getter', ByGetter],
  ['z.lazy', ByLazy],
  ['a function', newTree()],
])('a schema that holds itself by %s', (_, schema) => {
  test('refuses unknown fields at every depth', () => {
    fc.assert(
      fc.property(fc.nat({ max: 40 }), (depth) => {
        expect(strictly(schema).safeParse(tree(depth)).success).toBe(true)
        expect(strictly(schema).safeParse(tree(depth, { surprise: 1 })).success).toBe(false)
      }),
      { numRuns: 30 },
    )
  })
})

test('schemas that hold one another are made strict, whichever comes first', () => {
  const A: z.ZodType = z.object({ b: z.lazy(() => B).optional() })
  const B: z.ZodType = z.object({ a: A.optional() })
  for (const schema of [A, B]) expect(strictly(schema).safeParse({}).success).toBe(true)
  expect(strictly(A).safeParse({ b: { a: { b: {} } } }).success).toBe(true)
  expect(strictly(A).safeParse({ b: { a: { surprise: 1 } } }).success).toBe(false)
})

test('the same schema is made strict once', () => {
  expect(strictly(Leaf)).toBe(strictly(Leaf))
})
