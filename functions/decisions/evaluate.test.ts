import { beforeEach, describe, expect, test } from '@jest/globals'
import { newId } from '../../shared/ids.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import { createResource, createResourceType } from '../resources/contract.ts'
import { handler as createThing } from '../resources/create-resource.ts'
import { handler as createType } from '../resources/create-resource-type.ts'
import { getUser, listUsers } from '../users/contract.ts'
import { handler as getUserHandler } from '../users/get-user.ts'
import { handler as listUsersHandler } from '../users/list-users.ts'
import { evaluateAccess, evaluateAccessBatch, getDenial } from './contract.ts'
import { handler as evaluate } from './evaluate-access.ts'
import { handler as evaluateBatch } from './evaluate-access-batch.ts'
import { handler as denial } from './get-denial.ts'
import { grant, worldOf } from './test-people.ts'

const bench = workbench()
let ada: Person
let grace: Person
let world: ReturnType<typeof worldOf>
beforeEach(async () => {
  ada = await bench.founder()
  grace = await bench.member(ada)
  world = worldOf(bench, ada.organizationId)
})

const ask = (as: Person, body: object) => bench.request(evaluate, evaluateAccess, { as, body })
const allowed = async (as: Person, body: object) => (await ask(as, body)).body.data.allowed

describe('whoever asks about themselves', () => {
  test('is told what allows it, on the whole way from the assignment by the groups and the role to the permission', async () => {
    const top = await world.group([], grant({ roleId: 'rol_report_viewer' }))
    const low = await world.group([top])
    await world.set(grace.userId, { groupIds: [low] })
    const { status, body } = await ask(grace, { permission: 'reports:read' })
    expect([status, body.data]).toMatchObject([200, { allowed: true, missing: [], nearMisses: [], barredBy: null, policyVersion: 1 }])
    expect(body.data.because).toEqual([
      expect.objectContaining({
        holderId: grace.userId,
        groups: [low, top],
        roleId: 'rol_report_viewer',
        permission: 'reports:read',
        scope: { type: 'organization' },
        conditions: [],
      }),
    ])
  })

  test('is told the least that would let them, and what they hold of it that does not hold here', async () => {
    const [mine, other] = [await world.unit(), await world.unit()]
    await world.holds(grace, grant({ permission: 'reports:read' }, { type: 'unit', id: mine }))
    const { body } = await ask(grace, { permission: 'reports:read', resource: { type: 'report', unitId: other } })
    const scope = { type: 'unit', id: other }
    expect(body.data).toMatchObject({ allowed: false, because: [] })
    // Roles are for whoever may read them.
    expect(body.data.missing).toEqual([{ grants: [{ to: grace.userId, permission: 'reports:read', roleId: null, groupId: null, scope }] }])
    expect(body.data.nearMisses).toMatchObject([{ because: 'scope', scope: { type: 'unit', id: mine } }])
  })

  test('takes one trip, and one more where the thing is one of ours', async () => {
    const plain = await ask(ada, { permission: 'users:read' })
    const known = await ask(ada, { permission: 'users:read', resource: { type: 'user', id: grace.userId } })
    expect([plain.cost.waves, known.cost.waves]).toEqual([1, 2])
  })

  test('may ask what would be at another time and from elsewhere', async () => {
    const inside = { attribute: 'environment.ip' as const, operator: 'in_network' as const, value: ['10.0.0.0/8'] }
    await world.holds(grace, grant({ permission: 'reports:read', conditions: [inside], expiresAt: '2126-01-01T00:00:00.000Z' }))
    const about = (context: object) => allowed(grace, { permission: 'reports:read', context })
    expect(await about({ ip: '10.1.1.1' })).toBe(true)
    expect(await about({})).toBe(false)
    expect(await about({ ip: '10.1.1.1', time: '2126-01-01T00:00:00.000Z' })).toBe(false)
  })
})

describe('what is said of a thing of ours', () => {
  test('counts for nothing: where it lies is read', async () => {
    const [mine, theirs] = [await world.unit(), await world.unit()]
    await world.holds(grace, grant({ permission: 'units:update' }, { type: 'unit', id: mine }), grant({ permission: 'units:read' }))
    const about = (id: string, unitId: string) => allowed(grace, { permission: 'units:update', resource: { type: 'unit', id, unitId } })
    expect(await about(theirs, mine)).toBe(false)
  })

  test('of a type of the caller’s own is believed', async () => {
    const isOpen = { attribute: 'resource.status', operator: 'equals' as const, value: 'open' }
    await world.holds(grace, grant({ permission: 'orders:read', conditions: [isOpen] }))
    const about = (status: string) =>
      allowed(grace, { permission: 'orders:read', resource: { type: 'order', id: 'o-1', attributes: { status } } })
    expect([await about('open'), await about('closed')]).toEqual([true, false])
  })

  test('of a type of the caller’s own counts only as far as nothing of it is registered', async () => {
    const [mine, theirs] = [await world.unit(), await world.unit()]
    await world.holds(grace, grant({ permission: 'order:approve' }, { type: 'unit', id: mine }))
    const order = { type: 'order', displayName: 'Order', actions: [{ name: 'approve' }] }
    await bench.request(createType, createResourceType, { as: ada, body: order })
    await bench.request(createThing, createResource, { as: ada, body: { type: 'order', key: 'PO-7', unitId: theirs } })
    const about = (id: string, as = ada) =>
      allowed(as, { userId: grace.userId, permission: 'order:approve', resource: { type: 'order', id, unitId: mine } })
    expect([await about('PO-7'), await about('PO-7', grace), await about('PO-8')]).toEqual([false, false, true])
  })

  test('and may not be seen, is told as of what is not there', async () => {
    const there = await ask(grace, { permission: 'users:update', resource: { type: 'user', id: ada.userId } })
    const gone = newId('usr')
    const absent = await ask(grace, { permission: 'users:update', resource: { type: 'user', id: gone } })
    expect(JSON.stringify(there.body.data).replaceAll(ada.userId, gone)).toBe(JSON.stringify(absent.body.data))
  })

  test('of another organization is not there', async () => {
    const eve = await bench.founder()
    const { body } = await ask(eve, { permission: 'users:update', resource: { type: 'user', id: ada.userId } })
    const absent = await ask(eve, { permission: 'users:update', resource: { type: 'user', id: newId('usr') } })
    expect(body.data.because[0].scope).toEqual(absent.body.data.because[0].scope)
  })
})

