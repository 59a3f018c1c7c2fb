import { problem } from '../../shared/errors.ts'
import { attemptsKey } from '../../shared/store/keys.ts'
import type { Table } from '../../shared/store/table.ts'

/** `LOGIN#<mail hash>` / ATTEMPTS: wrong passwords and codes for one address, counted whether or not anybody has it. */
export interface Attempts {
  failures: number
  /** 15 minutes after the last one that counted. */
  expiresAt: string
}

const MOST_FAILURES = 5
const LOCK_MS = 15 * 60_000

const inForce = (attempts: Attempts | undefined, now: string): attempts is Attempts => attempts !== undefined && attempts.expiresAt > now

/** Throws `ACCOUNT_LOCKED` after five failures, with the seconds to wait; says the same of an address that nobody has. */
export function assertNotLockedOut(attempts: Attempts | undefined, now: string): void {
  if (!inForce(attempts, now) || attempts.failures < MOST_FAILURES) return
  const retryAfter = Math.ceil((Date.parse(attempts.expiresAt) - Date.parse(now)) / 1000)
  throw problem('ACCOUNT_LOCKED', {
    message: `Too many failed sign-ins with this address. Try again in ${Math.ceil(retryAfter / 60)} minutes.`,
    details: { reason: 'too many failed sign-ins', retryAfter },
    headers: { 'retry-after': String(retryAfter) },
  })
}

/** Counts one more failure; failures at once are all counted. Says when the lock ends that this very failure began, if it did. */
export async function countFailure(table: Table, mailHash: string, known: Attempts | undefined, now: string): Promise<string | undefined> {
  const until = Date.parse(now) + LOCK_MS
  const { pk, sk } = attemptsKey(mailHash)
  const write = (isFirst: boolean) =>
    table.update({
      Key: { pk, sk },
      UpdateExpression: `${isFirst ? 'SET failures = :one,' : 'ADD failures :one SET'} expiresAt = :until, #ttl = :ttl`,
      ConditionExpression: isFirst ? 'attribute_not_exists(pk) OR expiresAt <= :now' : 'expiresAt > :now',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':one': 1, ':now': now, ':until': new Date(until).toISOString(), ':ttl': Math.ceil(until / 1000) },
      ReturnValues: 'ALL_NEW',
    })
  const isFirst = !inForce(known, now)
  const item = await write(isFirst).catch((error: Error) => {
    if (error.name !== 'ConditionalCheckFailedException') throw error
    // Another failure came first, or the earlier ones have just been forgotten.
    return write(!isFirst)
  })
  const { failures, expiresAt } = item as unknown as Attempts
  return failures === MOST_FAILURES ? expiresAt : undefined
}
