import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import { mac } from './keyring.ts'

/** How mail addresses are compared: trimmed, Unicode-normalized, lower case. */
export const foldMail = (email: string) => email.trim().normalize('NFKC').toLowerCase()

/** The key under which a mail address is looked up: without the keyring, a list of addresses cannot be tried against the table. */
export const mailHash = (email: string) => mac('mail', foldMail(email))

/** SHA-256, base64url: for values of high entropy and for look-ups, never for passwords. */
export const hashOf = (value: string) => createHash('sha256').update(value).digest('base64url')

/** A secret for a link: 256 random bits, URL-safe. Only its hash is stored. */
export const newToken = () => randomBytes(32).toString('base64url')

/** A code people can type: six digits. So few can all be tried, hence its hash needs the keyring and belongs to one owner. */
export const newCode = () => String(randomInt(0, 1_000_000)).padStart(6, '0')
export const codeHash = (code: string, owner: string) => mac('code', `${owner}\n${code}`)

export function sameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
