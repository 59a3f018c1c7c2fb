import { createHash } from 'node:crypto'
import { type Endpoint, methodOf, pathOf } from '../endpoint.ts'
import { problem } from '../errors.ts'
import { pack, unpack } from '../pack.ts'
import { idempotencyKey, type Key } from '../store/keys.ts'
import { put, type Write } from '../store/writes.ts'
import type { Incoming } from './call.ts'

const LIFETIME_MS = 24 * 3_600_000
const KEY = /^[\x21-\x7e]{1,255}$/

interface Stored {
  hash: string
  createdAt: string
  packed: Uint8Array
}

/** The first answer to a key, to be given again. */
export class Replay extends Error {
  readonly reply: unknown
  constructor(reply: unknown) {
    super('replayed')
    this.reply = reply
  }
}

export interface Idempotency {
  key: Key
  /** Throws `Replay` or `IDEMPOTENCY_KEY_REUSED` when the record answers this request. */
  meet(stored: Record<string, unknown> | undefined): void
  /** The record that goes into the request's transaction. */
  record(reply: unknown): Write
}

const honours = (contract: Endpoint) => methodOf(contract) === 'POST' && !contract.secret && !pathOf(contract).startsWith('/api/v1/auth/')

/** Remembers a POST's answer for 24 hours under the caller's `Idempotency-Key` (IETF draft-ietf-httpapi-idempotency-key-header). */
export function idempotencyOf(contract: Endpoint, incoming: Incoming<Endpoint>, tenant: string, caller: string): Idempotency | undefined {
  const given = incoming.idempotencyKey
  if (given === undefined || !honours(contract)) return undefined
  if (!KEY.test(given)) throw problem('VALIDATION_ERROR', { details: { 'Idempotency-Key': 'Use 1 to 255 visible ASCII characters' } })
  const key = idempotencyKey(tenant, caller, contract.route, given)
  const hash = createHash('sha256')
    .update(JSON.stringify([incoming.params, incoming.body ?? null]))
    .digest('base64url')
    .slice(0, 22)
  const expired = new Date(Date.parse(incoming.now) - LIFETIME_MS).toISOString()
  return {
    key,
    meet(record) {
      const stored = record as Stored | undefined
      if (!stored || stored.createdAt <= expired) return
      if (stored.hash !== hash) throw problem('IDEMPOTENCY_KEY_REUSED')
      throw new Replay(unpack(stored.packed).reply)
    },
    record: (reply) =>
      put(
        key,
        { hash, createdAt: incoming.now, packed: pack({ reply }) },
        { expression: 'attribute_not_exists(pk) OR createdAt <= :expired', values: { ':expired': expired } },
        'REQUEST_IN_PROGRESS',
        new Date(Date.parse(incoming.now) + LIFETIME_MS).toISOString(),
      ),
  }
}
