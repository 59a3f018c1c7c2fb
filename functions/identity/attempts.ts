import { problem } from '../../shared/errors.ts'
import type { Key } from '../../shared/store/keys.ts'
import type { Item, Table } from '../../shared/store/table.ts'
import { isRefused, stoodBefore } from '../../shared/store/table-call.ts'

/**
 * `ATTEMPTS#<mail mac>` / ITEM: tries at signing in with one address, whether or not anybody has it; `ATTEMPTS#<mail mac>#<device or
 * session>`: those of a device that signed in before, or of somebody signed in who proves themselves again. Each is reserved before it is judged,
 * so that no number of tries at once gets more of them judged wrong than five.
 */
export interface Attempts {
  /** Under way, and judged wrong. */
  tries: number
  wrong: number
  /** 15 minutes after the last one that was wrong. */
  expiresAt: string
}

const MOST_WRONG = 5
const LOCK_MS = 15 * 60_000

const inForce = (attempts: Attempts | undefined, now: string): attempts is Attempts => attempts !== undefined && attempts.expiresAt > now

/** What failed too often: signing in with an address, or what somebody signed in proved themselves with. */
export type Tried = keyof typeof FAILED

const FAILED = {
  'sign-ins': { what: 'failed sign-ins with this address', reason: 'too many failed sign-ins' },
  proofs: { what: 'wrong passwords or codes in this session', reason: 'too many wrong proofs' },
}

/** Throws `ACCOUNT_LOCKED` after five failures, with the seconds to wait; says the same of an address that nobody has. */
export function assertNotLockedOut(attempts: Attempts | undefined, now: string, tried: Tried = 'sign-ins'): void {
  if (!inForce(attempts, now) || attempts.wrong < MOST_WRONG) return
  const retryAfter = Math.ceil((Date.parse(attempts.expiresAt) - Date.parse(now)) / 1000)
  throw problem('ACCOUNT_LOCKED', {
    message: `Too many ${FAILED[tried].what}. Try again in ${Math.ceil(retryAfter / 60)} minutes.`,
    details: { reason: FAILED[tried].reason, retryAfter },
    headers: { 'retry-after': String(retryAfter) },
  })
}

const timesOf = (now: string) => {
  const until = Date.parse(now) + LOCK_MS
  return { ':until': new Date(until).toISOString(), ':ttl': Math.ceil(until / 1000) }
}

/** Takes one of five places; gives what stands there then, or what stood in the way. */
async function takePlace(table: Table, { pk, sk }: Key, now: string): Promise<{ taken?: Attempts; stood?: Attempts }> {
  const write = (set: string, condition: string, values: Item) =>
    table.update({
      Key: { pk, sk },
      UpdateExpression: `SET ${set}, #ttl = :ttl`,
      ConditionExpression: condition,
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':one': 1, ':zero': 0, ':now': now, ...timesOf(now), ...values },
      ReturnValues: 'ALL_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })
  const join =
    'tries = if_not_exists(tries, :zero) + :one, wrong = if_not_exists(wrong, :zero), expiresAt = if_not_exists(expiresAt, :until)'
  try {
    const taken = await write(join, 'attribute_not_exists(pk) OR (expiresAt > :now AND tries < :most)', { ':most': MOST_WRONG })
    return { taken: taken as unknown as Attempts }
  } catch (error) {
    if (!isRefused(error)) throw error
    const stood = stoodBefore(error) as Attempts | undefined
    if (inForce(stood, now)) return { stood }
  }
  // What stood there has run out: the count begins anew, by whoever is first.
  try {
    return { taken: (await write('tries = :one, wrong = :zero, expiresAt = :until', 'expiresAt <= :now', {})) as unknown as Attempts }
  } catch (error) {
    if (!isRefused(error)) throw error
    return {}
  }
}

const PATIENCE = 40
const PAUSE_MS = 100

/** Reserves one try. Throws `ACCOUNT_LOCKED`; waits a moment while all places are taken by tries that are being judged, then gives 503. */
export async function reserveTry(table: Table, key: Key, now: string, tried?: Tried): Promise<Attempts> {
  for (let n = 0; n < PATIENCE; n++) {
    const { taken, stood } = await takePlace(table, key, now)
    if (taken) return taken
    assertNotLockedOut(stood, now, tried)
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS / 2 + Math.random() * PAUSE_MS))
  }
  throw problem('UNAVAILABLE', { message: 'Too many sign-ins with this address at once. Try again in a few seconds.' })
}

/** The try was wrong. Says when the lock ends that this very failure began, if it did. */
export async function countFailure(table: Table, { pk, sk }: Key, now: string): Promise<string | undefined> {
  const item = await table.update({
    Key: { pk, sk },
    UpdateExpression: 'SET wrong = if_not_exists(wrong, :zero) + :one, tries = if_not_exists(tries, :one), expiresAt = :until, #ttl = :ttl',
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: { ':one': 1, ':zero': 0, ...timesOf(now) },
    ReturnValues: 'ALL_NEW',
  })
  const { wrong, expiresAt } = item as unknown as Attempts
  return wrong === MOST_WRONG ? expiresAt : undefined
}

/** The try was no guess: it is given back. */
export async function releaseTry(table: Table, { pk, sk }: Key): Promise<void> {
  const Update = {
    Key: { pk, sk },
    UpdateExpression: 'SET tries = tries - :one',
    ConditionExpression: 'tries > wrong',
    ExpressionAttributeValues: { ':one': 1 },
  }
  await table.update(Update).catch((error: unknown) => {
    // A success has forgotten them all meanwhile.
    if (!isRefused(error)) throw error
  })
}
