import { beforeEach, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { useKeyring } from './keyring.ts'
import { codeHash, foldMail, hashOf, mailHash, newCode, newToken, sameHash } from './tokens.ts'

beforeEach(() => useKeyring('a secret of an installation, long enough'))

test('an address is the same in any case, with spaces around, and in either Unicode form', () => {
  expect(foldMail(' Ada@Example.COM ')).toBe('ada@example.com')
  expect(mailHash('zoe\u0308@example.com')).toBe(mailHash('ZO\u00cb@example.com'))
  fc.assert(fc.property(fc.emailAddress(), (mail) => mailHash(mail.toUpperCase()) === mailHash(` ${mail}\n`)))
})

test('the key of an address does not hold it', () => {
  expect(mailHash('ada@example.com')).toMatch(/^[\w-]{43}$/)
})

test('tokens are 256 bits that fit a link, and codes six digits', () => {
  expect(newToken()).toMatch(/^[\w-]{43}$/)
  for (let n = 0; n < 200; n++) expect(newCode()).toMatch(/^\d{6}$/)
  expect(new Set(Array.from({ length: 100 }, newToken)).size).toBe(100)
})

test('a code’s hash belongs to its owner', () => {
  expect(codeHash('123456', 'usr_1')).not.toBe(codeHash('123456', 'usr_2'))
  expect(codeHash('123456', 'usr_1')).toBe(codeHash('123456', 'usr_1'))
})

test.each([
  ['an address', () => mailHash('ada@example.com')],
  ['a code', () => codeHash('123456', 'usr_1')],
])('the hash of %s cannot be made without the keyring of the installation', (_, hash) => {
  const here = hash()
  useKeyring('a secret of another installation, long enough')
  expect(hash()).not.toBe(here)
})

test('hashes are the same only when every character is', () => {
  expect(sameHash(hashOf('a'), hashOf('a'))).toBe(true)
  expect(sameHash(hashOf('a'), hashOf('b'))).toBe(false)
  expect(sameHash('short', 'longer')).toBe(false)
  expect(sameHash('é', 'ab')).toBe(false)
})
