import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { useKeyring } from '../../shared/keyring.ts'
import { backupCodeHash, foldBackupCode, newBackupCodes } from './backup-codes.ts'

useKeyring('the secret of an installation that is only a test')

const code = fc.constantFrom(...newBackupCodes())
const separators = fc.array(fc.constantFrom('', ' ', '-', ' - '), { minLength: 20, maxLength: 20 })

test('ten codes are made, all different, of sixteen characters that cannot be mistaken for each other', () => {
  const codes = newBackupCodes()
  expect(new Set(codes).size).toBe(10)
  for (const each of codes) expect(each).toMatch(/^[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){3}$/)
})

test('codes that chance makes alike are made again', () => {
  let n = 0
  const random = (bytes: number) => new Uint8Array(bytes).fill(Math.floor(n++ / 2) % 32)
  expect(new Set(newBackupCodes(random)).size).toBe(10)
})

test('a code counts however it is typed', () => {
  fc.assert(
    fc.property(code, separators, fc.boolean(), (given, between, isLoud) => {
      const letters = [...given.replaceAll('-', '')].map((letter, n) => letter + between[n]).join('')
      const typed = letters.replaceAll('0', 'o').replaceAll('1', isLoud ? 'I' : 'l')
      expect(backupCodeHash(isLoud ? typed.toUpperCase() : typed, 'usr_1')).toBe(backupCodeHash(given, 'usr_1'))
    }),
  )
})

test('different codes, and the same code of different people, are stored differently', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      const isSame = foldBackupCode(one) === foldBackupCode(other)
      expect(backupCodeHash(one, 'usr_1') === backupCodeHash(other, 'usr_1')).toBe(isSame)
      expect(backupCodeHash(one, 'usr_1')).not.toBe(backupCodeHash(one, 'usr_2'))
    }),
  )
})
