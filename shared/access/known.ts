import { type Move, type Path, placed } from '../tree/path.ts'
import type { Group, Policy } from './model.ts'
import { type Role, systemRole } from './system-roles.ts'

/** What is known so far of a tenant's policy, and what a question needed beyond it. */

export interface Needed {
  roles: ReadonlySet<string>
  groups: ReadonlySet<string>
  units: ReadonlySet<string>
}

interface StoredUnit {
  id: string
  path: Path
}

/** Roles, groups and units of one version of a tenant's policy, by id. Nothing is forgotten of it, so a bigger one answers all that a smaller did. */
export interface Known {
  version: number
  /** Subtrees that hang elsewhere than the stored paths say. */
  moves: readonly Move[]
  roles: ReadonlyMap<string, Role>
  groups: ReadonlyMap<string, Group>
  units: ReadonlyMap<string, Path>
}

export const nothingKnown = (version: number, moves: readonly Move[]): Known => ({
  version,
  moves,
  roles: new Map(),
  groups: new Map(),
  units: new Map(),
})

export interface Found {
  roles: readonly Role[]
  groups: readonly Group[]
  units: readonly StoredUnit[]
}

const withMore = <T extends { id: string }, V>(known: ReadonlyMap<string, V>, found: readonly T[], as: (item: T) => V) =>
  new Map([...known, ...found.map((item): [string, V] => [item.id, as(item)])])

/** The same policy, of which more is known; paths are where things are now. */
export const knowing = (known: Known, { roles, groups, units }: Found): Known => ({
  ...known,
  roles: withMore(known.roles, roles, (role) => role),
  groups: withMore(known.groups, groups, (group) => ({ ...group, path: placed(group.path, known.moves) })),
  units: withMore(known.units, units, ({ path }) => placed(path, known.moves)),
})

/** A policy that notes what was asked of it and is not known. */
export interface Recording {
  policy: Policy
  /** What was needed since the recording began. */
  needed(): Needed
}

const OWN_ROLE = /^rol_[0-9a-z]{26}$/

export function recording({ roles, groups, units }: Known): Recording {
  const missing = { roles: new Set<string>(), groups: new Set<string>(), units: new Set<string>() }
  const lookUp =
    <T>(known: ReadonlyMap<string, T>, unknown: Set<string>) =>
    (id: string): T | undefined => {
      const found = known.get(id)
      if (found === undefined) unknown.add(id)
      return found
    }
  const ownRole = lookUp(roles, missing.roles)
  return {
    policy: {
      role: (id) => systemRole(id) ?? (OWN_ROLE.test(id) ? ownRole(id) : undefined),
      isKnown: (id) => roles.has(id) || !OWN_ROLE.test(id),
      group: lookUp(groups, missing.groups),
      unit: lookUp(units, missing.units),
    },
    needed: () => missing,
  }
}
