import type { Policy, Resource, Scope } from '../access/model.ts'
import type { Entity, Versioned } from '../store/entity.ts'
import { asKey, type Move, storedUnder, withoutNested } from '../tree/path.ts'
import { resourceOf } from './concerns.ts'
import type { PolicySource } from './policy.ts'

/** How far a permission of the caller's reaches, as lists ask it: they read what lies there, and show of it what is allowed. */
export interface Reach {
  /** It is held everywhere, be it under conditions, so a list is read as it lies. */
  isWhole: boolean
  /** Beginnings of the stored paths of all that lies in it. */
  prefixes: readonly string[]
  /** Resources of a type for which it is held by themselves. */
  ids(type: string): readonly string[]
  /** Is this a unit or a group, all of which lies in it? */
  covers(id: string): Promise<boolean>
  /** What of this the caller may see; what was found in several places, once. */
  visible<T extends Versioned>(entity: Entity<T>, hits: readonly Hit<T>[]): Promise<T[]>
}

export interface Hit<T> {
  item: T
  /** The unit or group in which it was found, or null for one that was found by itself; nothing where it could be found but once. */
  via?: string | null | undefined
}

export interface Asked {
  scopes: readonly Scope[]
  source: PolicySource
  moves: readonly Move[]
  /** As what it is asked about, where that is something else than what it is kept as. */
  factsOf?<T extends Versioned>(entity: Entity<T>, item: T): Resource
  allows(policy: Policy, resource: Resource): boolean
}

function pathTo(policy: Policy, id: string): readonly string[] | undefined {
  if (id.startsWith('unit_')) return policy.unit?.(id)
  return id.startsWith('grp_') ? policy.group?.(id)?.path : undefined
}

export async function reachOf({ scopes, source, moves, factsOf = resourceOf, allows }: Asked): Promise<Reach> {
  const isWhole = scopes.some(({ type }) => type === 'organization')
  const roots = scopes.flatMap((scope) => (scope.type === 'unit' || scope.type === 'group' ? [scope.id] : []))
  const holds = (policy: Policy, id: string) => pathTo(policy, id)?.some((above) => roots.includes(above)) ?? false
  const paths = isWhole ? [] : await source.ask((policy) => roots.flatMap((root) => [pathTo(policy, root) ?? []]))
  const stored = paths.flatMap((path) => (path.length > 0 ? storedUnder(path, moves) : []))

  function isShown<T extends Versioned>(policy: Policy, entity: Entity<T>, { item, via }: Hit<T>): boolean {
    const resource = factsOf(entity, item)
    if (!allows(policy, resource)) return false
    if (via === undefined) return true
    const places = [resource.unitId, ...(resource.groupIds ?? [])]
    return (places.find((id) => id !== undefined && holds(policy, id)) ?? null) === via
  }

  return {
    isWhole,
    prefixes: withoutNested(stored).map(asKey),
    ids: (wanted) => [
      ...new Set(scopes.flatMap((scope) => (scope.type === 'resource' && scope.resourceType === wanted ? [scope.id] : []))),
    ],
    covers: (id) => source.ask((policy) => holds(policy, id)),
    visible: (entity, hits) =>
      source.ask(
        (policy) => hits.filter((hit) => isShown(policy, entity, hit)).map(({ item }) => item),
        (shown) => shown.length === hits.length && hits.every(({ via }) => via === undefined),
      ),
  }
}
