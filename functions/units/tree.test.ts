import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Assignment } from '../../shared/access/model.ts'
import { newId } from '../../shared/ids.ts'
import { itemKey, organizationKey } from '../../shared/store/keys.ts'
import { patch } from '../../shared/store/writes.ts'
import { type Person, type Reply, workbench } from '../../test/workbench.ts'
import * as userContracts from '../users/contract.ts'
import { handler as deleteUser } from '../users/delete-user.ts'
import { handler as getUser } from '../users/get-user.ts'
import { handler as listUserRoles } from '../users/list-user-roles.ts'
import { handler as listAll } from '../users/list-users.ts'
import { handler as restoreUser } from '../users/restore-user.ts'
import * as contracts from './contract.ts'
import { handler as listSubtree } from './list-unit-subtree.ts'
import { handler as listUsers } from './list-unit-users.ts'
import { unitsOf } from './test-units.ts'

const bench = workbench()
let ada: Person
let units: ReturnType<typeof unitsOf>
beforeEach(async () => {
  ada = await bench.founder()
  units = unitsOf(bench, ada)
})

const id = ({ body }: Reply): string => body.data.id
const code = ({ status, body }: Reply) => body?.code ?? status
const ids = ({ body }: Reply) => body.data.map((each: { id: string }) => each.id)
const subtree = (unitId: string, as = ada) => bench.request(listSubtree, contracts.listUnitSubtree, { as, params: { id: unitId } })
const inUnit = (unitId: string, as = ada) => bench.request(listUsers, contracts.listUnitUsers, { as, params: { id: unitId } })
const rolesOf = async (userId: string) =>
  (await bench.request(listUserRoles, userContracts.listUserRoles, { as: ada, params: { id: userId } })).body.data.map(
    ({ id: role, scope }: { id: string; scope: unknown }) => [role, scope],
  )

test('whoever sees a unit by itself is shown of its subtree what they see, by full pages', async () => {
  const [top, mid] = (await units.chain(2)) as [string, string]
  const [low] = (await units.chain(1, mid)) as [string]
  await units.chain(3, top)
  const bob = await bench.member(ada, { roleIds: [] })
  const from = { permission: 'units:read', grantedBy: ada.userId, createdAt: new Date().toISOString() }
  const held: Assignment[] = [
    { id: newId('asg'), scope: { type: 'resource', resourceType: 'unit', id: top }, ...from },
    { id: newId('asg'), scope: { type: 'unit', id: mid }, ...from },
  ]
  await units.tenant.commit(patch(itemKey(ada.organizationId, 'USER', bob.userId), { assignments: held }))
  const page = (query: object) =>
    bench.request(listSubtree, contracts.listUnitSubtree, { as: bob, params: { id: top }, query: { limit: '2', ...query } })
  const first = await page({})
  const rest = await page({ cursor: first.body.meta.nextCursor })
  expect([ids(first).length, [...ids(first), ...ids(rest)].toSorted()]).toEqual([2, [top, mid, low].toSorted()])
})

