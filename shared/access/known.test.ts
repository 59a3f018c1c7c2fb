import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decide, scopesOf } from './evaluate.ts'
import { type Known, knowing, nothingKnown, recording } from './known.ts'
import { asked, policyOf } from './test-world.ts'

const pathless = { roles: [], groups: [], units: [] }

/** Reads what is needed, again and again, as a warm function would. */
function learnt<T>(
  question: (policy: ReturnType<typeof recording>['policy']) => T,
  of: Parameters<typeof policyOf>[0],
): { answer: T; known: Known } {
  const whole = policyOf(of)
  let known = nothingKnown(1, [])
  for (let round = 0; round < 20; round++) {
    const { policy, needed } = recording(known)
    const answer = question(policy)
    const { groups, units } = needed()
    const found = {
      roles: [],
      groups: [...groups].flatMap((id) => whole.group?.(id) ?? []),
      units: [...units].flatMap((id) => (whole.unit?.(id) ? [{ id, path: whole.unit(id) ?? [] }] : [])),
    }
    if (found.groups.length + found.units.length === 0) return { answer, known }
    known = knowing(known, found)
  }
  throw new Error('It asked without end.')
}

test('whoever reads only what a decision needs decides as whoever knows the whole policy', () => {
  fc.assert(
    fc.property(asked, ({ of, question }) => {
      const world = { ...of, roles: [] }
      const whole = { ...question, policy: policyOf(world) }
      expect(learnt((policy) => decide({ ...question, policy }).allowed, world).answer).toBe(decide(whole).allowed)
      expect(learnt((policy) => scopesOf({ ...question, policy }), world).answer).toEqual(scopesOf(whole))
    }),
  )
})

test('a principal without groups, asked about no unit, needs nothing read', () => {
  const { policy, needed } = recording(nothingKnown(1, []))
  const principal = {
    id: 'usr_1',
    kind: 'member' as const,
    assignments: [{ id: 'asg_1', roleId: 'rol_admin', scope: { type: 'organization' as const }, grantedBy: 'usr_1', createdAt: '' }],
  }
  expect(decide({ principal, policy, permission: 'users:read', now: '2026-06-01T12:00:00.000Z' }).allowed).toBe(true)
  expect(Object.values(needed()).map((ids) => ids.size)).toEqual([0, 0, 0])
})

test('what hangs elsewhere by now is known where it is, whenever its row was written', () => {
  const moves = [{ from: ['unit_a'], to: ['unit_b', 'unit_a'] }]
  const before = { id: 'unit_c', path: ['unit_a', 'unit_c'] }
  const after = { id: 'unit_d', path: ['unit_b', 'unit_a', 'unit_d'] }
  const { units } = knowing(nothingKnown(1, moves), { ...pathless, units: [before, after] })
  expect([units.get('unit_c'), units.get('unit_d')]).toEqual([
    ['unit_b', 'unit_a', 'unit_c'],
    ['unit_b', 'unit_a', 'unit_d'],
  ])
})
