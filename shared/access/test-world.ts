import fc from 'fast-check'
import type { Assignment, Condition, Group, Hours, Policy, Principal, Resource, Scope } from './model.ts'
import type { Role } from './system-roles.ts'

/** For tests: organizations at random, with units, groups, roles, people and keys, small enough that much of it meets. */

export const NOW = '2026-06-01T12:00:00.000Z'

interface Node {
  id: string
  parent: string | undefined
}

export interface World {
  units: Node[]
  groups: (Node & { assignments: Assignment[] })[]
  roles: Role[]
}

const RESOURCES = ['users', 'reports']
const ACTIONS = ['read', 'update']

export const wanted = fc.tuple(fc.constantFrom(...RESOURCES), fc.constantFrom(...ACTIONS)).map((parts) => parts.join(':'))
const held = fc.tuple(fc.constantFrom(...RESOURCES, '*'), fc.constantFrom(...ACTIONS, '*')).map((parts) => parts.join(':'))

/** A forest: each but the first may hang below one before it. */
const forest = (prefix: string, most: number): fc.Arbitrary<Node[]> =>
  fc.array(fc.nat(), { minLength: 1, maxLength: most }).map((above) =>
    above.map((n, index) => ({
      id: `${prefix}_${index}`,
      parent: n % (index + 1) === index ? undefined : `${prefix}_${n % (index + 1)}`,
    })),
  )

const hours: fc.Arbitrary<Hours> = fc.record({
  timeZone: fc.constantFrom('UTC', 'Pacific/Auckland', 'America/New_York'),
  days: fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }),
  from: fc.constantFrom('00:00', '08:00', '12:00', '22:00'),
  to: fc.constantFrom('06:00', '12:00', '12:01', '18:00', '24:00'),
})

const scalar = fc.oneof(fc.constantFrom('open', 'closed', 'usr_0', 'usr_1'), fc.constantFrom(0, 1, 2), fc.boolean())

export const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    attribute: fc.constantFrom('resource.status', 'subject.department', 'resource.ownerId', 'environment.mfa', 'resource.constructor'),
    operator: fc.constantFrom('equals' as const, 'not_equals' as const),
    value: fc.oneof(scalar, fc.constant({ attribute: 'subject.id' })),
  }),
  fc.record({
    attribute: fc.constantFrom('resource.status', 'environment.service'),
    operator: fc.constantFrom('in' as const, 'not_in' as const),
    value: fc.array(fc.oneof(scalar, fc.constantFrom('users', 'reports')), { maxLength: 3 }),
  }),
  fc.record({
    attribute: fc.constantFrom('resource.amount', 'resource.status'),
    operator: fc.constantFrom('less_than' as const, 'at_most' as const, 'greater_than' as const, 'at_least' as const),
    value: fc.oneof(fc.constantFrom(0, 1, 2), fc.constant('open')),
  }),
  fc.record({
    attribute: fc.constant('resource.status'),
    operator: fc.constant('starts_with' as const),
    value: fc.constantFrom('o', 'cl'),
  }),
  fc.record({ attribute: fc.constant('resource.tags'), operator: fc.constant('contains' as const), value: fc.constantFrom('a', 'b') }),
  fc.record({
    attribute: fc.constant('environment.ip' as const),
    operator: fc.constant('in_network' as const),
    value: fc.subarray(['10.0.0.0/8', '203.0.113.7', '2001:db8::/32'], { minLength: 1 }),
  }),
  fc.record({ attribute: fc.constant('environment.time' as const), operator: fc.constant('during' as const), value: hours }),
)

const expiry = fc.option(fc.constantFrom('2026-06-01T11:59:59.999Z', NOW, '2026-06-01T12:00:00.001Z', '2026-07-01T00:00:00.000Z'), {
  nil: undefined,
  freq: 1,
})

const scopeIn = (units: Node[], groups: Node[]): fc.Arbitrary<Scope> =>
  fc.oneof(
    fc.constant({ type: 'organization' as const }),
    fc.constantFrom(...units).map(({ id }) => ({ type: 'unit' as const, id })),
    fc.constantFrom(...groups).map(({ id }) => ({ type: 'group' as const, id })),
    fc.record({
      type: fc.constant('resource' as const),
      resourceType: fc.constantFrom('report', 'user'),
      id: fc.constantFrom('r_0', 'r_1'),
    }),
  )

let serial = 0

