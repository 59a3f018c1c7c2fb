import type { Clock } from '../types.ts'

/** A stage's throttle for one route: `rate` requests a second on average, `burst` at once. */
export interface Limit {
  rate: number
  burst: number
}

/** A token bucket for each route: says whether the route may be called now, and counts the call if so. */
export function createThrottle(limitOf: (routeKey: string) => Limit | undefined, now: Clock): (routeKey: string) => boolean {
  const buckets = new Map<string, { tokens: number; filledAt: number }>()
  return (routeKey) => {
    const limit = limitOf(routeKey)
    if (!limit) return true
    const time = now()
    const bucket = buckets.get(routeKey) ?? { tokens: limit.burst, filledAt: time }
    const refilled = Math.min(limit.burst, bucket.tokens + (Math.max(0, time - bucket.filledAt) / 1000) * limit.rate)
    const allowed = refilled >= 1
    buckets.set(routeKey, { tokens: allowed ? refilled - 1 : refilled, filledAt: time })
    return allowed
  }
}
