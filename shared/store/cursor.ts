import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { problem } from '../errors.ts'

/** What a cursor is bound to: it opens nothing for another tenant, list or filter. */
export interface CursorBinding {
  /** The organization's own secret. */
  key: string
  tenant: string
  /** Route and query, without `cursor` and `limit`. */
  list: string
}

const CIPHER = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16

const keyOf = (binding: CursorBinding) => createHash('sha256').update(binding.key).digest()
const aboutOf = (binding: CursorBinding) => Buffer.from(JSON.stringify([binding.tenant, binding.list]))

/** Encrypted (AES-GCM, NIST SP 800-38D) and not only signed: a position may name an item that the caller was not shown. */
export function sealCursor(binding: CursorBinding, position: unknown): string {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv(CIPHER, keyOf(binding), iv).setAAD(aboutOf(binding))
  const sealed = [iv, cipher.update(JSON.stringify(position)), cipher.final(), cipher.getAuthTag()]
  return Buffer.concat(sealed).toString('base64url')
}

/** Throws `INVALID_CURSOR` unless this very list handed the cursor out. */
export function openCursor<T>(binding: CursorBinding, cursor: string): T {
  const bytes = Buffer.from(cursor, 'base64url')
  if (bytes.length <= IV_BYTES + TAG_BYTES || bytes.toString('base64url') !== cursor) throw problem('INVALID_CURSOR')
  const decipher = createDecipheriv(CIPHER, keyOf(binding), bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAAD(aboutOf(binding)).setAuthTag(bytes.subarray(-TAG_BYTES))
  try {
    const position = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()])
    return JSON.parse(position.toString()) as T
  } catch {
    throw problem('INVALID_CURSOR')
  }
}
