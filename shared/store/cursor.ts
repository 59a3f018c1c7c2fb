import { createHmac, timingSafeEqual } from 'node:crypto'
import { problem } from '../errors.ts'

/** What a cursor is bound to: it opens nothing for another tenant, list or filter. */
export interface CursorBinding {
  /** The organization's own secret. */
  key: string
  tenant: string
  /** Route and query, without `cursor` and `limit`. */
  list: string
}

const mac = (binding: CursorBinding, payload: string) =>
  createHmac('sha256', binding.key).update(`${binding.tenant}\n${binding.list}\n${payload}`).digest().subarray(0, 16)

export function sealCursor(binding: CursorBinding, position: unknown): string {
  const payload = Buffer.from(JSON.stringify(position)).toString('base64url')
  return `${payload}.${mac(binding, payload).toString('base64url')}`
}

/** Throws `INVALID_CURSOR` unless this very list handed the cursor out. */
export function openCursor<T>(binding: CursorBinding, cursor: string): T {
  const [payload = '', seal = ''] = cursor.split('.')
  const given = Buffer.from(seal, 'base64url')
  const right = mac(binding, payload)
  if (given.length !== right.length || !timingSafeEqual(given, right)) throw problem('INVALID_CURSOR')
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as T
}
