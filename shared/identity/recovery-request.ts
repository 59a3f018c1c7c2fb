import { problem } from '../errors.ts'
import { newId } from '../ids.ts'
import { linkKey, recoveryKey, recoveryRequestKey } from '../store/keys.ts'
import type { Table } from '../store/table.ts'
import { check, put, remove, strip, type Write } from '../store/writes.ts'
import { hashOf } from '../tokens.ts'
import { mintLink } from './codes.ts'
import type { Recovery, RecoveryRequest } from './person.ts'

/** A lost second factor without backup codes: whoever has the password is let in after everybody concerned could object. */

const HOUR_MS = 3_600_000
const WAITING_MS = 72 * HOUR_MS
const GOOD_MS = 14 * 24 * HOUR_MS

const later = (at: string, ms: number) => new Date(Date.parse(at) + ms).toISOString()

export const newRequest = (now: string): RecoveryRequest => ({
  id: newId('rec', Date.parse(now)),
  requestedAt: now,
  completesAt: later(now, WAITING_MS),
  expiresAt: later(now, GOOD_MS),
})

export interface Waiting {
  request: RecoveryRequest | undefined
  /** A recovery that has begun, by this or by a backup code. */
  recovery: Recovery | undefined
}

/** The request that stands, if it still counts. */
export async function readWaiting(table: Pick<Table, 'read'>, personId: string, now: string): Promise<Waiting> {
  const [item, recovery] = await table.read([recoveryRequestKey(personId), recoveryKey(personId)])
  const request = item && strip<RecoveryRequest>(item)
  return { request: request && request.expiresAt > now ? request : undefined, recovery: recovery && strip<Recovery>(recovery) }
}

/** `CONFLICT` where another one waits. */
export const putRequest = (personId: string, request: RecoveryRequest): Write =>
  put(
    recoveryRequestKey(personId),
    { ...request },
    { expression: 'attribute_not_exists(pk) OR expiresAt <= :now', values: { ':now': request.requestedAt } },
    'CONFLICT',
    request.expiresAt,
  )

/** Whoever shows the second factor after all has not lost it. */
export const cancelRequest = (personId: string): Write => remove(recoveryRequestKey(personId))

const standing = (now: string, requestId?: string) => ({
  expression: `attribute_exists(pk) AND expiresAt > :now${requestId ? ' AND id = :id' : ''}`,
  values: { ':now': now, ...(requestId ? { ':id': requestId } : {}) },
})

/** Ends what waits; `INVALID_TRANSITION` where nothing does, or where it is being completed, which nothing interrupts. */
export const objectToRecovery = (personId: string, now: string, requestId?: string): Write[] => [
  remove(recoveryRequestKey(personId), standing(now, requestId), 'INVALID_TRANSITION'),
  check(recoveryKey(personId), { expression: 'attribute_not_exists(pk)' }, 'INVALID_TRANSITION'),
]

/** Begins to complete it, unless somebody objects at the same moment. */
export const beginRecovery = (personId: string, { id }: RecoveryRequest, now: string): Write[] => [
  put(recoveryKey(personId), { hash: id, requestId: id, startedAt: now } satisfies Recovery),
  check(
    recoveryRequestKey(personId),
    { expression: 'id = :id AND completesAt <= :now', values: { ':id': id, ':now': now } },
    'INVALID_TRANSITION',
  ),
]

/** A recovery that began with a request goes on with the password alone, until it is finished. */
export const isUnderWay = ({ recovery }: Waiting) => recovery?.requestId !== undefined

/** What a person can complete now. Throws `INVALID_TRANSITION` where nothing waits, or not long enough. */
export function requireDue({ request }: Waiting, now: string): RecoveryRequest {
  if (!request)
    throw problem('INVALID_TRANSITION', { message: 'No recovery waits: it was objected to, or has expired. Ask for one first.' })
  if (request.completesAt <= now) return request
  const { completesAt } = request
  throw problem('INVALID_TRANSITION', { message: 'This recovery still waits. Complete it later.', details: { completesAt } })
}

/** `RECOVERY_LINK#<hash>` / ITEM: the link by which the person objects. */
export interface CancelLink {
  kind: 'recovery-cancel'
  personId: string
  requestId: string
  expiresAt: string
}

export const mintCancel = (personId: string, { id: requestId, expiresAt }: RecoveryRequest): { token: string; write: Write } =>
  mintLink({ kind: 'recovery-cancel', personId, requestId, expiresAt } satisfies CancelLink)

export const useCancel = (token: string): Write =>
  remove(linkKey('recovery-cancel', hashOf(token)), { expression: 'attribute_exists(pk)' }, 'LINK_EXPIRED')