describe('a unit under another', () => {
  test('says where it lies, from the top down, and is listed in the subtree of all above it', async () => {
    const [top, mid, low] = (await units.chain(3)) as [string, string, string]
    expect((await units.get(low)).body.data).toMatchObject({ parentId: mid, path: [top, mid, low], hierarchyLevel: 3 })
    expect((await units.get(top)).body.data).toMatchObject({ parentId: null, path: [top], hierarchyLevel: 1 })
    expect([ids(await subtree(top)), ids(await subtree(low))]).toEqual([[top, mid, low], [low]])
  })

  test('may bear a name that is taken elsewhere, unless the organization wants names to be unique in all of it', async () => {
    const [one, other] = [id(await units.create('One')), id(await units.create('Other'))]
    await units.create('Sales', one)
    expect(code(await units.create('sales', one))).toBe('NAME_TAKEN')
    const second = id(await units.create('Sales', other))
    await units.tenant.commit(patch(organizationKey(ada.organizationId), { settings: { unitNameUniqueness: 'organization' } }))
    const third = id(await units.create('Support', other))
    expect([code(await units.create('SALES')), code(await units.update(third, { name: 'Sales' }))]).toEqual(['NAME_TAKEN', 'NAME_TAKEN'])
    expect(code(await units.update(second, { description: 'As it was called before' }))).toBe(200)
    expect([code(await units.remove(third)), code(await units.create('Support', one))]).toEqual([204, 201])
  })

  test('lies no deeper than ten levels', async () => {
    const path = await units.chain(10)
    expect(code(await units.create('Eleventh', path.at(-1)))).toBe('TOO_DEEP')
  })

  test('takes a parent that is there, in this organization', async () => {
    const eve = unitsOf(bench, await bench.founder())
    const foreign = id(await eve.create('Foreign'))
    const gone = id(await units.create('Gone'))
    await units.remove(gone)
    expect(await Promise.all([foreign, gone, newId('unit')].map(async (parent) => code(await units.create('Lost', parent))))).toEqual(
      Array(3).fill('PARENT_UNKNOWN'),
    )
  })

  test('bears any name that a unit may have, however long its letters are', async () => {
    const names = ['constructor', '__proto__ 1', `${'\ufdfa'.repeat(255)}`, '部門 ①', 'Ünït 𝒳']
    expect(await Promise.all(names.map(async (name) => code(await units.create(name))))).toEqual(names.map(() => 201))
  })

  test('is removed when nothing lies in it, neither a unit nor a user', async () => {
    const [top, low] = (await units.chain(2)) as [string, string]
    expect(code(await units.remove(top))).toBe('HAS_CHILDREN')
    await units.createUser(low)
    expect(code(await units.remove(low))).toBe('HAS_CHILDREN')
    const empty = id(await units.create('Empty', top))
    expect(code(await units.remove(empty))).toBe(204)
  })
})

test('a removed user is brought back without a unit that is gone by then', async () => {
  const unit = id(await units.create('Gone'))
  const user = id(await units.createUser(unit))
  await bench.request(deleteUser, userContracts.deleteUser, { as: ada, params: { id: user } })
  expect(code(await units.remove(unit))).toBe(204)
  const { status, body } = await bench.request(restoreUser, userContracts.restoreUser, { as: ada, params: { id: user } })
  expect([status, body.data.unitId]).toEqual([200, null])
})

describe('whoever looks after a unit', () => {
  const owner = { type: 'unit' }
  test('holds the role of its owner there, until somebody else does', async () => {
    const [grace, alan] = [await bench.member(ada), await bench.member(ada)]
    const unit = id(await units.create('Compilers', undefined, grace.userId))
    const held = ['rol_unit_owner', { ...owner, id: unit }]
    expect(await rolesOf(grace.userId)).toContainEqual(held)
    expect(code(await units.update(unit, { ownerId: alan.userId }))).toBe(200)
    expect([await rolesOf(grace.userId), await rolesOf(alan.userId)]).toEqual([
      expect.not.arrayContaining([held]),
      expect.arrayContaining([held]),
    ])
    await units.remove(unit)
    expect(await rolesOf(alan.userId)).not.toContainEqual(held)
  })

  test('makes users and units in it and below, and nowhere else', async () => {
    const grace = await bench.member(ada)
    const top = id(await units.create('Top', undefined, grace.userId))
    const low = id(await units.create('Low', top))
    const other = id(await units.create('Other'))
    const hers = units.as(grace)
    expect([code(await hers.createUser(top)), code(await hers.createUser(low))]).toEqual([201, 201])
    expect([code(await hers.createUser(other)), code(await hers.createUser())]).toEqual(['FORBIDDEN', 'FORBIDDEN'])
    expect([
      code(await hers.create('Below', low, grace.userId)),
      code(await hers.create('Beside', other)),
      code(await hers.create('Top 2')),
    ]).toEqual([201, 'FORBIDDEN', 'FORBIDDEN'])
  })

  test('is said by nobody who does not hold there what its owner does, unless the owner did before', async () => {
    const bob = await bench.member(ada, { roleIds: [] })
    const grant: Assignment = {
      id: newId('asg'),
      permission: 'units:*',
      scope: { type: 'organization' },
      grantedBy: ada.userId,
      createdAt: new Date().toISOString(),
    }
    await units.tenant.commit(patch(itemKey(ada.organizationId, 'USER', bob.userId), { assignments: [grant] }))
    const refused = await units.as(bob).create('Mine', undefined, bob.userId)
    expect([code(refused), refused.body.details.missing]).toEqual(['FORBIDDEN', ['users:create', 'users:read', 'users:update']])
    const unit = id(await units.as(bob).create('Theirs', undefined, ada.userId))
    expect([
      code(await units.as(bob).update(unit, { ownerId: bob.userId })),
      code(await units.as(bob).update(unit, { name: 'Ours' })),
    ]).toEqual(['FORBIDDEN', 200])
    expect(code(await units.as(bob).create('Nobody', undefined, newId('usr')))).toBe('OWNER_UNKNOWN')
  })

  test('may be an administrator for more units than anybody holds assignments', async () => {
    const made = await Promise.all([1, 2, 3, 4].map((n) => units.create(`Many ${n}`)))
    expect(made.map(code)).toEqual([201, 201, 201, 201])
    const all: Assignment[] = Array.from({ length: 50 }, (_, n) => ({
      id: `asg_${n}`,
      roleId: n === 0 ? 'rol_admin' : 'rol_basic_user',
      scope: { type: 'organization' },
      grantedBy: ada.userId,
      createdAt: new Date().toISOString(),
    }))
    const grace = await bench.member(ada)
    for (const { userId } of [ada, grace])
      await units.tenant.commit(patch(itemKey(ada.organizationId, 'USER', userId), { assignments: all }))
    await units.tenant.commit(
      patch(itemKey(ada.organizationId, 'USER', grace.userId), { assignments: all.slice(1).concat(all.slice(1, 2)) }),
    )
    expect([code(await units.create('One more')), code(await units.create('Too many', undefined, grace.userId))]).toEqual([
      201,
      'TOO_MANY_ASSIGNMENTS',
    ])
  })
})

