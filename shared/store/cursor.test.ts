import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Problem } from '../errors.ts'
import { type CursorBinding, openCursor, sealCursor } from './cursor.ts'

const binding: CursorBinding = { key: 'a key of 256 random bits', tenant: 'org_1', list: 'GET /api/v1/users?[]' }
const position = ['usr_9', 'TENANT#org_1#USER#usr_9', 'ITEM']

const codeOf = (open: () => unknown) => {
  try {
    open()
  } catch (error) {
    return error instanceof Problem ? error.code : error
  }
  return 'opened'
}

test('a cursor gives its position back to the list that handed it out', () => {
  fc.assert(
    fc.property(
      fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value))),
      (value) => expect(openCursor(binding, sealCursor(binding, value))).toEqual(value),
    ),
  )
})

describe.each([
  ['another tenant', { tenant: 'org_2' }],
  ['another list', { list: 'GET /api/v1/audit-logs?[]' }],
  ['another filter', { list: 'GET /api/v1/users?[["q","ada"]]' }],
  ['another key', { key: 'another key' }],
  ['a tenant and list whose texts join to the same', { tenant: 'org_1GET ', list: '/api/v1/users?[]' }],
])('a cursor carried to %s', (_, other) => {
  test('is refused', () => {
    expect(codeOf(() => openCursor({ ...binding, ...other }, sealCursor(binding, position)))).toBe('INVALID_CURSOR')
  })
})

test('a cursor with any one character changed is refused', () => {
  const cursor = sealCursor(binding, position)
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_. =%'
  fc.assert(
    fc.property(fc.nat(cursor.length - 1), fc.constantFrom(...alphabet), (at, character) => {
      const tampered = cursor.slice(0, at) + character + cursor.slice(at + 1)
      expect(codeOf(() => openCursor(binding, tampered))).toBe(tampered === cursor ? 'opened' : 'INVALID_CURSOR')
    }),
    { numRuns: 500 },
  )
})

test('garbage is an invalid cursor and nothing else', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.base64String()), (garbage) =>
      expect(codeOf(() => openCursor(binding, garbage))).toBe('INVALID_CURSOR'),
    ),
  )
})

test('a cursor cut short or made longer is refused', () => {
  const cursor = sealCursor(binding, position)
  for (let length = 0; length < cursor.length; length++)
    expect(codeOf(() => openCursor(binding, cursor.slice(0, length)))).toBe('INVALID_CURSOR')
  expect(codeOf(() => openCursor(binding, `${cursor}AAAA`))).toBe('INVALID_CURSOR')
})

test('a cursor does not show where in the table it points', () => {
  const bytes = Buffer.from(sealCursor(binding, position), 'base64url').toString('latin1')
  expect(bytes).not.toContain('usr_9')
  expect(bytes).not.toContain('TENANT')
})
