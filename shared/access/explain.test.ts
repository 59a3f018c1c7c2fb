import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decide, type Question } from './evaluate.ts'
import { nearMissesOf, type Remedy, remediesFor } from './explain.ts'
import type { Principal } from './model.ts'
import { asked } from './test-world.ts'

const RUNS = { numRuns: 1_000 }

/** Whoever it is for has it, then. */
function given(principal: Principal, remedies: readonly Remedy[]): Principal {
  const { maker, ...self } = principal
  const own = remedies.filter(({ to }) => to === principal.id)
  const assignments = own.flatMap((remedy) =>
    'groupId' in remedy ? [] : [{ id: 'asg_new', ...remedy, grantedBy: 'usr_9', createdAt: '2026-01-01T00:00:00.000Z' }],
  )
  const groupIds = own.flatMap((remedy) => ('groupId' in remedy ? [remedy.groupId] : []))
  return {
    ...self,
    assignments: [...self.assignments, ...assignments],
    groupIds: [...(self.groupIds ?? []), ...groupIds],
    ...(maker ? { maker: given(maker, remedies) } : {}),
  }
}

const allowedWith = (question: Question, remedies: readonly Remedy[]) =>
  decide({ ...question, principal: given(question.principal, remedies) }).allowed

const withoutOne = <T>(all: readonly T[]) => all.map((_, n) => all.filter((__, other) => other !== n))

describe('of a denial', () => {
  test('every set of grants that is offered flips it, and none of its grants can be left out', () => {
    let [pairs, singles] = [0, 0]
    fc.assert(
      fc.property(asked, ({ of, question }) => {
        if (decide(question).allowed) return
        const sets = remediesFor(question, { roles: of.roles, groupIds: of.groups.map(({ id }) => id) })
        for (const remedies of sets) {
          if (remedies.length > 1) pairs++
          else singles++
          expect(allowedWith(question, remedies)).toBe(true)
          for (const fewer of withoutOne(remedies)) expect(allowedWith(question, fewer)).toBe(false)
        }
      }),
      RUNS,
    )
    expect([pairs > 20, singles > 200]).toEqual([true, true])
  })

  test('something is offered whenever a permission in the narrowest scope, for whoever lacks it, would do', () => {
    fc.assert(
      fc.property(asked, ({ question }) => {
        if (decide(question).allowed) return
        const { principal, permission } = question
        const scope = { type: 'organization' } as const
        const all = [principal, ...(principal.maker ? [principal.maker] : [])].map(({ id }) => ({ to: id, permission, scope }))
        const isOffered = remediesFor(question, { roles: [], groupIds: [] }).length > 0
        expect(isOffered).toBe(allowedWith(question, all))
      }),
      RUNS,
    )
  })

  test('nothing is offered that whoever asks may not see', () => {
    fc.assert(
      fc.property(asked, ({ question }) => {
        if (decide(question).allowed) return
        const names = remediesFor(question, { roles: [], groupIds: [] }).flat()
        expect(names.filter((remedy) => 'roleId' in remedy || 'groupId' in remedy)).toEqual([])
      }),
    )
  })

  test('what is held of it, and does not hold here, is named with the reason', () => {
    const conditions = [
      { attribute: 'resource.status', operator: 'equals' as const, value: 'open' },
      { attribute: 'environment.mfa', operator: 'equals' as const, value: true },
    ]
    const grant = { permission: 'reports:read', grantedBy: 'usr_9', createdAt: '2026-01-01T00:00:00.000Z' }
    const scope = { type: 'organization' } as const
    const principal: Principal = {
      id: 'usr_0',
      kind: 'member',
      assignments: [
        { ...grant, id: 'asg_0', scope, expiresAt: '2026-06-01T12:00:00.000Z' },
        { ...grant, id: 'asg_1', scope: { type: 'unit', id: 'unit_9' } },
        { ...grant, id: 'asg_2', scope, conditions },
        { ...grant, id: 'asg_3', scope, permission: 'users:read' },
      ],
    }
    const resource = { type: 'report', id: 'r_0', unitId: 'unit_0', attributes: { status: 'closed' } }
    const question = { principal, resource, permission: 'reports:read', environment: { mfa: true }, now: '2026-06-01T12:00:00.000Z' }
    expect(nearMissesOf({ ...question, policy: { role: () => undefined, unit: () => ['unit_0'] } })).toEqual([
      { assignmentId: 'asg_0', permission: 'reports:read', scope, because: 'expired' },
      { assignmentId: 'asg_1', permission: 'reports:read', scope: { type: 'unit', id: 'unit_9' }, because: 'scope' },
      { assignmentId: 'asg_2', permission: 'reports:read', scope, because: 'condition', conditions: conditions.slice(0, 1) },
    ])
  })
})
