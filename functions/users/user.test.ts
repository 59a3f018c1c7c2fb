import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Problem } from '../../shared/errors.ts'
import type { Change } from '../../shared/store/entity.ts'
import type { NewUser, User } from './user.ts'
import {
  activate,
  awaitsReapproval,
  deactivate,
  invite,
  isAdministrator,
  join,
  leave,
  lock,
  reapprove,
  register,
  registerAgain,
  reinvite,
  remove,
  requestPasswordReset,
  requireReapproval,
  restore,
  unlock,
  withdraw,
} from './user.ts'
import { detailsOf, edit, setRoles } from './user-details.ts'

const at = '2026-01-31T09:30:00.000Z'
const daysLater = (days: number) => new Date(Date.parse(at) + days * 86_400_000).toISOString()
const ada: NewUser = {
  id: 'usr_1',
  organizationId: 'org_1',
  email: 'ada@example.com',
  firstName: 'Ada',
  lastName: 'Lovelace',
  roleIds: ['rol_admin'],
  by: 'usr_1',
  at,
}
const active = register(ada).after
const invited = invite(ada).after
const locked = lock(active, 'Lost laptop', at).after
const disabled = deactivate(active, at).after

const outcome = (attempt: () => Change<User>) => {
  try {
    return attempt().after.status
  } catch (error) {
    return error instanceof Problem ? error.code : error
  }
}

describe('the life of a user', () => {
  const moves = {
    join: (user: User) => join(user, at),
    lock: (user: User) => lock(user, 'Lost laptop', at),
    unlock: (user: User) => unlock(user, at),
    activate: (user: User) => activate(user, at),
    deactivate: (user: User) => deactivate(user, at),
    reinvite: (user: User) => reinvite(user, at),
    requestPasswordReset: (user: User) => requestPasswordReset(user, at),
  }
  const no = 'INVALID_TRANSITION'
  test.each([
    ['join', { invited: 'active', active: no, locked: no, disabled: no }],
    ['lock', { invited: no, active: 'locked', locked: no, disabled: no }],
    ['unlock', { invited: no, active: no, locked: 'active', disabled: no }],
    ['activate', { invited: no, active: no, locked: no, disabled: 'active' }],
    ['deactivate', { invited: no, active: 'disabled', locked: 'disabled', disabled: no }],
    ['reinvite', { invited: 'invited', active: no, locked: no, disabled: no }],
    ['requestPasswordReset', { invited: no, active: 'active', locked: 'locked', disabled: no }],
  ] as const)('%s leads on from these states only', (name, expected) => {
    const states = { invited, active, locked, disabled }
    const actual = Object.entries(states).map(([state, user]) => [state, outcome(() => moves[name](user))])
    expect(Object.fromEntries(actual)).toEqual(expected)
  })

  test('a lock keeps its reason as long as it lasts', () => {
    expect(locked.lockReason).toBe('Lost laptop')
    expect(unlock(locked, at).after.lockReason).toBeUndefined()
    expect(deactivate(locked, at).after.lockReason).toBeUndefined()
  })

  test('a refusal says what to do instead', () => {
    expect(() => lock(invited, 'x', at)).toThrow('has not accepted the invitation yet')
    expect(() => activate(locked, at)).toThrow('unlock them first')
  })

  test('a removed user comes back as they were, within 30 days', () => {
    const removed = remove(locked, at).after
    expect(restore(removed, daysLater(30)).after).toMatchObject({ status: 'locked', deletedAt: undefined })
    expect(outcome(() => restore(removed, daysLater(31)))).toBe('DELETED')
    expect(outcome(() => restore(locked, at))).toBe(no)
  })

  test('whoever left, or was invited in vain, comes back invited anew', () => {
    const left = leave(active, at).after
    expect([left, ...[left, withdraw(invited, at).after].map((gone) => restore(gone, daysLater(2)).after)]).toMatchObject([
      { deletedAt: at, status: 'invited' },
      { deletedAt: undefined, status: 'invited', invitedAt: daysLater(2) },
      { deletedAt: undefined, status: 'invited', invitedAt: daysLater(2) },
    ])
    expect(restore(remove(active, at).after, daysLater(2)).after.invitedAt).toBeUndefined()
    const elsewhere = restore(remove(active, at).after, daysLater(2), undefined, true)
    expect(elsewhere.after).toMatchObject({ status: 'invited', invitedAt: daysLater(2) })
  })

  test('whoever founds one more organization is known and proven there from the start', () => {
    expect(registerAgain(ada, true).after).toMatchObject({ status: 'active', emailVerified: true, mfaEnabled: true })
  })

  test('whoever accepts has proven the address', () => {
    expect(join(invited, at, { firstName: 'Augusta' }).after).toMatchObject({
      emailVerified: true,
      firstName: 'Augusta',
      lastName: 'Lovelace',
    })
  })

  test('an administrator is present, active and not only for a time', () => {
    const expiring = { ...active, assignments: active.assignments.map((each) => ({ ...each, expiresAt: daysLater(1) })) }
    const basic = register({ ...ada, roleIds: ['rol_basic_user'] }).after
    expect([active, locked, disabled, invited, expiring, basic, remove(active, at).after].map(isAdministrator)).toEqual([
      ...[true, false, false, false, false, false, false],
    ])
  })
})

