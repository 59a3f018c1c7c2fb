import { beforeAll, describe, expect, test } from '@jest/globals'
import type { Assignment, Scope } from '../../shared/access/model.ts'
import { newId } from '../../shared/ids.ts'
import { relist } from '../../shared/resource/lists.ts'
import { itemKey } from '../../shared/store/keys.ts'
import { patch } from '../../shared/store/writes.ts'
import { type Person, type Reply, workbench } from '../../test/workbench.ts'
import { unitsOf } from '../units/test-units.ts'
import * as contracts from './contract.ts'
import { handler as listAll } from './list-users.ts'
import { handler as move } from './move-user.ts'
import { users } from './user-store.ts'

/** A user is brought from unit to unit. */

const bench = workbench()
let ada: Person
let [here, there] = ['', '']
const everywhere: Scope = { type: 'organization' }
const unit = (id: string): Scope => ({ type: 'unit', id })
beforeAll(async () => {
  ada = await bench.founder()
  const units = unitsOf(bench, ada)
  here = (await units.create('Here')).body.data.id
  there = (await units.create('There')).body.data.id
})

const code = ({ status, body }: Reply) => body?.code ?? status
const moving = (as: Person, id: string, unitId: string | null) =>
  bench.request(move, contracts.moveUser, { as, params: { id }, body: { unitId } })

async function holding(...held: [permission: string, scope: Scope][]): Promise<Person> {
  const person = await bench.member(ada, { roleIds: [] })
  const from = { grantedBy: ada.userId, createdAt: new Date().toISOString() }
  const assignments = held.map(([permission, scope]): Assignment => ({ id: newId('asg'), permission, scope, ...from }))
  await bench.tenant(ada.organizationId).commit(patch(itemKey(ada.organizationId, 'USER', person.userId), { assignments }))
  return person
}

async function someoneIn(unitId: string | null): Promise<string> {
  const { userId } = await bench.member(ada, { roleIds: [] })
  if (unitId) expect(code(await moving(ada, userId, unitId))).toBe(200)
  return userId
}

describe('a user who is moved', () => {
  test('is listed where they are from then on, and nowhere else', async () => {
    const id = await someoneIn(here)
    expect((await moving(ada, id, there)).body.data).toMatchObject({ id, unitId: there })
    await relist(bench.tenant(ada.organizationId), users, id)
    const listed = async (unitId: string): Promise<string[]> =>
      (await bench.request(listAll, contracts.listUsers, { as: ada, query: { unitId } })).body.data.map((each: { id: string }) => each.id)
    expect([await listed(here), await listed(there)]).toEqual([expect.not.arrayContaining([id]), expect.arrayContaining([id])])
    expect((await moving(ada, id, null)).body.data.unitId).toBeNull()
  })

  test('comes to a unit that is there', async () => {
    expect(code(await moving(ada, await someoneIn(here), newId('unit')))).toBe('UNIT_UNKNOWN')
  })

  test('is brought by whoever may change them, and make users where they go', async () => {
    const id = await someoneIn(here)
    const mover = await holding(['users:*', unit(here)])
    expect([code(await moving(mover, id, there)), code(await moving(mover, id, null))]).toEqual(['FORBIDDEN', 'FORBIDDEN'])
    const both = await holding(['users:*', unit(here)], ['users:*', unit(there)])
    expect(code(await moving(both, id, there))).toBe(200)
  })

  test('comes under nobody by whom they were brought, who could do less with them before', async () => {
    const mover = await holding(['users:create', everywhere], ['users:update', everywhere], ['users:delete', unit(there)])
    for (const from of [here, null]) {
      const refused = await moving(mover, await someoneIn(from), there)
      expect([code(refused), refused.body.details]).toEqual(['FORBIDDEN', { missing: ['users:delete'] }])
    }
    const other = await holding(['users:create', everywhere], ['users:update', everywhere], ['units:delete', unit(there)])
    expect(code(await moving(other, await someoneIn(here), there))).toBe(200)
  })
})
