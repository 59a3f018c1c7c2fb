import { beforeEach, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { seal, useKeyring } from './keyring.ts'
import { openSecret, type SecretPlace, sealSecret } from './secrets.ts'

beforeEach(() => useKeyring('K'.repeat(64)))

const text = fc.string()
const place: fc.Arbitrary<SecretPlace> = fc.record({ organizationId: text, purpose: text, ownerId: text })

test('a secret opens at its place, and at no other tenant, purpose or owner', () => {
  fc.assert(
    fc.property(place, place, text, (here, there, secret) => {
      const sealed = sealSecret(here, secret)
      expect(openSecret(here, sealed)).toBe(secret)
      fc.pre(JSON.stringify(here) !== JSON.stringify(there))
      expect(() => openSecret(there, sealed)).toThrow()
    }),
  )
})

test('no separator inside an id makes two places one', () => {
  const sealed = sealSecret({ organizationId: 'a', purpose: 'p', ownerId: 'b","c' }, 'secret')
  expect(() => openSecret({ organizationId: 'a","b', purpose: 'p', ownerId: 'c' }, sealed)).toThrow()
})

test('what the kernel seals for itself never opens as a tenant secret of the same name', () => {
  const here = { organizationId: 'org_1', purpose: 'factor', ownerId: 'usr_1' }
  expect(() => openSecret(here, seal('factor', JSON.stringify(['org_1', 'usr_1']), 'secret'))).toThrow()
})
