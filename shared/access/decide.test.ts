import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { holds, isDuring } from './condition.ts'
import { covers, decide, reaches, scopesOf } from './evaluate.ts'
import { notHeld } from './gift.ts'
import type { Scope } from './model.ts'
import { isWithin } from './scope.ts'
import { allowedByReference } from './test-reference.ts'
import { asked, assignmentIn, environment, moment, policyOf, principalIn, resourceIn, wanted, world } from './test-world.ts'

const RUNS = { numRuns: 1_000 }

describe('a decision', () => {
  test('is what a plain reading of the grants, scopes, conditions and times gives', () => {
    let allowed = 0
    fc.assert(
      fc.property(asked, ({ of, question }) => {
        const decision = decide(question)
        if (decision.allowed) allowed++
        expect(decision.allowed).toBe(allowedByReference({ ...question, world: of }))
      }),
      RUNS,
    )
    // Both answers are met often.
    expect(allowed).toBeGreaterThan(RUNS.numRuns / 10)
  })

  test('says truly why it allows: alone, the path that it names allows the same', () => {
    fc.assert(
      fc.property(asked, ({ of, question }) => {
        const decision = decide(question)
        if (!decision.allowed) return
        const { because } = decision
        const { assignmentId, groups = [], roleId, permission, scope } = because
        const all = [...question.principal.assignments, ...of.groups.flatMap(({ assignments }) => assignments)]
        const assignment = all.find(({ id }) => id === assignmentId)
        expect([assignment?.scope, assignment?.roleId]).toEqual([scope, roleId])
        expect(covers(permission, question.permission)).toBe(true)
        expect(roleId === undefined ? [assignment?.permission] : question.policy.role(roleId)?.permissions).toContain(permission)
        // The chain begins where they are in and climbs, group by group, to the one that holds it.
        if (groups.length > 0) expect(question.principal.groupIds).toContain(groups[0])
        for (const [n, id] of groups.entries()) if (n > 0) expect(of.groups.find((group) => group.id === groups[n - 1])?.parent).toBe(id)
        const holder = groups.length > 0 ? of.groups.find(({ id }) => id === groups.at(-1))?.assignments : question.principal.assignments
        expect(holder).toContainEqual(assignment)
        const alone = { ...question.principal, groupIds: [], assignments: assignment ? [assignment] : [] }
        expect(decide({ ...question, principal: alone }).allowed).toBe(true)
      }),
      RUNS,
    )
  })

  test('without a resource is about the whole organization: a grant in a part of it is none', () => {
    fc.assert(
      fc.property(asked, ({ question: { resource: _, ...question } }) => {
        const decision = decide(question)
        if (decision.allowed) expect(decision.because.scope).toEqual({ type: 'organization' })
      }),
    )
  })

  test('about a resource lies in one of the scopes where the permission is held', () => {
    fc.assert(
      fc.property(asked, ({ question }) => {
        const decision = decide(question)
        if (!decision.allowed) return
        const scopes = scopesOf(question)
        expect(scopes.some((scope) => reaches(scope, question.resource, question.policy))).toBe(true)
        if (!question.principal.maker) expect(scopes.some((scope) => isWithin(decision.because.scope, scope, question.policy))).toBe(true)
      }),
      RUNS,
    )
  })

  test('lies nowhere for a service whose maker holds it nowhere, or elsewhere alone', () => {
    const unit = (id: string) => ({ type: 'unit', id }) as const
    const policy = { role: () => undefined, unit: (id: string) => (id === 'unit_b' ? ['unit_a', 'unit_b'] : [id]) }
    const holding = (...scopes: Scope[]) => ({
      id: 'usr_1',
      kind: 'member' as const,
      assignments: scopes.map((scope) => ({ id: 'asg_1', permission: 'users:read', scope, grantedBy: 'x', createdAt: 'x' })),
    })
    const scopes = (own: Scope, ...makers: Scope[]) =>
      scopesOf({
        policy,
        permission: 'users:read',
        environment: {},
        now: '2026-01-01',
        principal: { ...holding(own), maker: holding(...makers) },
      })
    expect(scopes({ type: 'organization' })).toEqual([])
    expect(scopes({ type: 'organization' }, unit('unit_b'))).toEqual([unit('unit_b')])
    expect([scopes(unit('unit_a'), unit('unit_b')), scopes(unit('unit_b'), unit('unit_a'))]).toEqual([[unit('unit_b')], [unit('unit_b')]])
    expect(scopes(unit('unit_a'), unit('unit_c'))).toEqual([])
    expect(scopes(unit('unit_a'), { type: 'group', id: 'grp_a' })).toEqual([unit('unit_a')])
    const report: Scope = { type: 'resource', resourceType: 'report', id: 'r_1' }
    expect(scopes(report, Object.assign(Object.create(null), report))).toEqual([report])
  })
})

