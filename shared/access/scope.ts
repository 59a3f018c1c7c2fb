import type { Policy, Scope } from './model.ts'

/** Scopes against each other, by the trees of units and groups. */

/** Told by what they name alone, wherever they come from. */
const nameOf = (scope: Scope) => [scope.type, 'resourceType' in scope ? scope.resourceType : '', 'id' in scope ? scope.id : ''].join(' ')
const isSame = (one: Scope, other: Scope) => nameOf(one) === nameOf(other)

/** Is everything in the one scope in the other, too? Of a resource, only its own unit or group is known. */
export function isWithin(inner: Scope, outer: Scope, policy: Policy): boolean {
  if (outer.type === 'organization' || isSame(inner, outer)) return true
  if (inner.type === 'organization' || outer.type === 'resource') return false
  const type = inner.type === 'resource' ? inner.resourceType : inner.type
  if (type !== outer.type) return false
  const path = type === 'unit' ? policy.unit?.(inner.id) : policy.group?.(inner.id)?.path
  return path?.includes(outer.id) ?? false
}

/** Where both hold, or where both may: what lies in a unit and a group, or in two groups, is known only when it is looked at. */
export function overlap(one: readonly Scope[], other: readonly Scope[], policy: Policy): Scope[] {
  const both = one.flatMap((a) =>
    other.flatMap((b) => {
      if (isWithin(a, b, policy)) return [a]
      if (isWithin(b, a, policy)) return [b]
      const isApart = a.type === b.type && a.type !== 'group'
      return isApart ? [] : [a]
    }),
  )
  return both.filter((scope, n) => both.findIndex((each) => isSame(each, scope)) === n)
}
