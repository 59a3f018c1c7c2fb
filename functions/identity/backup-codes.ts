import { randomBytes } from 'node:crypto'
import { codeHash } from '../../shared/tokens.ts'

/** Crockford's Base32: no letter that reads like a digit. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const LENGTH = 16
const NUMBER = 10

/** A backup code of 80 random bits, in groups that can be read out: `7k2m-9xqa-3fhc-w0pe`. */
function newBackupCode(random: (bytes: number) => Uint8Array): string {
  const letters = [...random(LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('')
  return letters.match(/.{4}/g)?.join('-') ?? letters
}

/** Ten codes, all different. */
export function newBackupCodes(random: (bytes: number) => Uint8Array = randomBytes): string[] {
  const codes = new Set<string>()
  while (codes.size < NUMBER) codes.add(newBackupCode(random))
  return [...codes]
}

/** As the code was meant, however it was typed: spaces, hyphens, capitals and look-alikes do not matter. */
export const foldBackupCode = (typed: string) =>
  typed
    .toLowerCase()
    .replace(/[^0-9a-z]/g, '')
    .replace(/o/g, '0')
    .replace(/[il]/g, '1')

/** Only this is stored; it means nothing for another person. */
export const backupCodeHash = (typed: string, personId: string) => codeHash(foldBackupCode(typed), personId)
