import type { Assignment, Condition, Environment, Group, Policy, Principal, Resource, Scope } from '../../shared/access/model.ts'
import type { Role } from '../../shared/access/system-roles.ts'

/** One organization and what is asked in it, the same at every run: what each engine is measured with. */

export interface Check {
  user: number
  permission: string
  resource: Resource
  environment: Environment
}

export interface Workload {
  name: 'roles' | 'conditions'
  now: string
  users: Principal[]
  groups: Map<string, Group>
  /** Paths by unit. */
  units: Map<string, readonly string[]>
  roles: Map<string, Role>
  checks: Check[]
}

export interface Engine {
  name: string
  /** Made ready once: rules parsed, indexes built. */
  prepare(workload: Workload): { decide(check: Check): boolean } | Promise<{ decide(check: Check): boolean }>
  /** How many of the checks it is asked, where all would take minutes. */
  most?: number
}

export const policyOf = ({ roles, groups, units }: Workload): Policy => ({
  role: (id) => roles.get(id),
  group: (id) => groups.get(id),
  unit: (id) => units.get(id),
})

/** Mulberry32, so that a run can be repeated. */
function randomOf(seed: number) {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (n: number) => Math.floor(next() * n)
  return {
    next,
    below,
    of: <T>(all: readonly T[]) => all[below(all.length)] as T,
    between: (low: number, high: number) => low + below(high - low + 1),
  }
}
type Random = ReturnType<typeof randomOf>

const NOW = '2026-06-01T12:00:00.000Z'
const USERS = 1_000
const GUESTS = 50
const CHECKS = 10_000

const names = Array.from({ length: 20 }, (_, n) => `thing${String.fromCharCode(97 + n)}`)
const ACTIONS = ['read', 'create', 'update', 'delete', 'approve', 'export']
const PERMISSIONS = names.flatMap((name) => ACTIONS.map((action) => `${name}:${action}`))

/** Paths of a forest of so many nodes and levels. */
function forest(random: Random, prefix: string, size: number, levels: number): Map<string, string[]> {
  const paths = new Map<string, string[]>()
  const all: string[][] = []
  for (let n = 0; n < size; n++) {
    const above = n === 0 ? undefined : random.of(all.filter((path) => path.length < levels))
    const path = [...(above && n > 3 ? above : []), `${prefix}_${n}`]
    all.push(path)
    paths.set(`${prefix}_${n}`, path)
  }
  return paths
}

const CONDITIONS: readonly Condition[] = [
  { attribute: 'resource.status', operator: 'equals', value: 'open' },
  { attribute: 'resource.ownerId', operator: 'equals', value: { attribute: 'subject.id' } },
  { attribute: 'resource.amount', operator: 'at_most', value: 500 },
  { attribute: 'resource.status', operator: 'in', value: ['open', 'waiting'] },
  { attribute: 'environment.mfa', operator: 'equals', value: true },
]

const idOf = (n: number) => `usr_${n}`
const resourceId = (random: Random) => `r_${random.below(500)}`

export function workloadOf(name: Workload['name']): Workload {
  const random = randomOf(name === 'roles' ? 1 : 2)
  const units = forest(random, 'unit', 200, 6)
  const groupPaths = forest(random, 'grp', 100, 4)
  const [unitIds, groupIds] = [[...units.keys()], [...groupPaths.keys()]]
  const roles = new Map(
    Array.from({ length: 50 }, (_, n): [string, Role] => {
      const permissions = [...new Set(Array.from({ length: random.between(10, 40) }, () => random.of(PERMISSIONS)))]
      const told = {
        name: `role_${n}`,
        displayName: `Role ${n}`,
        description: 'A role.',
        isSystem: false,
        organizationType: 'any' as const,
      }
      return [`rol_${n}`, { id: `rol_${n}`, ...told, permissions }]
    }),
  )
  let serial = 0
  const hasConditions = name === 'conditions'

  function scope(): Scope {
    const drawn = random.next()
    if (hasConditions && drawn < 0.15) return { type: 'resource', resourceType: 'thing', id: resourceId(random) }
    if (drawn < 0.25) return { type: 'organization' }
    return drawn < 0.75 ? { type: 'unit', id: random.of(unitIds) } : { type: 'group', id: random.of(groupIds) }
  }
  const assignment = (): Assignment => ({
    id: `asg_${serial++}`,
    roleId: `rol_${random.below(50)}`,
    scope: scope(),
    ...(hasConditions && random.next() < 0.3 ? { conditions: [random.of(CONDITIONS)] } : {}),
    ...(hasConditions && random.next() < 0.1 ? { expiresAt: random.of(['2026-05-01T00:00:00.000Z', '2026-07-01T00:00:00.000Z']) } : {}),
    grantedBy: 'usr_0',
    createdAt: NOW,
  })
  const some = <T>(low: number, high: number, make: () => T) => Array.from({ length: random.between(low, high) }, make)
  const groups = new Map(
    groupIds.map((id): [string, Group] => [id, { id, path: groupPaths.get(id) ?? [], assignments: some(0, 2, assignment) }]),
  )
  const users = Array.from({ length: USERS }, (_, n): Principal => {
    const member = { id: idOf(n), assignments: some(1, 3, assignment), groupIds: [...new Set(some(0, 3, () => random.of(groupIds)))] }
    if (!hasConditions || n >= GUESTS) return { ...member, kind: 'member' }
    const limits: Condition[] = [{ attribute: 'environment.service', operator: 'in', value: [random.of(['users', 'reports'])] }]
    return { ...member, kind: 'guest', limits, expiresAt: n % 5 === 0 ? '2026-05-01T00:00:00.000Z' : '2026-12-01T00:00:00.000Z' }
  })
  const checks = Array.from(
    { length: CHECKS },
    (): Check => ({
      user: random.below(hasConditions && random.next() < 0.2 ? GUESTS : USERS),
      permission: random.of(PERMISSIONS),
      resource: {
        type: 'thing',
        id: resourceId(random),
        unitId: random.of(unitIds),
        groupIds: random.next() < 0.5 ? [random.of(groupIds)] : [],
        ownerId: idOf(random.below(USERS)),
        attributes: { status: random.of(['open', 'waiting', 'closed']), amount: random.below(1_000) },
      },
      environment: { mfa: random.next() < 0.5, service: random.of(['users', 'reports']) },
    }),
  )
  return { name, now: NOW, users, groups, units, roles, checks }
}
