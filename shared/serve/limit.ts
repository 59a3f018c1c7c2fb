import { problem } from '../errors.ts'
import type { Key } from '../store/keys.ts'
import type { Table } from '../store/table.ts'

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
  /** Whom to count: tenant and user, or IP address. */
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

async function share(count: Count, limit: Limit): Promise<void> {
  const add = count.own - count.told
  count.told = count.own
  const key = limit.key(String(count.window))
  const item = await limit.table.update({
    Key: { pk: key.pk, sk: key.sk },
    UpdateExpression: 'ADD calls :add SET #ttl = :ttl',
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: { ':add': add, ':ttl': (count.window + 2) * 60 },
    ReturnValues: 'ALL_NEW',
  })
  count.shared = Number(item?.calls ?? count.own)
}

/**
 * Counts a call in the warm function's memory; past ten a minute the count is also added to the shared counter, in parallel with
 * the request's first read. The limit can so be passed by ten per warm function. Throws `RATE_LIMIT_EXCEEDED`.
 */
export async function countCall(limit: Limit, epochMs: number): Promise<LimitState> {
  const window = Math.floor(epochMs / WINDOW_MS)
  const known = counts.get(limit.caller)
  const count = known?.window === window ? known : { window, own: 0, told: 0, shared: 0 }
  if (count !== known) {
    if (counts.size >= CALLERS) counts.clear()
    counts.set(limit.caller, count)
  }
  count.own++
  const resetSeconds = Math.ceil(((window + 1) * WINDOW_MS - epochMs) / 1000)
  const used = () => Math.max(count.own, count.shared + count.own - count.told)
  if (count.own > QUIET && used() <= limit.perMinute) await share(count, limit)
  const state = { limit: limit.perMinute, remaining: Math.max(0, limit.perMinute - used()), resetSeconds }
  if (used() <= limit.perMinute) return state
  throw problem('RATE_LIMIT_EXCEEDED', {
    message: `Too many requests. Try again in ${resetSeconds} seconds.`,
    details: { retryAfter: resetSeconds },
    headers: { 'retry-after': String(resetSeconds), ...limitHeaders(state) },
  })
}

/** `RateLimit` and `RateLimit-Policy` (IETF draft-ietf-httpapi-ratelimit-headers). */
export const limitHeaders = ({ limit, remaining, resetSeconds }: LimitState): Record<string, string> => ({
  'ratelimit-policy': `"default";q=${limit};w=60`,
  ratelimit: `"default";r=${remaining};t=${resetSeconds}`,
})