describe('about somebody else', () => {
  test('only who may see what others were given may ask, whoever is named', async () => {
    const codes = async (as: Person, userId: string) => {
      const { status, body } = await ask(as, { userId, permission: 'users:read' })
      return body.code ?? status
    }
    const stranger = (await bench.founder()).userId
    expect(await codes(ada, grace.userId)).toBe(200)
    expect([await codes(ada, stranger), await codes(ada, newId('usr'))]).toEqual(['NOT_FOUND', 'NOT_FOUND'])
    expect([await codes(grace, ada.userId), await codes(grace, newId('usr'))]).toEqual(['FORBIDDEN', 'FORBIDDEN'])
  })

  test('roles are offered to whoever may read them, and nothing to somebody who is locked', async () => {
    const about = async () => (await ask(ada, { userId: grace.userId, permission: 'alerts:read' })).body.data
    const offered = (await about()).missing.map(({ grants }: { grants: { roleId: string | null }[] }) => grants[0]?.roleId)
    expect(offered).toEqual([null, 'rol_admin', 'rol_report_viewer'])
    await world.set(grace.userId, { status: 'locked' })
    expect(await about()).toMatchObject({ allowed: false, missing: [], barredBy: { reason: 'status', condition: null } })
  })
})

test('many questions are answered in their order, in as many trips as one', async () => {
  const evaluations = Array.from({ length: 50 }, (_, n) => ({
    ...(n % 2 ? { userId: grace.userId } : {}),
    permission: n % 3 ? 'users:read' : 'dashboard:read',
    resource: { type: 'user', id: n % 5 ? grace.userId : ada.userId },
  }))
  const { body, cost } = await bench.request(evaluateBatch, evaluateAccessBatch, { as: ada, body: { evaluations } })
  const one = (n: number) => (n % 2 ? n % 3 === 0 : true)
  expect(body.data.map(({ allowed }: { allowed: boolean }) => allowed)).toEqual(evaluations.map((_, n) => one(n)))
  // The roles that are offered are one more.
  expect(cost.waves).toBe(3)
  const gone = await bench.request(evaluateBatch, evaluateAccessBatch, {
    as: ada,
    body: { evaluations: [{ userId: newId('usr'), permission: 'users:read' }, { permission: 'users:read' }] },
  })
  expect(gone.body.data.map(({ allowed }: { allowed: boolean }) => allowed)).toEqual([false, true])
})

describe('the reference of a refusal', () => {
  const refused = async (id?: string) => {
    const reply = id
      ? await bench.request(getUserHandler, getUser, { as: grace, params: { id } })
      : await bench.request(listUsersHandler, listUsers, { as: grace })
    return reply.body.details.reference as string
  }
  const read = (reference: string, as = grace) => bench.request(denial, getDenial, { as, params: { reference } })

  test('tells whom it was for what was asked, what would let them, and that it is allowed once it is', async () => {
    const reference = await refused(ada.userId)
    const resource = { type: 'user', id: ada.userId, unitId: null }
    expect((await read(reference)).body.data).toMatchObject({ permission: 'users:read', resource, now: { allowed: false } })
    await world.holds(grace, grant({ permission: 'users:read' }))
    expect((await read(reference)).body.data.now).toMatchObject({ allowed: true })
  })

  test('opens to nobody else, there and elsewhere', async () => {
    const reference = await refused()
    expect([(await read(reference, ada)).status, (await read(reference, await bench.founder())).status]).toEqual([404, 404])
    expect((await read(`${reference.slice(0, -1)}${reference.endsWith('A') ? 'B' : 'A'}`)).status).toBe(404)
  })

  test('does not tell what is there from what is not', async () => {
    const gone = newId('usr')
    const [there, absent] = [await refused(ada.userId), await refused(gone)]
    expect(there).toHaveLength(absent.length)
    const told = async (reference: string) => JSON.stringify({ ...(await read(reference)).body.data, at: '' })
    expect((await told(there)).replaceAll(ada.userId, gone)).toBe(await told(absent))
  })
})
