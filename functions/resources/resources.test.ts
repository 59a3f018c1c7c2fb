import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Endpoint } from '../../shared/endpoint.ts'
import { newId } from '../../shared/ids.ts'
import { itemKey } from '../../shared/store/keys.ts'
import { patch, putNew } from '../../shared/store/writes.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import * as contract from './contract.ts'
import { handler as create } from './create-resource.ts'
import { handler as createType } from './create-resource-type.ts'
import { handler as remove } from './delete-resource.ts'
import { handler as removeType } from './delete-resource-type.ts'
import type { handler as get } from './get-resource.ts'
import { handler as list } from './list-resources.ts'
import { handler as onResourceChanged } from './on-resource-changed.ts'
import { resources } from './resource.ts'
import { handler as update } from './update-resource.ts'
import { handler as updateType } from './update-resource-type.ts'

const bench = workbench()
let ada: Person
beforeEach(async () => {
  ada = await bench.founder()
})

const call = async (handler: typeof get, endpoint: Endpoint, options: object, as = ada) => {
  const { status, body } = await bench.request(handler, endpoint, { as, ...options })
  return { status, data: body?.data, code: body?.code ?? status }
}
const type = (more: object = {}) =>
  call(createType, contract.createResourceType, { body: { type: 'order', displayName: 'Order', actions: [{ name: 'approve' }], ...more } })
const thing = (more: object = {}, as = ada) => call(create, contract.createResource, { body: { type: 'order', key: 'PO-7', ...more } }, as)
const change = (id: string, body: object, as = ada) => call(update, contract.updateResource, { params: { id }, body }, as)
const own = () => bench.tenant(ada.organizationId)
async function unit(): Promise<string> {
  const id = newId('unit')
  await own().commit(putNew(itemKey(ada.organizationId, 'UNIT', id), { id, path: [id] }, 'CONFLICT'))
  return id
}
const keys = async (query: object = {}, as = ada) =>
  (await call(list, contract.listResources, { query }, as)).data.map(({ key }: { key: string }) => key)

describe('a type', () => {
  test('is called as no other, here or in the product; its actions are permissions', async () => {
    const { data } = await type()
    expect(data.actions).toEqual([{ name: 'approve', permission: 'order:approve', description: null }])
    expect([(await type()).code, (await type({ type: 'user' })).code]).toEqual(['TYPE_TAKEN', 'TYPE_TAKEN'])
    const twice = [{ name: 'approve' }, { name: 'approve' }]
    expect((await call(updateType, contract.updateResourceType, { params: { id: data.id }, body: { actions: twice } })).code).toBe(
      'VALIDATION_ERROR',
    )
  })

  test('loses what a change empties, and stays as it is where nothing changes', async () => {
    const { data } = await type({ description: 'What we buy' })
    const edit = async (body: object) => (await call(updateType, contract.updateResourceType, { params: { id: data.id }, body })).data
    expect(await edit({ description: null })).toMatchObject({ description: null, displayName: 'Order', version: 2 })
    expect(await edit({ displayName: 'Order' })).toMatchObject({ version: 2 })
  })

  test('that was taken out takes nothing in, and may be registered anew', async () => {
    const { data } = await type()
    await call(removeType, contract.deleteResourceType, { params: { id: data.id } })
    expect((await thing()).code).toBe('TYPE_UNKNOWN')
    expect((await type({ displayName: 'Again' })).data).toMatchObject({ id: data.id, displayName: 'Again', version: 3 })
    expect((await thing()).status).toBe(201)
  })
})

