import { createHash } from 'node:crypto'
import { type Change, changed, type Versioned } from '../../shared/store/entity.ts'

/** Crockford's Base32, in lower case, as all ids are written. */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'
const LENGTH = 26

/** The id of what the caller names: it follows from the name, so that whatever is named is found by its key. */
export function naturalId<P extends string>(prefix: P, ...name: string[]): `${P}_${string}` {
  const hash = createHash('sha256').update(JSON.stringify(name)).digest()
  return `${prefix}_${[...hash.subarray(0, LENGTH)].map((byte) => DIGITS[byte & 31]).join('')}`
}

/** A new one; where one by its name was removed before, its numbers go on. */
export const anew = <T extends Versioned>(made: Change<T>, removed: T | undefined, at: string): Change<T> =>
  removed
    ? { ...changed(removed, { ...made.after, version: removed.version, deletedAt: undefined }, { event: made.event, at, data: made.data }) }
    : made