export const assignmentIn = (units: Node[], groups: Node[]): fc.Arbitrary<Assignment> =>
  fc
    .record({
      given: fc.oneof(
        held.map((permission) => ({ permission })),
        fc.constantFrom('rol_0', 'rol_1', 'rol_2', 'rol_gone').map((roleId) => ({ roleId })),
      ),
      scope: scopeIn(units, groups),
      conditions: fc.option(fc.array(condition, { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 1 }),
      expiresAt: expiry,
    })
    .map(({ given, conditions, expiresAt, scope }) => ({
      id: `asg_${serial++}`,
      ...given,
      scope,
      ...(conditions ? { conditions } : {}),
      ...(expiresAt ? { expiresAt } : {}),
      grantedBy: 'usr_9',
      createdAt: NOW,
    }))

const role = (n: number): fc.Arbitrary<Role> =>
  fc.array(held, { maxLength: 3 }).map((permissions) => ({
    id: `rol_${n}`,
    name: `role_${n}`,
    displayName: `Role ${n}`,
    description: 'A role.',
    permissions,
    isSystem: false,
    organizationType: 'any',
  }))

export const world: fc.Arbitrary<World> = fc.tuple(forest('unit', 6), forest('grp', 5)).chain(([units, groups]) =>
  fc.record({
    units: fc.constant(units),
    groups: fc.tuple(
      ...groups.map((group) => fc.array(assignmentIn(units, groups), { maxLength: 2 }).map((assignments) => ({ ...group, assignments }))),
    ),
    roles: fc.tuple(role(0), role(1), role(2)),
  }),
)

const principalAs = ({ units, groups }: World, id: string, kind: Principal['kind']): fc.Arbitrary<Principal> =>
  fc
    .record({
      assignments: fc.array(assignmentIn(units, groups), { maxLength: 4 }),
      groupIds: fc.subarray(groups.map((group) => group.id)),
      department: fc.option(fc.constantFrom('open', 'closed'), { nil: undefined }),
      limits: fc.option(fc.array(condition, { minLength: 1, maxLength: 1 }), { nil: undefined, freq: 1 }),
      expiresAt: expiry,
    })
    .map(({ department, limits, expiresAt, ...rest }) => ({
      id,
      kind,
      ...rest,
      ...(department ? { attributes: { department } } : {}),
      ...(limits ? { limits } : {}),
      ...(expiresAt ? { expiresAt } : {}),
    }))

/** A member, or a key that a member made. */
export const principalIn = (of: World): fc.Arbitrary<Principal> =>
  fc.oneof(
    { weight: 3, arbitrary: principalAs(of, 'usr_0', 'member') },
    {
      weight: 1,
      arbitrary: fc
        .tuple(principalAs(of, 'key_0', 'service'), principalAs(of, 'usr_1', 'member'))
        .map(([key, maker]) => ({ ...key, maker })),
    },
  )

export const resourceIn = ({ units, groups }: World): fc.Arbitrary<Resource | undefined> =>
  fc.option(
    fc
      .record({
        type: fc.constantFrom('report', 'user'),
        id: fc.constantFrom('r_0', 'r_1', 'r_2'),
        unitId: fc.option(fc.constantFrom(...units.map(({ id }) => id), 'unit_gone'), { nil: undefined }),
        groupIds: fc.subarray([...groups.map(({ id }) => id), 'grp_gone'], { maxLength: 2 }),
        ownerId: fc.constantFrom('usr_0', 'usr_1', 'usr_2'),
        attributes: fc.record(
          { status: fc.constantFrom('open', 'closed'), amount: fc.constantFrom(0, 1, 2), tags: fc.subarray(['a', 'b']) },
          { requiredKeys: [] },
        ),
      })
      .map(({ unitId, ...resource }) => ({ ...resource, ...(unitId ? { unitId } : {}) })),
    { nil: undefined, freq: 5 },
  )

export const environment = fc.record(
  {
    ip: fc.constantFrom('10.1.2.3', '203.0.113.7', '203.0.113.8', '2001:db8::1', '::ffff:10.1.2.3'),
    service: fc.constantFrom('users', 'reports'),
    mfa: fc.boolean(),
  },
  { requiredKeys: [] },
)

export const moment = fc.constantFrom(NOW, '2026-06-01T05:59:00.000Z', '2026-05-31T23:30:00.000Z', '2026-06-06T10:00:00.000Z')

function pathIn(nodes: readonly Node[], id: string): string[] | undefined {
  const node = nodes.find((each) => each.id === id)
  return node && [...(node.parent ? (pathIn(nodes, node.parent) ?? []) : []), id]
}

/** A world as decisions are made by it. */
export function policyOf({ units, groups, roles }: World): Policy {
  const paths = new Map(units.map(({ id }) => [id, pathIn(units, id) ?? []]))
  const known = new Map<string, Group>(groups.map(({ id, assignments }) => [id, { id, assignments, path: pathIn(groups, id) ?? [] }]))
  return {
    role: (id) => roles.find((each) => each.id === id),
    group: (id) => known.get(id),
    unit: (id) => paths.get(id),
  }
}

/** One question in one organization, both at random. */
export const asked = world.chain((of) =>
  fc.record({
    of: fc.constant(of),
    question: fc.record({
      policy: fc.constant(policyOf(of)),
      principal: principalIn(of),
      permission: wanted,
      resource: resourceIn(of),
      environment,
      now: moment,
    }),
  }),
)
