import { beforeAll, describe, expect, test } from '@jest/globals'
import type { Assignment, Condition } from '../../shared/access/model.ts'
import { newId } from '../../shared/ids.ts'
import { patch } from '../../shared/store/writes.ts'
import { type Person, type Reply, workbench } from '../../test/workbench.ts'
import { unitsOf } from '../units/test-units.ts'
import * as contracts from './contract.ts'
import { handler as lock } from './lock-user.ts'
import { handler as move } from './move-user.ts'
import { handler as replace } from './replace-user.ts'
import { handler as update } from './update-user.ts'
import { users } from './user-store.ts'

/** Rights may hang on what a user is, and where; whoever may change that gains nothing by it, nor gives anything. */

const bench = workbench()
let ada: Person
let [here, there] = ['', '']
beforeAll(async () => {
  ada = await bench.founder()
  const units = unitsOf(bench, ada)
  here = (await units.create('Here')).body.data.id
  there = (await units.create('There')).body.data.id
})

const equals = (attribute: string, value: string): Condition => ({ attribute, operator: 'equals', value })

/** Somebody of a department, in a unit, who holds this everywhere. */
async function holding(more: { department?: string; unitId?: string }, ...held: [permission: string, ...conditions: Condition[]][]) {
  const person = await bench.member(ada, { roleIds: [] })
  const given = { scope: { type: 'organization' as const }, grantedBy: ada.userId, createdAt: new Date().toISOString() }
  const assignments = held.map(([permission, ...conditions]): Assignment => ({ id: newId('asg'), permission, ...given, conditions }))
  const { userId: id, organizationId } = person
  await bench.tenant(organizationId).commit(patch(users.keyOf({ id, organizationId }), { ...more, assignments }))
  return person
}

const said = ({ status, body }: Reply) => (status < 300 ? status : [body.code, body.details?.missing])
const edit = (as: Person, whom: Person, body: object) =>
  bench.request(update, contracts.updateUser, { as, params: { id: whom.userId }, body })
const bring = (as: Person, whom: Person, unitId: string) =>
  bench.request(move, contracts.moveUser, { as, params: { id: whom.userId }, body: { unitId } })

const inFinance = equals('subject.department', 'Finance')

describe('nobody comes to hold what asks for another department or unit,', () => {
  test('by giving it to themselves', async () => {
    const eve = await holding({ department: 'Sales' }, ['users:update'], ['audit:read', inFinance])
    expect(said(await edit(eve, eve, { department: 'Finance' }))).toEqual(['FORBIDDEN', ['audit:read']])
    const whole = { email: 'eve@example.com', firstName: 'Eve', lastName: 'Other', department: 'Finance' }
    const replaced = await bench.request(replace, contracts.replaceUser, { as: eve, params: { id: eve.userId }, body: whole })
    expect(replaced.status).toBe(403)
    expect(said(await edit(eve, eve, { department: 'Support' }))).toBe(200)
  })

  test('nor by being brought somewhere by themselves', async () => {
    const eve = await holding({ unitId: here }, ['users:create'], ['users:update'], ['audit:read', equals('subject.unitId', there)])
    expect(said(await bring(eve, eve, there))).toEqual(['FORBIDDEN', ['audit:read']])
  })

  test('by somebody who does not hold it without that', async () => {
    const clerk = await holding({ department: 'Finance' }, ['users:*'], ['audit:read', inFinance])
    const other = await holding({ department: 'Sales' }, ['audit:read', inFinance])
    expect(said(await edit(clerk, other, { department: 'Finance' }))).toEqual(['FORBIDDEN', ['audit:read']])
    expect(said(await edit(ada, other, { department: 'Finance' }))).toBe(200)
  })
})

describe('nobody comes to do more with a user', () => {
  test('by changing their department', async () => {
    const clerk = await holding({}, ['users:update'], ['users:delete', equals('resource.department', 'Sales')])
    const abel = await holding({ department: 'HR' })
    expect(said(await edit(clerk, abel, { department: 'Sales' }))).toEqual(['FORBIDDEN', ['users:delete']])
    expect(said(await edit(clerk, abel, { department: 'Support' }))).toBe(200)
  })

  test('by locking them', async () => {
    const clerk = await holding({}, ['users:update'], ['users:delete', equals('resource.status', 'locked')])
    const abel = await holding({})
    const locked = (as: Person) => bench.request(lock, contracts.lockUser, { as, params: { id: abel.userId }, body: { reason: 'Test' } })
    expect(said(await locked(clerk))).toEqual(['FORBIDDEN', ['users:delete']])
    expect(said(await locked(ada))).toBe(200)
  })
})
