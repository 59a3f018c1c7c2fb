import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { covers, decide, permissionsHeld } from './evaluate.ts'
import { notHeld } from './gift.ts'
import type { Assignment, Policy, Principal } from './model.ts'
import { systemRole, systemRoles } from './system-roles.ts'

const policy: Policy = { role: systemRole }
const now = '2026-06-01T12:00:00.000Z'

const word = fc.constantFrom('users', 'roles', 'audit', 'reports')
const action = fc.constantFrom('create', 'read', 'update', 'delete')
const wanted = fc.tuple(word, action).map((parts) => parts.join(':'))
const held = fc.tuple(fc.oneof(word, fc.constant('*')), fc.oneof(action, fc.constant('*'))).map((parts) => parts.join(':'))
const expiry = fc.option(fc.constantFrom('2026-06-01T11:59:59.999Z', now, '2026-06-01T12:00:00.001Z'), { nil: undefined })
const given = fc.oneof(
  held.map((permission) => ({ permission })),
  fc.constantFrom(...systemRoles, { id: 'rol_unknown' }).map(({ id }) => ({ roleId: id })),
)
const assignment: fc.Arbitrary<Assignment> = fc.tuple(given, expiry).map(([what, expiresAt]) => ({
  id: 'asg_1',
  scope: { type: 'organization' },
  grantedBy: 'usr_1',
  createdAt: now,
  ...what,
  ...(expiresAt ? { expiresAt } : {}),
}))
const principal: fc.Arbitrary<Principal> = fc
  .array(assignment, { maxLength: 5 })
  .map((assignments) => ({ id: 'usr_1', kind: 'member', assignments }))

const holder = (...assignments: Partial<Assignment>[]): Principal => ({
  id: 'usr_1',
  kind: 'member',
  assignments: assignments.map((each, n) => ({
    id: `asg_${n}`,
    scope: { type: 'organization' },
    grantedBy: 'usr_2',
    createdAt: now,
    ...each,
  })),
})
const may = (who: Principal, permission: string, at = now) => decide({ principal: who, policy, permission, now: at }).allowed

describe('covers', () => {
  test('*:* covers every permission, and every permission itself', () => {
    fc.assert(fc.property(held, (permission) => covers('*:*', permission) && covers(permission, permission)))
  })

  test('a wildcard covers exactly what agrees with it in the other half', () => {
    fc.assert(
      fc.property(word, action, wanted, (resource, verb, permission) => {
        const [wantedResource, wantedAction] = permission.split(':')
        expect(covers(`${resource}:*`, permission)).toBe(resource === wantedResource)
        expect(covers(`*:${verb}`, permission)).toBe(verb === wantedAction)
      }),
    )
  })

  test('what covers a wildcard covers all that the wildcard covers', () => {
    fc.assert(
      fc.property(
        held,
        held,
        wanted,
        (wide, narrow, permission) => !(covers(wide, narrow) && covers(narrow, permission)) || covers(wide, permission),
      ),
    )
  })
})

describe('decide', () => {
  test('one assignment more never takes a permission away', () => {
    fc.assert(
      fc.property(principal, assignment, wanted, (who, more, permission) => {
        const richer = { ...who, assignments: [more, ...who.assignments] }
        return !may(who, permission) || may(richer, permission)
      }),
    )
  })

  test('an expired assignment counts as none, from the very millisecond on', () => {
    const who = holder({ permission: 'users:read', expiresAt: '2026-06-01T12:00:00.000Z' })
    expect(may(who, 'users:read', '2026-06-01T11:59:59.999Z')).toBe(true)
    expect(may(who, 'users:read', '2026-06-01T12:00:00.000Z')).toBe(false)
  })

  test('it says through which assignment, role and permission', () => {
    const who = holder({ roleId: 'rol_basic_user' }, { roleId: 'rol_admin' })
    expect(decide({ principal: who, policy, permission: 'users:create', now })).toEqual({
      allowed: true,
      because: { assignmentId: 'asg_1', roleId: 'rol_admin', permission: 'users:*', scope: { type: 'organization' } },
    })
  })

  test('a denial names what was missing; a role that does not exist grants nothing', () => {
    expect(decide({ principal: holder({ roleId: 'rol_gone' }), policy, permission: 'users:create', now })).toEqual({
      allowed: false,
      missing: 'users:create',
    })
  })

  test('it agrees with the list of what is held', () => {
    fc.assert(
      fc.property(principal, wanted, (who, permission) => {
        const all = permissionsHeld(who, policy, now)
        expect(all).toEqual([...new Set(all)].sort())
        expect(may(who, permission)).toBe(all.some((each) => covers(each, permission)))
      }),
    )
  })
})

const lacking = (principal: Principal, permissions: readonly string[]) =>
  permissions.flatMap((permission) => notHeld({ principal, policy, now }, { permission, scope: { type: 'organization' } }))

describe('what somebody may hand out', () => {
  test('is what they hold: nobody lacks their own permissions, and who holds nothing lacks all', () => {
    fc.assert(
      fc.property(principal, fc.array(held), (who, permissions) => {
        const outlasting = { ...who, assignments: who.assignments.filter(({ expiresAt }) => !expiresAt) }
        expect(lacking(outlasting, permissionsHeld(outlasting, policy, now))).toEqual([])
        expect(lacking(holder(), permissions)).toEqual(permissions)
      }),
    )
  })

  test('a wildcard takes a wildcard as wide, not all its parts', () => {
    const parts = holder(...['create', 'read', 'update', 'delete'].map((verb) => ({ permission: `users:${verb}` })))
    expect(lacking(parts, ['users:read', 'users:*', '*:*'])).toEqual(['users:*', '*:*'])
    expect(lacking(holder({ permission: 'users:*' }), ['users:*', '*:read', '*:*'])).toEqual(['*:read', '*:*'])
  })
})

test('every system role has one id, made of its name, and permissions of the right form', () => {
  expect(new Set(systemRoles.map(({ id }) => id)).size).toBe(systemRoles.length)
  for (const { id, name, permissions } of systemRoles) {
    expect(id).toBe(`rol_${name}`)
    for (const permission of permissions) expect(permission).toMatch(/^(\*|[a-z_]+):(\*|[a-z_]+)$/)
  }
})
