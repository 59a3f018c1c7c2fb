import type { Endpoint } from '../shared/endpoint.ts'
import type { Part } from './parts.ts'
import type { Stage } from './stage.ts'

export interface RouteThrottle {
  ThrottlingRateLimit: number
  ThrottlingBurstLimit: number
}

/**
 * The gateway's limits of the routes whose contract limits its callers: what so many callers make at once who all use their full
 * limit, and never more than the whole API takes. The limit of each caller is counted by `serve`.
 */
export function routeThrottles(
  endpoints: readonly Part<Endpoint>[],
  { ratePerSecond, burst, callers }: Stage['throttle'],
): Record<string, RouteThrottle> {
  const limited = endpoints.flatMap(({ rule: { route, limitPerMinute } }) =>
    limitPerMinute === undefined ? [] : [{ route, limitPerMinute }],
  )
  return Object.fromEntries(
    limited.map(({ route, limitPerMinute }) => [
      route,
      {
        ThrottlingRateLimit: Math.min(ratePerSecond, Math.ceil((limitPerMinute * callers) / 60)),
        ThrottlingBurstLimit: Math.min(burst, limitPerMinute * callers),
      },
    ]),
  )
}
