import { createHash } from 'node:crypto'
import { type Endpoint, methodOf, pathOf } from '../endpoint.ts'
import { problem } from '../errors.ts'
import { pack, unpack } from '../pack.ts'
import { idempotencyKey, type Key } from '../store/keys.ts'
import type { Write } from '../store/part.ts'
import { put } from '../store/writes.ts'
import type { Incoming } from './call.ts'
import type { Answer } from './respond.ts'

const LIFETIME_MS = 24 * 3_600_000
const KEY = /^[\x21-\x7e]{1,255}$/

interface Stored {
  hash: string
  createdAt: string
  packed: Uint8Array
}

/** The first answer to a key, to be given again. */
export class Replay extends Error {
  readonly answer: Answer
  constructor(answer: Answer) {
    super('replayed')
    this.answer = answer
  }
}

export interface Idempotency {
  key: Key
  /** Throws `Replay` or `IDEMPOTENCY_KEY_REUSED` when the record answers this request. */
  meet(stored: Record<string, unknown> | undefined): void
  /** The record that goes into the request's transaction. */
  record(answer: Answer): Write
}

/** Does the endpoint remember answers by `Idempotency-Key`? */
export const honoursKey = (contract: Endpoint) =>
  methodOf(contract) === 'POST' && !contract.secret && !contract.raw && !pathOf(contract).startsWith('/api/v1/auth/')

/** The request's `Idempotency-Key`, where the contract honours one. */
export function givenKey(contract: Endpoint, headers: Record<string, string | undefined>): string | undefined {
  const given = headers['idempotency-key']
  if (given === undefined || !honoursKey(contract)) return undefined
  if (KEY.test(given)) return given
  throw problem('VALIDATION_ERROR', { details: { 'Idempotency-Key': 'Use 1 to 255 visible ASCII characters' } })
}

const hashOf = ({ params, query, body }: Incoming<Endpoint>) =>
  createHash('sha256')
    .update(JSON.stringify([params, query, body ?? null]))
    .digest('base64url')
    .slice(0, 22)

/** Of the headers, those that tell of the result and not of the request that got it. */
const lasting = ({ status, headers, body }: Answer): Answer => {
  const { etag, location } = headers
  return { status, headers: { ...(etag ? { etag } : {}), ...(location ? { location } : {}) }, body }
}

/** Remembers a POST's answer for 24 hours under the caller's `Idempotency-Key` (IETF draft-ietf-httpapi-idempotency-key-header). */
export function idempotencyOf(contract: Endpoint, incoming: Incoming<Endpoint>, tenant: string, caller: string): Idempotency | undefined {
  if (incoming.idempotencyKey === undefined) return undefined
  const key = idempotencyKey(tenant, caller, contract.route, incoming.idempotencyKey)
  const hash = hashOf(incoming)
  const expired = new Date(Date.parse(incoming.now) - LIFETIME_MS).toISOString()
  return {
    key,
    meet(record) {
      const stored = record as Stored | undefined
      if (!stored || stored.createdAt <= expired) return
      if (stored.hash !== hash) throw problem('IDEMPOTENCY_KEY_REUSED')
      throw new Replay(unpack(stored.packed) as unknown as Answer)
    },
    record: (answer) =>
      put(
        key,
        { hash, createdAt: incoming.now, packed: pack(lasting(answer)) },
        { expression: 'attribute_not_exists(pk) OR createdAt <= :expired', values: { ':expired': expired } },
        'REQUEST_IN_PROGRESS',
        new Date(Date.parse(incoming.now) + LIFETIME_MS).toISOString(),
      ),
  }
}
