import { pathOf, type Route } from '../shared/endpoint.ts'

/** An endpoint as far as the choice of its API goes. */
export interface Reached {
  ring: string
  rule: { route: Route }
}

/** Requests with such a path go to the API of that ring; `*` stands for any characters, as CloudFront has it. */
export interface PathRule {
  pattern: string
  ring: string
}

interface Branch {
  /** Rings with a route that ends here, and whether any goes on. */
  ending: Set<string>
  all: Set<string>
  under: Map<string, Branch>
}

const branch = (): Branch => ({ ending: new Set(), all: new Set(), under: new Map() })

function treeOf(endpoints: readonly Reached[]): Branch {
  const root = branch()
  for (const { ring, rule } of endpoints) {
    let at = root
    at.all.add(ring)
    for (const segment of pathOf(rule).split('/').slice(1)) {
      const name = segment.startsWith('{') ? '*' : segment
      const next = at.under.get(name) ?? branch()
      at.under.set(name, next)
      at = next
      at.all.add(ring)
    }
    at.ending.add(ring)
  }
  return root
}

/** The shortest beginnings of paths that belong to one ring each. Throws where two rings have the same path. */
function rulesOf(at: Branch, path: string): PathRule[] {
  const [ring = '', ...others] = at.all
  if (others.length === 0 && path !== '' && !GROUPING.test(path)) return [{ pattern: `${path}*`, ring }]
  const [own, another] = at.ending
  if (another) throw new Error(`The rings ${own} and ${another} both have ${path}. All methods of a path stand in one ring.`)
  return [...(own ? [{ pattern: path, ring: own }] : []), ...[...at.under].flatMap(([name, next]) => rulesOf(next, `${path}/${name}`))]
}

/** `/api/v1` groups all contexts, whoever has the first of its routes. */
const GROUPING = /^\/api(\/v\d+)?$/

const literalLength = (pattern: string) => pattern.replaceAll('*', '').length

/**
 * By which path each ring is reached. The first that fits decides, so the more exact ones come first: those with more segments, then
 * those with more characters said.
 */
export function pathRules(endpoints: readonly Reached[]): PathRule[] {
  const depth = ({ pattern }: PathRule) => pattern.split('/').length
  const rules = rulesOf(treeOf(endpoints), '').toSorted(
    (one, other) =>
      depth(other) - depth(one) || literalLength(other.pattern) - literalLength(one.pattern) || (one.pattern < other.pattern ? -1 : 1),
  )
  checkPaths(rules, endpoints)
  return rules
}

const fits = ({ pattern }: PathRule, path: string) =>
  new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\?]/g, '\\$&').replaceAll('*', '.*')}$`).test(path)

/** Whose API a request with this path meets; none where only the answer for unknown paths is left. */
export const ringAt = (rules: readonly PathRule[], path: string): string | undefined => rules.find((rule) => fits(rule, path))?.ring

/** Throws where a route would be sent to another ring's API: a `*` also stands for several segments. */
function checkPaths(rules: readonly PathRule[], endpoints: readonly Reached[]): void {
  for (const { ring, rule } of endpoints) {
    const met = ringAt(rules, pathOf(rule).replace(/\{\w+\}/g, 'x'))
    if (met !== ring) throw new Error(`${rule.route} of the ring ${ring} would be sent to ${met ?? 'none'}. Give it another path.`)
  }
}
