import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decide, type Question } from '../../shared/access/evaluate.ts'
import type { Principal } from '../../shared/access/model.ts'
import {
  assignmentIn,
  environment,
  NOW,
  policyOf,
  principalIn,
  resourceIn,
  type World,
  wanted,
  world,
} from '../../shared/access/test-world.ts'
import { type Change, effectOf, type Holding, policyAfter, principalAfter } from './changes.ts'

type Node = World['units'][number]

const pathIn = (nodes: readonly Node[], id: string): string[] => {
  const node = nodes.find((each) => each.id === id)
  return node ? [...(node.parent ? pathIn(nodes, node.parent) : []), id] : []
}

/** A move of one node under another, or to the top; where that makes a circle, to where it is. */
const moveIn = (nodes: readonly Node[]) =>
  fc.tuple(fc.constantFrom(...nodes), fc.option(fc.constantFrom(...nodes), { nil: undefined })).map(([{ id }, under]) => {
    const [from, above] = [pathIn(nodes, id), under ? pathIn(nodes, under.id) : []]
    return { from, to: above.includes(id) ? from : [...above, id] }
  })

const holderIn = ({ groups }: World) =>
  fc.oneof(
    fc.constant({ type: 'user' as const, id: 'usr_0' }),
    fc.constantFrom(...groups).map(({ id }) => ({ type: 'group' as const, id })),
  )

const changeIn = (of: World, { assignments }: Principal): fc.Arbitrary<Change> => {
  const groupId = fc.constantFrom(...of.groups.map(({ id }) => id))
  const held = [...assignments, ...of.groups.flatMap((group) => group.assignments)].map(({ id }) => id)
  return fc.oneof(
    fc.record({
      type: fc.constant('role_permissions' as const),
      roleId: fc.constantFrom('rol_0', 'rol_1', 'rol_2'),
      permissions: fc.array(wanted, { maxLength: 3 }),
    }),
    fc.record({ type: fc.constantFrom('member_added' as const, 'member_removed' as const), groupId, userId: fc.constant('usr_0') }),
    { weight: 4, arbitrary: fc.record({ type: fc.constant('unit_moved' as const), move: moveIn(of.units) }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('group_moved' as const), move: moveIn(of.groups) }) },
    fc.record({ type: fc.constant('assignment_added' as const), holder: holderIn(of), assignment: assignmentIn(of.units, of.groups) }),
    fc.record({
      type: fc.constant('assignment_removed' as const),
      holder: holderIn(of),
      assignmentId: fc.constantFrom('asg_none', ...held),
    }),
  )
}

const changing = world.chain((of) =>
  principalIn(of).chain(({ maker: _maker, limits: _limits, expiresAt: _expiresAt, ...principal }) =>
    fc.record({
      of: fc.constant(of),
      principal: fc.constant({ ...principal, id: 'usr_0' } as Principal),
      change: changeIn(of, principal),
      permission: wanted,
      resources: fc.array(resourceIn(of), { minLength: 12, maxLength: 12 }),
      environment,
    }),
  ),
)

const holding = (principal: Principal, held: readonly Holding[]): Principal => ({
  ...principal,
  groupIds: [],
  assignments: held.map((each, n) => ({ ...each, id: `asg_${n}`, grantedBy: 'usr_9', createdAt: NOW })),
})

describe('a change that is not made yet', () => {
  /** What decisions flipped by, in so many worlds. */
  function flipsIn(parameters: { numRuns: number; seed?: number }): string[] {
    const flips = new Set<string>()
    fc.assert(
      fc.property(changing, ({ of, principal, change, permission, resources, environment }) => {
        const before = policyOf(of)
        const after = policyAfter(before, change)
        const { gains, losses } = effectOf(principal, before, change, NOW)
        for (const resource of resources) {
          const may = (as: Principal, policy: Question['policy']) =>
            decide({ principal: as, policy, permission, resource, environment, now: NOW }).allowed
          const [then, later] = [may(principal, before), may(principalAfter(principal, change), after)]
          expect(!then && may(holding(principal, gains), after)).toBe(!then && later)
          expect(!later && may(holding(principal, losses), before)).toBe(!later && then)
          if (then !== later) flips.add(`${change.type} ${later ? 'gives' : 'takes'}`)
        }
      }),
      parameters,
    )
    return [...flips].sort()
  }

  test('gives and takes exactly what decisions before and after it differ by', () => {
    expect(flipsIn({ numRuns: 1_500 })).not.toEqual([])
  })

  test('does so where each kind of change flips decisions both ways it can', () => {
    // Worlds that are the same in every run: the rarest flips come in one of a thousand.
    expect(flipsIn({ numRuns: 3_000, seed: 7 })).toEqual([
      'assignment_added gives',
      'assignment_removed takes',
      'group_moved gives',
      'group_moved takes',
      'member_added gives',
      'member_removed takes',
      'role_permissions gives',
      'role_permissions takes',
      'unit_moved gives',
      'unit_moved takes',
    ])
  })

  test('that changes nothing gives and takes nothing', () => {
    fc.assert(
      fc.property(changing, ({ of, principal }) => {
        const change: Change = { type: 'assignment_removed', holder: { type: 'user', id: 'usr_0' }, assignmentId: 'asg_none' }
        expect(effectOf(principal, policyOf(of), change, NOW)).toEqual({ gains: [], losses: [] })
      }),
    )
  })

  test('tells nothing that is held as wide already', () => {
    const everywhere = { type: 'organization' as const }
    const assignment = { id: 'asg_2', permission: 'users:read', scope: everywhere, grantedBy: 'usr_9', createdAt: NOW }
    const principal: Principal = { id: 'usr_0', kind: 'member', assignments: [{ ...assignment, id: 'asg_1', permission: 'users:*' }] }
    const holder = { type: 'user' as const, id: 'usr_0' }
    const policy = { role: () => undefined }
    expect(effectOf(principal, policy, { type: 'assignment_added', holder, assignment }, NOW)).toEqual({ gains: [], losses: [] })
    const lost = effectOf(principal, policy, { type: 'assignment_removed', holder, assignmentId: 'asg_1' }, NOW)
    expect(lost).toEqual({ gains: [], losses: [{ permission: 'users:*', scope: everywhere }] })
  })

  test('gives a permission of the organization’s own to whoever could hand it out without holding it', () => {
    const everywhere = { type: 'organization' as const }
    const given = { scope: everywhere, grantedBy: 'usr_9', createdAt: NOW }
    const principal: Principal = { id: 'usr_0', kind: 'member', assignments: [{ ...given, id: 'asg_1', permission: 'roles:create' }] }
    const assignment = { ...given, id: 'asg_2', permission: 'order:approve' }
    const change: Change = { type: 'assignment_added', holder: { type: 'user', id: 'usr_0' }, assignment }
    const gains = [{ permission: 'order:approve', scope: everywhere }]
    expect(effectOf(principal, { role: () => undefined }, change, NOW)).toEqual({ gains, losses: [] })
  })
})
