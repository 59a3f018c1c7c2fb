import { beforeAll, expect, test } from '@jest/globals'
import { AGGREGATES, segmentOf } from '../../shared/aggregates.ts'
import { methodOf, pathOf } from '../../shared/endpoint.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import { catalogue, entities } from '../catalogue.ts'
import { createApiKey, listApiKeyHistory, rotateApiKey } from '../keys/contract.ts'
import { handler as makeKey } from '../keys/create-api-key.ts'
import { handler as keyHistory } from '../keys/list-api-key-history.ts'
import { handler as rotateKey } from '../keys/rotate-api-key.ts'
import { listOrganizationHistory, updateOrganization } from '../organizations/contract.ts'
import { handler as organizationHistory } from '../organizations/list-organization-history.ts'
import { handler as patchOrganization } from '../organizations/update-organization.ts'
import { listEvents } from './contract.ts'
import { handler as list } from './list-events.ts'

const bench = workbench()
let ada: Person
beforeAll(async () => {
  ada = await bench.founder()
})

const ask = (aggregateType: string, aggregateId: string, as = ada, page: Record<string, string> = {}) =>
  bench.request(list, listEvents, { as, query: { aggregateType, aggregateId, ...page } })

test('the events of whatever events are of can be listed', () => {
  // What is told of them are entries of the record, and those tell of themselves.
  const untold = ['AUDIT']
  expect(AGGREGATES.map(segmentOf).toSorted()).toEqual([...entities.keys()].filter((name) => !untold.includes(name)).toSorted())
})

/** Reads by id that have no history, and why. */
const WITHOUT: Record<string, string> = {
  '/api/v1/audit-exports/{id}': 'It is a job.',
  '/api/v1/audit-logs/{id}': 'An entry never changes.',
  '/api/v1/jobs/{id}': 'The job itself says how far it came, and is kept for 30 days.',
  '/api/v1/organizations/{id}': 'It is the history of the customer, who reads it in their own organization.',
}

test('what can be read by its id has a history, or a reason to have none', () => {
  const paths = catalogue.filter(({ contract }) => methodOf(contract) === 'GET').map(({ contract }) => pathOf(contract))
  const single = paths.filter((path) => path.endsWith('/{id}') || path === '/api/v1/organization')
  expect(single.filter((path) => !paths.includes(`${path}/history`)).toSorted()).toEqual(Object.keys(WITHOUT).toSorted())
})

test('the history of an organization tells who changed what from what to what, by which request', async () => {
  const eve = await bench.founder()
  await bench.request(patchOrganization, updateOrganization, { as: eve, body: { name: 'Before' } })
  const changing = await bench.request(patchOrganization, updateOrganization, { as: eve, body: { name: 'After' } })
  expect(changing.status).toBe(200)
  const { body } = await bench.request(organizationHistory, listOrganizationHistory, { as: eve })
  expect(body.data[0]).toMatchObject({
    type: 'organization.updated',
    changes: { name: { old: 'Before', new: 'After' } },
    actor: { id: eve.userId },
    requestId: expect.any(String),
    correlationId: expect.any(String),
    timestamp: changing.body.data.updatedAt,
  })
})

test('the events of a thing are its history, page by page', async () => {
  const { body } = await bench.request(organizationHistory, listOrganizationHistory, { as: ada })
  expect(body.data.length).toBeGreaterThan(0)
  expect((await ask('organization', ada.organizationId)).body.data).toEqual(body.data)
  await bench.request(patchOrganization, updateOrganization, { as: ada, body: { name: 'Another' } })
  const all = (await ask('organization', ada.organizationId)).body.data
  const first = await ask('organization', ada.organizationId, ada, { limit: '1' })
  const rest = await ask('organization', ada.organizationId, ada, { cursor: first.body.meta.nextCursor })
  expect([...first.body.data, ...rest.body.data]).toEqual(all)
  expect(first.cost.waves).toBe(2)
})

test('no secret is told by a history, at whatever depth, and that it changed is', async () => {
  const made = await bench.request(makeKey, createApiKey, { as: ada, body: { name: 'Nightly', permissions: ['units:read'] } })
  const id = made.body.data.id
  const rotated = await bench.request(rotateKey, rotateApiKey, { as: ada, params: { id }, body: { overlapHours: 1 } })
  expect(rotated.status).toBe(200)
  const history = await bench.request(keyHistory, listApiKeyHistory, { as: ada, params: { id } })
  expect(history.body.data[0].changes).toMatchObject({
    secretHash: { old: '***', new: '***' },
    retiring: { new: { secretHash: '***', until: expect.any(String) } },
  })
  expect((await ask('api_key', id)).body.data).toEqual(history.body.data)
  expect(JSON.stringify((await ask('organization', ada.organizationId)).body)).not.toMatch(/"cursorKey":\{"new":"(?!\*\*\*)/)
})

test('of what another organization has, nothing happened', async () => {
  const eve = await bench.founder()
  for (const [type, id] of [
    ['organization', ada.organizationId],
    ['user', ada.userId],
  ] as const)
    expect((await ask(type, id, eve)).body.data).toEqual([])
})

test('whoever may not read the record is refused, and an id leads nowhere but to its own partition', async () => {
  const basic = await bench.member(ada)
  expect((await ask('user', ada.userId, basic)).body.code).toBe('FORBIDDEN')
  expect((await ask('user', `${ada.userId}#NOTIFICATIONS`)).status).toBe(400)
})
