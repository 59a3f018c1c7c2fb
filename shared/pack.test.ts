import { deflateRawSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { pack, unpack } from './pack.ts'

test('whatever is packed comes back', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (value, known) => {
      const json = JSON.parse(JSON.stringify(value)) as unknown
      expect(unpack(pack(value, known), known)).toEqual(json)
    }),
  )
})

test('what stands beside a value is not paid for twice', () => {
  const id = 'usr_01j9z0s6n6r3v7t4q2m8k5w1xa'
  expect(pack({ userId: id }, id).length).toBeLessThan(pack({ userId: id }).length - 15)
})

test('a value packed beside something else does not come back as another value', () => {
  const packed = pack({ userId: 'usr_01j9z0s6n6r3v7t4q2m8k5w1xa' }, 'usr_01j9z0s6n6r3v7t4q2m8k5w1xa')
  expect(() => expect(unpack(packed, '')).toEqual({ userId: 'usr_01j9z0s6n6r3v7t4q2m8k5w1xa' })).toThrow()
})

test('an unknown format is refused', () => {
  expect(() => unpack(Buffer.concat([Buffer.of(9), deflateRawSync('{}')]))).toThrow('format 9')
})