describe('a user whose account was recovered', () => {
  const held = requireReapproval(active, at, at).after

  test('waits until somebody approves them, and again after the next recovery', () => {
    expect([awaitsReapproval(active), awaitsReapproval(held)]).toEqual([false, true])
    const approved = reapprove(held, daysLater(1)).after
    expect(awaitsReapproval(approved)).toBe(false)
    expect(awaitsReapproval(requireReapproval(approved, daysLater(2), daysLater(2)).after)).toBe(true)
    expect(() => reapprove(approved, daysLater(3))).toThrow('does not wait')
  })

  test('can be approved before their record shows that they wait', () => {
    expect(reapprove(active, daysLater(1), { since: at }).after.reapprovedAt).toBe(daysLater(1))
    expect(() => reapprove(active, daysLater(1))).toThrow('does not wait')
  })
})

describe('the details of a user', () => {
  test('are no change when they are what they were', () => {
    expect(edit(active, detailsOf(active), at)).toBeUndefined()
    expect(setRoles(active, ['rol_admin'], 'usr_2', at)).toBeUndefined()
  })

  test('empty what is left out', () => {
    const phone = edit(active, { ...detailsOf(active), phone: '+6421123456' }, at)?.after as User
    expect(edit(phone, detailsOf(active), at)?.after.phone).toBeUndefined()
  })

  test('in another case of the same address leave it proven', () => {
    expect(edit({ ...active, emailVerified: true }, { ...detailsOf(active), email: 'ADA@example.com' }, at)?.after.emailVerified).toBe(true)
  })

  test('send the invitation to the new address of somebody invited', () => {
    expect(edit(invited, { ...detailsOf(invited), email: 'ada@example.org' }, at)?.event.name).toBe('user.invited')
  })

  test('give exactly the roles asked for, in that order, and keep the grants that stay', () => {
    const roleId = fc.constantFrom<string>('rol_admin', 'rol_basic_user', 'rol_report_viewer', 'rol_request_user')
    const ids = fc.uniqueArray(roleId)
    fc.assert(
      fc.property(ids, ids, (held, wanted) => {
        const before = register({ ...ada, roleIds: held }).after
        const after = setRoles(before, wanted, 'usr_2', at)?.after ?? before
        expect(after.assignments.map((each) => each.roleId)).toEqual(wanted)
        for (const kept of before.assignments.filter((each) => wanted.includes(each.roleId ?? '')))
          expect(after.assignments).toContainEqual(kept)
      }),
    )
  })
})
