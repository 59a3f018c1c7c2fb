import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'

/** How mail addresses are compared: trimmed, Unicode-normalized, lower case. */
export const foldMail = (email: string) => email.trim().normalize('NFKC').toLowerCase()

/** The key under which a mail address is looked up; the address itself stands in no key. */
export const mailHash = (email: string) => hashOf(foldMail(email))

/** SHA-256, base64url: for values of high entropy and for look-ups, never for passwords. */
export const hashOf = (value: string) => createHash('sha256').update(value).digest('base64url')

/** A secret for a link: 256 random bits, URL-safe. Only its hash is stored. */
export const newToken = () => randomBytes(32).toString('base64url')

/** A code people can type: six digits. Its hash is bound to its owner, so that hashes cannot be looked up in a table. */
export const newCode = () => String(randomInt(0, 1_000_000)).padStart(6, '0')
export const codeHash = (code: string, owner: string) => hashOf(`${owner}\n${code}`)

export function sameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