describe('what somebody may hand out', () => {
  const giving = world.chain((of) =>
    fc.record({
      of: fc.constant(of),
      granter: fc.record({ policy: fc.constant(policyOf(of)), principal: principalIn(of), environment, now: moment }),
      gift: assignmentIn(of.units, of.groups),
      question: fc.record({ permission: wanted, resource: resourceIn(of), environment, now: moment }),
      receiver: fc.record({
        id: fc.constantFrom('usr_0', 'usr_1', 'usr_2'),
        attributes: fc.record({ department: fc.constantFrom('open', 'closed') }, { requiredKeys: [] }),
      }),
    }),
  )

  let flowed = 0

  test('lets nobody do, at any time, what its giver could not do then, whoever they are, and whatever bounds its giver', () => {
    fc.assert(
      fc.property(giving, ({ granter, gift, question, receiver }) => {
        if (notHeld(granter, gift).length > 0 || question.now < granter.now) return
        const given = { ...receiver, kind: 'member' as const, assignments: [gift] }
        if (!decide({ ...question, policy: granter.policy, principal: given }).allowed) return
        flowed++
        expect(decide({ ...question, policy: granter.policy, principal: granter.principal }).allowed).toBe(true)
      }),
      RUNS,
    )
    // Often enough there was something to hand out, and it was used.
    expect(flowed).toBeGreaterThan(RUNS.numRuns / 100)
  })

  test('is nothing for somebody whose time is over', () => {
    fc.assert(
      fc.property(giving, ({ granter, gift }) => {
        const over = { ...granter, principal: { ...granter.principal, expiresAt: granter.now } }
        expect(notHeld(over, { ...gift, roleId: undefined, permission: 'users:read' } as typeof gift)).toEqual(['users:read'])
      }),
    )
  })
})

describe('a condition', () => {
  const principal = { id: 'usr_0', kind: 'member' as const, assignments: [] }

  test.each(['constructor', '__proto__', 'toString'])('finds no attribute called %s that nobody gave', (name) => {
    for (const whose of ['subject', 'resource', 'environment', 'other']) {
      const condition = { attribute: `${whose}.${name}`, operator: 'not_equals', value: 'x' } as const
      expect(holds(condition, { principal, resource: { type: 'report', attributes: {} }, now: '2026-06-01T12:00:00.000Z' })).toBe(false)
    }
  })

  test.each([
    ['2026-06-01T07:59:59.999Z', false],
    ['2026-06-01T08:00:00.000Z', true],
    ['2026-06-01T17:59:59.999Z', true],
    ['2026-06-01T18:00:00.000Z', false],
    ['2026-06-06T10:00:00.000Z', false],
  ])('by hours holds from the first minute to before the last: at %s %s', (now, expected) => {
    expect(isDuring(now, { timeZone: 'UTC', days: [1, 2, 3, 4, 5], from: '08:00', to: '18:00' })).toBe(expected)
  })

  test.each([
    ['a night that begins on Sunday', '2026-05-31T23:30:00.000Z', true],
    ['its end on Monday', '2026-06-01T05:59:00.000Z', true],
    ['the next night', '2026-06-01T23:00:00.000Z', false],
  ])('by hours past midnight belongs to the day on which they began: %s', (_, now, expected) => {
    expect(isDuring(now, { timeZone: 'UTC', days: [7], from: '22:00', to: '06:00' })).toBe(expected)
  })

  test('by hours follows the clock of its zone through the change of daylight saving time', () => {
    const hours = { timeZone: 'Pacific/Auckland', days: [7], from: '09:00', to: '17:00' }
    // 2026-04-05 is the Sunday on which New Zealand turns back from UTC+13 to UTC+12.
    expect([isDuring('2026-04-04T20:30:00.000Z', hours), isDuring('2026-04-04T21:30:00.000Z', hours)]).toEqual([false, true])
  })
})
