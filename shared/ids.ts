import { randomFillSync } from 'node:crypto'

/** Crockford's Base32, in lower case. */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'
const TIME_DIGITS = 10
const RANDOM_DIGITS = 16
const MAX_MS = 2 ** 48 - 1

/** Random bytes for many ids at once: asking for a few each time costs more than making the id. */
const pool = Buffer.alloc(RANDOM_DIGITS * 128)
let taken = pool.length

function randomDigits(): string {
  if (taken === pool.length) {
    randomFillSync(pool)
    taken = 0
  }
  let digits = ''
  // 32 divides 256, so that five bits of a byte are as random as the byte.
  for (const end = taken + RANDOM_DIGITS; taken < end; taken++) digits += DIGITS[(pool[taken] ?? 0) & 31]
  return digits
}

function timeDigits(epochMs: number): string {
  if (!Number.isInteger(epochMs) || epochMs < 0 || epochMs > MAX_MS) throw new RangeError(`${epochMs} is no time that an id can hold.`)
  let digits = ''
  for (let rest = epochMs; digits.length < TIME_DIGITS; rest = Math.floor(rest / 32)) digits = DIGITS[rest % 32] + digits
  return digits
}

/**
 * A new id (a prefix and a ULID), sortable by the time it was made: `newId('usr', Date.now())`. Lower case, because a user's id is also
 * the Cognito username, and a pool that ignores case gives usernames back in lower case.
 */
export const newId = <P extends string>(prefix: P, epochMs: number = Date.now()): `${P}_${string}` =>
  `${prefix}_${timeDigits(epochMs)}${randomDigits()}`

/** The sortable part of an id, shared by an event (`evt_…`) and its audit entry (`aud_…`). */
export const ulidOf = (id: string) => id.slice(id.indexOf('_') + 1)