describe('a move', () => {
  test('is in force at once for whoever looks after the old place and the new one, before any row follows', async () => {
    const [grace, alan] = [await bench.member(ada), await bench.member(ada)]
    const from = id(await units.create('From', undefined, grace.userId))
    const to = id(await units.create('To', undefined, alan.userId))
    const moved = (await units.chain(3, from)) as [string, string, string]
    const people = await Promise.all(moved.map(async (unit) => id(await units.createUser(unit))))
    const seen = (as: Person) =>
      Promise.all(people.map(async (user) => code(await bench.request(getUser, userContracts.getUser, { as, params: { id: user } }))))
    const listed = async (as: Person) => ids(await bench.request(listAll, userContracts.listUsers, { as })).sort()
    expect([await listed(grace), await listed(alan)]).toEqual([[...people].sort(), []])
    expect([await seen(grace), await seen(alan)]).toEqual([
      [200, 200, 200],
      ['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN'],
    ])
    const reply = await units.move(moved[0], to)
    expect([code(reply), reply.body.data.path]).toEqual([200, [to, moved[0]]])
    const after = [
      ['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN'],
      [200, 200, 200],
    ]
    expect([await seen(grace), await seen(alan)]).toEqual(after)
    expect([ids(await subtree(to)), ids(await subtree(from))]).toEqual(
      [[to, ...moved].sort(), [from]].map((each) => expect.arrayContaining(each)),
    )
    expect((await units.get(moved[2])).body.data.path).toEqual([to, ...moved])
    expect([await listed(grace), await listed(alan)]).toEqual([[], [...people].sort()])
    await units.settle()
    expect([await listed(grace), await listed(alan)]).toEqual([[], [...people].sort()])
    expect([await seen(grace), await seen(alan)]).toEqual(after)
    const [organization] = await units.tenant.read<{ pendingMoves: unknown }>(organizationKey(ada.organizationId))
    expect(organization?.pendingMoves).toEqual([])
    expect((await units.get(moved[2])).body.data.path).toEqual([to, ...moved])
    expect(ids(await subtree(to))).toEqual([to, ...moved])
    expect(ids(await inUnit(moved[2], alan))).toEqual([people[2]])
  })

  test('makes no cycle, goes not too deep, and takes a place that is there', async () => {
    const [top, mid, low] = (await units.chain(3)) as [string, string, string]
    const deep = await units.chain(8)
    expect([code(await units.move(top, low)), code(await units.move(mid, mid))]).toEqual(['CYCLE', 'CYCLE'])
    expect([code(await units.move(top, deep[7] as string)), code(await units.move(mid, deep[7] as string))]).toEqual(['TOO_DEEP', 200])
    expect(code(await units.create('Eleventh', low))).toBe('TOO_DEEP')
    expect(code(await units.move(top, newId('unit')))).toBe('PARENT_UNKNOWN')
    expect(code(await units.move(newId('unit'), top))).toBe('NOT_FOUND')
  })

  test('there and back again, and of parts of what moves, leaves everything where it is said to be', async () => {
    const [a, b] = [id(await units.create('A')), id(await units.create('B'))]
    const moved = (await units.chain(3, a)) as [string, string, string]
    for (const [unit, parent] of [
      [moved[0], b],
      [moved[1], null],
      [moved[0], a],
      [moved[1], moved[0]],
    ] as [string, string | null][])
      expect(code(await units.move(unit, parent))).toBe(200)
    const late = id(await units.create('Late', moved[2]))
    const path = async () => (await units.get(late)).body.data.path
    expect(await path()).toEqual([a, ...moved, late])
    await units.settle()
    expect([await path(), ids(await subtree(a)), ids(await subtree(b))]).toEqual([[a, ...moved, late], [a, ...moved, late], [b]])
  })

  test('is refused where a name is taken, and to whoever may not bring units there', async () => {
    const [a, b] = [id(await units.create('A')), id(await units.create('B'))]
    await units.create('Sales', a)
    const sales = id(await units.create('Sales', b))
    expect(code(await units.move(sales, a))).toBe('NAME_TAKEN')
    const grace = await bench.member(ada)
    const hers = id(await units.create('Hers', a, grace.userId))
    expect([code(await units.as(grace).move(hers, b)), code(await units.as(grace).move(hers, null))]).toEqual(['FORBIDDEN', 'FORBIDDEN'])
  })

  test('gives nobody more over what is moved: not who looks after the new place, and not whoever moves it there', async () => {
    const [a, b] = [id(await units.create('A')), id(await units.create('B'))]
    const moved = id(await units.create('Moved', a))
    const unit = (of: string) => ({ type: 'unit' as const, id: of })
    const holding = async (...held: [permission: string, scope: Assignment['scope']][]) => {
      const bob = await bench.member(ada, { roleIds: [] })
      const from = { grantedBy: ada.userId, createdAt: new Date().toISOString() }
      const assignments = held.map(([permission, scope]): Assignment => ({ id: newId('asg'), permission, scope, ...from }))
      await units.tenant.commit(patch(itemKey(ada.organizationId, 'USER', bob.userId), { assignments }))
      return units.as(bob).move(moved, b)
    }
    const all = { type: 'organization' } as const
    const ofUnits = await holding(['units:*', all], ['users:*', unit(b)])
    expect([code(ofUnits), ofUnits.body.details.missing]).toEqual(['FORBIDDEN', ['users:create', 'users:read', 'users:update']])
    const toDelete = await holding(
      ['units:*', all],
      ['users:create', all],
      ['users:read', all],
      ['users:update', all],
      ['users:delete', unit(b)],
    )
    expect([code(toDelete), toDelete.body.details.missing]).toEqual(['FORBIDDEN', ['users:delete']])
    expect(code(await holding(['units:*', unit(a)], ['users:*', unit(a)], ['units:*', unit(b)], ['users:*', unit(b)]))).toBe(200)
  })

  test('comes to a stop where many are under way, until they are followed', async () => {
    const [a, b] = [id(await units.create('A')), id(await units.create('B'))]
    const unit = id(await units.create('C', a))
    for (let n = 0; n < 10; n++) expect(code(await units.move(unit, n % 2 ? a : b))).toBe(200)
    expect(code(await units.move(unit, b))).toBe('MOVE_IN_PROGRESS')
    await units.settle()
    expect(code(await units.move(unit, b))).toBe(200)
  })
})
