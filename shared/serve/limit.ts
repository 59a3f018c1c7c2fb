import { problem } from '../errors.ts'
import type { Key } from '../store/keys.ts'
import type { Table } from '../store/table.ts'
import { describeError, logger } from '../telemetry.ts'

/** Below this many calls a minute nobody is counted beyond the memory of one function. */
const QUIET = 10
const WINDOW_MS = 60_000
const CALLERS = 10_000

interface Count {
  window: number
  own: number
  /** Already added to the shared counter. */
  told: number
  /** What all instances counted, as far as known here. */
  shared: number
}

const counts = new Map<string, Count>()

export interface Limit {
  /** Whom to count: person and route, or IP address. */
  caller: string
  perMinute: number
  /** Where the shared counter of this minute stands. */
  key: (window: string) => Key
  table: Table
}

export interface LimitState {
  limit: number
  remaining: number
  resetSeconds: number
}

/** Calls of this minute up to this one, as far as this function knows. */
const usedOf = (count: Count) => Math.max(count.own, count.shared + count.own - count.told)

/**
 * Adds what is not told yet, and gives all calls up to this one. Where the shared counter fails, this function's own count stands:
 * counting never refuses anybody.
 */
async function share(count: Count, limit: Limit): Promise<number> {
  const own = usedOf(count)
  const add = count.own - count.told
  count.told = count.own
  const key = limit.key(String(count.window))
  try {
    const item = await limit.table.update({
      Key: { pk: key.pk, sk: key.sk },
      UpdateExpression: 'ADD calls :add SET #ttl = :ttl',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':add': add, ':ttl': (count.window + 2) * 60 },
      ReturnValues: 'ALL_NEW',
    })
    const calls = Number(item?.calls)
    count.shared = Math.max(count.shared, calls)
    return calls
  } catch (error) {
    count.told -= add
    logger.error('The shared counter failed', { error: describeError(error) })
    return own
  }
}

function countOf(caller: string, window: number): Count {
  const known = counts.get(caller)
  if (known?.window === window) return known
  const count = { window, own: 0, told: 0, shared: 0 }
  counts.delete(caller)
  const oldest = counts.keys().next().value
  if (counts.size >= CALLERS && oldest !== undefined) counts.delete(oldest)
  counts.set(caller, count)
  return count
}

function stateOf(used: number, limit: Limit, resetSeconds: number): LimitState {
  const state = { limit: limit.perMinute, remaining: Math.max(0, limit.perMinute - used), resetSeconds }
  if (used <= limit.perMinute) return state
  throw problem('RATE_LIMIT_EXCEEDED', {
    message: `Too many requests. Try again in ${resetSeconds} seconds.`,
    details: { retryAfter: resetSeconds },
    headers: { 'retry-after': String(resetSeconds), ...limitHeaders(state) },
  })
}

/**
 * Counts a call in the warm function's memory; past ten a minute the count is also added to the shared counter, in parallel with
 * the request's first read. The limit can so be passed by ten per warm function. Gives or throws `RATE_LIMIT_EXCEEDED`; throws at
 * once, so that nothing is read or written for a caller who is known to be past the limit.
 */
export function countCall(limit: Limit, epochMs: number): Promise<LimitState> {
  const window = Math.floor(epochMs / WINDOW_MS)
  const count = countOf(limit.caller, window)
  count.own++
  const resetSeconds = Math.ceil(((window + 1) * WINDOW_MS - epochMs) / 1000)
  const state = stateOf(usedOf(count), limit, resetSeconds)
  return count.own <= QUIET ? Promise.resolve(state) : share(count, limit).then((used) => stateOf(used, limit, resetSeconds))
}

/** `RateLimit` and `RateLimit-Policy` (IETF draft-ietf-httpapi-ratelimit-headers). */
export const limitHeaders = ({ limit, remaining, resetSeconds }: LimitState): Record<string, string> => ({
  'ratelimit-policy': `"default";q=${limit};w=60`,
  ratelimit: `"default";r=${remaining};t=${resetSeconds}`,
})
