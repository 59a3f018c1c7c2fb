import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import * as z from 'zod'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { logger } from '../telemetry.ts'
import { present } from './present.ts'

const Thing = z.object({
  id: z.string(),
  size: z.number(),
  owner: z.object({ name: z.string() }).nullable().default(null),
  parts: z.array(z.object({ n: z.number() })).default([]),
  free: z.record(z.string(), z.unknown()).optional(),
})
const one = endpoint({ route: 'GET /api/v1/things/{id}', summary: 'x', public: 'test', reply: Thing })
const many: Endpoint = { ...one, list: true }

const stored = {
  id: 't1',
  size: 1,
  secretHash: 'hidden',
  free: { any: 1 },
  owner: { name: 'Ada', mailHash: 'hidden' },
  parts: [{ n: 1, cost: 'hidden' }],
}
const shown = { id: 't1', size: 1, owner: { name: 'Ada' }, parts: [{ n: 1 }], free: { any: 1 } }

let errors: jest.SpiedFunction<typeof logger.error>
beforeEach(() => {
  errors = jest.spyOn(logger, 'error').mockImplementation(() => undefined)
})
afterEach(() => {
  errors.mockRestore()
  delete process.env.TESSERA_STRICT
})

test('a reply holds what its schema names, at every depth, and nothing else', () => {
  expect(present(one, stored)).toEqual(shown)
  expect(present(many, { items: [stored, stored], nextCursor: null })).toEqual([shown, shown])
  expect(errors).not.toHaveBeenCalled()
})

test('a contract without a reply answers nothing, whatever the handler gave', () => {
  const { reply: _, ...silent } = one
  expect(present(silent, stored)).toBeUndefined()
})

describe('a reply that breaks its contract', () => {
  const broken = {
    ...stored,
    size: 'not a number',
    owner: { name: 5, mailHash: 'hidden' },
    parts: [{ n: '1', cost: 'hidden' }],
    free: null,
  }

  test('is an error where that is looked for', () => {
    process.env.TESSERA_STRICT = 'true'
    expect(() => present(one, broken)).toThrow('The reply of GET /api/v1/things/{id} breaks its contract')
  })

  test('still lets nothing internal out in production', () => {
    const answer = present(one, broken)
    expect(JSON.stringify(answer)).not.toContain('hidden')
    expect(answer).toMatchObject({ id: 't1', size: 'not a number', owner: { name: 5 }, parts: [{ n: '1' }] })
    const list = present(many, { items: [broken, stored], nextCursor: null })
    expect(JSON.stringify(list)).not.toContain('hidden')
    expect(list).toMatchObject([{ id: 't1' }, shown])
  })

  test('is logged by place and kind, never by value', () => {
    present(one, broken)
    expect(errors.mock.calls[0]?.[1]).toMatchObject({
      route: one.route,
      issues: expect.arrayContaining([{ path: ['size'], code: 'invalid_type' }]),
    })
    expect(JSON.stringify(errors.mock.calls)).not.toMatch(/hidden|not a number|Ada/)
  })

  test('is null where there was none at all', () => {
    expect(present(one, undefined)).toBeNull()
    expect(present(many, undefined)).toBeNull()
    expect(present({ ...one, reply: z.union([z.object({ a: z.string() }), z.string()]) }, { b: 'hidden' })).toBeNull()
    expect(present({ ...many }, { items: { odd: 'hidden' }, nextCursor: null })).toBeNull()
  })
})
