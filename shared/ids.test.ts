import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decodeTime } from 'ulid'
import { newId, ulidOf } from './ids.ts'
import { Id } from './schema.ts'

test('an id made later sorts after one made earlier', () => {
  const time = fc.integer({ min: 1, max: 2 ** 48 - 1 })
  fc.assert(
    fc.property(time, time, (one, other) => {
      fc.pre(one !== other)
      expect(newId('evt', one) < newId('evt', other)).toBe(one < other)
    }),
  )
})

test('every id passes its own schema and no other', () => {
  const prefixes = ['org', 'usr', 'us', 'unit']
  for (const prefix of prefixes) {
    const id = newId(prefix)
    for (const other of prefixes) expect(Id(other).safeParse(id).success).toBe(other === prefix)
  }
})

test('ids made in the same millisecond differ', () => {
  expect(new Set(Array.from({ length: 10_000 }, () => newId('evt', 1_767_225_600_000))).size).toBe(10_000)
})

test('the sortable part is what follows the prefix', () => {
  const id = newId('evt')
  expect(`evt_${ulidOf(id)}`).toBe(id)
})

test('an id is a ULID: another implementation reads its time, and a time that none can hold is refused', () => {
  fc.assert(fc.property(fc.nat(2 ** 48 - 1), (ms) => expect(decodeTime(ulidOf(newId('evt', ms)).toUpperCase())).toBe(ms)))
  for (const ms of [-1, 0.5, Number.NaN, 2 ** 48]) expect(() => newId('evt', ms)).toThrow('no time')
})

test('every random digit takes every value', () => {
  const ids = Array.from({ length: 2_000 }, () => ulidOf(newId('evt', 0)))
  for (let place = 10; place < 26; place++) expect(new Set(ids.map((id) => id[place])).size).toBe(32)
})