describe('a thing', () => {
  beforeEach(async () => {
    await type()
  })

  test('is known by type and key, once, and again after it was taken out', async () => {
    const { data } = await thing({ attributes: { amount: 7, tags: ['a'] } })
    expect(data).toMatchObject({ type: 'order', key: 'PO-7', ownerId: null, unitId: null, attributes: { amount: 7, tags: ['a'] } })
    expect((await thing()).code).toBe('RESOURCE_EXISTS')
    const both = await Promise.all([thing({ key: '8' }), thing({ key: '8' })])
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409])
    await call(remove, contract.deleteResource, { params: { id: data.id } })
    expect((await thing()).data).toMatchObject({ id: data.id, version: 3, attributes: {} })
    expect((await own().events(resources, data.id)).map((event) => event.type)).toEqual([
      'resource.created',
      'resource.deleted',
      'resource.created',
    ])
  })

  test('belongs to somebody and lies in a unit of this organization, or nowhere', async () => {
    const eve = await bench.founder()
    const attempts = await Promise.all([thing({ ownerId: eve.userId }), thing({ unitId: newId('unit') }), thing({ type: 'invoice' })])
    expect(attempts.map(({ code }) => code)).toEqual(['NOT_FOUND', 'NOT_FOUND', 'TYPE_UNKNOWN'])
    const { data } = await thing({ ownerId: ada.userId, unitId: await unit() })
    expect((await change(data.id, { ownerId: eve.userId })).code).toBe('NOT_FOUND')
    expect((await change(data.id, { ownerId: null, unitId: null })).data).toMatchObject({ ownerId: null, unitId: null, version: 2 })
  })

  test('keeps what a change does not name, and is the same where nothing changes', async () => {
    const { data } = await thing({ attributes: { amount: 7, status: 'open' } })
    expect((await change(data.id, { attributes: { status: null, by: 'x' } })).data.attributes).toEqual({ amount: 7, by: 'x' })
    expect((await change(data.id, { attributes: { by: 'x' } })).data.version).toBe(2)
    expect((await change(data.id, { attributes: { Constructor: 1 } })).code).toBe('VALIDATION_ERROR')
  })

  test('is registered once, however many register it at once', async () => {
    const codes = (await Promise.all([1, 2, 3].map(() => thing({ key: 'at once' })))).map(({ code }) => code)
    expect(codes.toSorted()).toEqual([201, 'RESOURCE_EXISTS', 'RESOURCE_EXISTS'])
  })

  test('gains nobody anything by what they say of it, be it registered anew', async () => {
    const [mine, other] = [await unit(), await unit()]
    const grace = await bench.member(ada)
    const given = { grantedBy: ada.userId, createdAt: '2026-01-01T00:00:00.000Z' }
    const everywhere = { type: 'organization' }
    const isOwner = { attribute: 'resource.ownerId', operator: 'equals', value: { attribute: 'subject.id' } }
    const isSmall = { attribute: 'resource.amount', operator: 'at_most', value: 100 }
    const assignments = [
      { permission: 'resources:*', scope: everywhere },
      { permission: 'order:approve', scope: { type: 'unit', id: mine } },
      ...[isOwner, isSmall].map((condition) => ({ permission: 'order:approve', scope: everywhere, conditions: [condition] })),
    ].map((each) => ({ id: newId('asg'), ...each, ...given }))
    await own().commit(patch(itemKey(ada.organizationId, 'USER', grace.userId), { assignments }))
    const { data } = await thing({ unitId: other, ownerId: ada.userId, attributes: { amount: 5_000 } })
    const claims = [{ ownerId: grace.userId }, { unitId: mine }, { attributes: { amount: 1 } }]
    for (const claim of claims) expect((await change(data.id, claim, grace)).code).toBe('FORBIDDEN')
    expect((await change(data.id, { attributes: { amount: 4_000 }, displayName: 'Chairs' }, grace)).status).toBe(200)
    await call(remove, contract.deleteResource, { params: { id: data.id } }, grace)
    for (const claim of claims) expect((await thing({ unitId: other, ...claim }, grace)).code).toBe('FORBIDDEN')
    expect((await thing({ unitId: other }, grace)).status).toBe(201)
    expect((await thing({ key: 'PO-8', ownerId: grace.userId }, grace)).status).toBe(201)
  })

  test('is shown, made and moved only where somebody may', async () => {
    const [mine, other] = [await unit(), await unit()]
    const grace = await bench.member(ada)
    const scope = { type: 'unit', id: mine }
    const assignments = [
      { id: newId('asg'), permission: 'resources:*', scope, grantedBy: ada.userId, createdAt: '2026-01-01T00:00:00.000Z' },
    ]
    await own().commit(patch(itemKey(ada.organizationId, 'USER', grace.userId), { assignments }))
    await thing({ key: 'there', unitId: other })
    const { data } = await thing({ key: 'here', unitId: mine }, grace)
    for (const event of await own().events(resources, data.id)) await bench.react(onResourceChanged, event)
    const codes = [
      await thing({ key: 'x', unitId: other }, grace),
      await thing({ key: 'x' }, grace),
      await change(data.id, { unitId: other }, grace),
    ]
    expect(codes.map(({ code }) => code)).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN'])
    expect([await keys({}, grace), await keys({ unitId: other }, grace), (await keys({ type: 'order' })).sort()]).toEqual([
      ['here'],
      [],
      ['here', 'there'],
    ])
  })
})
