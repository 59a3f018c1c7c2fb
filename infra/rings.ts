/**
 * Which contexts share a stack: one function comes to about seven resources, and a stack holds 500. A context keeps its ring, for
 * functions have names, and CloudFormation makes the new one before it takes the old one away.
 */
const rings = {
  identity: ['identity', 'system'],
  organization: ['organizations', 'users', 'access', 'audit', 'notifications'],
} as const satisfies Record<string, readonly string[]>

export type Ring = keyof typeof rings

export const RINGS = Object.keys(rings) as Ring[]

/** Throws for a context that has no ring yet. */
export function ringOf(context: string): Ring {
  const ring = RINGS.find((name) => (rings[name] as readonly string[]).includes(context))
  if (!ring) throw new Error(`The context ${context} has no ring. Name it in infra/rings.ts, in ${RINGS.join(' or ')}, or in a new one.`)
  return ring
}
