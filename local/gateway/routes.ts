/** What is needed of a route to choose it: `GET /users/{id}`, `ANY /{proxy+}`, `$default`. */
export interface RoutePattern {
  key: string
  method: string
  segments: Segment[]
}

type Segment = { kind: 'literal'; text: string } | { kind: 'variable' | 'greedy'; name: string }

export interface RouteMatch<Route extends RoutePattern> {
  route: Route
  pathParameters: Record<string, string>
}

const defaultKey = '$default'

export function parseRouteKey(key: string): RoutePattern {
  if (key === defaultKey) return { key, method: 'ANY', segments: [] }
  const [method = '', path = ''] = key.split(' ')
  return { key, method, segments: path.slice(1).split('/').map(parseSegment) }
}

function parseSegment(text: string): Segment {
  const variable = /^\{(.+?)(\+?)\}$/.exec(text)
  if (!variable?.[1]) return { kind: 'literal', text }
  return { kind: variable[2] ? 'greedy' : 'variable', name: variable[1] }
}

/**
 * The route for a request, by API Gateway's priority: the most specific path first (a literal before a variable before a
 * greedy variable, from the left), a named method before `ANY`, and `$default` last. The path comes decoded.
 */
export function matchRoute<Route extends RoutePattern>(routes: Route[], method: string, path: string): RouteMatch<Route> | undefined {
  const segments = path.slice(1).split('/')
  let best: RouteMatch<Route> | undefined
  for (const route of routes) {
    if (route.key === defaultKey || (route.method !== 'ANY' && route.method !== method)) continue
    const pathParameters = capture(route.segments, segments)
    if (pathParameters && (!best || compare(route, best.route) < 0)) best = { route, pathParameters }
  }
  if (best) return best
  const fallback = routes.find(({ key }) => key === defaultKey)
  return fallback && { route: fallback, pathParameters: {} }
}

function capture(pattern: Segment[], segments: string[]): Record<string, string> | undefined {
  const captured: Record<string, string> = {}
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index]
    if (segment === undefined) return undefined
    if (part.kind === 'literal') {
      if (part.text !== segment) return undefined
      continue
    }
    const value = part.kind === 'greedy' ? segments.slice(index).join('/') : segment
    if (value === '') return undefined
    captured[part.name] = value
    if (part.kind === 'greedy') return captured
  }
  return pattern.length === segments.length ? captured : undefined
}

const rank = { literal: 0, variable: 1, greedy: 2 } as const

/** Negative when the first route is more specific. Both match the same path, so they differ in kinds of segments only. */
function compare(a: RoutePattern, b: RoutePattern): number {
  for (const [index, segment] of a.segments.entries()) {
    const other = b.segments[index]
    if (other && rank[segment.kind] !== rank[other.kind]) return rank[segment.kind] - rank[other.kind]
  }
  return Number(a.method === 'ANY') - Number(b.method === 'ANY')
}
