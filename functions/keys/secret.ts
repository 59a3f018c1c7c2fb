import { randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { hashOf } from '../../shared/tokens.ts'

/** The secret of an API key: known by its beginning and its checksum wherever it was left, so that a scan of code or logs finds it. */

const PREFIX = 'tsk_'
const SHAPE = /^tsk_([0-9a-f]{64})([0-9a-f]{8})$/

const checksum = (body: string) => crc32(body).toString(16).padStart(8, '0')

export interface Secret {
  secret: string
  /** SHA-256: 256 random bits need no slower one. */
  secretHash: string
  /** Its last characters, by which people tell keys apart. */
  hint: string
}

export function newSecret(): Secret {
  const body = randomBytes(32).toString('hex')
  const secret = PREFIX + body + checksum(body)
  return { secret, secretHash: hashOf(secret), hint: secret.slice(-4) }
}

/** Could this be one of ours? A text that could not costs nothing but this question. */
export function isSecret(text: string): boolean {
  const [, body = '', sum] = SHAPE.exec(text) ?? []
  return sum === checksum(body)
}
