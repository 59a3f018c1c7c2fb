import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { serve } from '../../shared/serve/serve.ts'
import { organizationKey, tallyKey } from '../../shared/store/keys.ts'
import { patch } from '../../shared/store/writes.ts'
import { type Person, type RequestOptions, workbench } from '../../test/workbench.ts'
import * as contracts from './contract.ts'
import { handler as create } from './create-customer-organization.ts'
import { withinCap } from './customer-cap.ts'
import { foundCustomer } from './found-customer.ts'
import { handler as list } from './list-organizations.ts'

const bench = workbench()

const LIMIT = 3
beforeEach(() => {
  process.env.TESSERA_CUSTOMER_LIMIT = String(LIMIT)
})
afterEach(() => {
  delete process.env.TESSERA_CUSTOMER_LIMIT
})

const provider = () => bench.founder({ type: 'mss_provider', roleIds: ['rol_super_admin'] })
const make = (as: Person, body: object = {}, options: RequestOptions = {}) =>
  bench.request(create, contracts.createCustomerOrganization, { as, body: { name: 'Acme', ...body }, ...options })
const customers = async (as: Person) => (await bench.request(list, contracts.listOrganizations, { as })).body.data.length
const count = async ({ organizationId }: Person) =>
  (await bench.tenant(organizationId).read<{ count: number }>(tallyKey(organizationId, 'CUSTOMERS')))[0]?.count

test('a provider that registered itself makes so many customers, and is told whom to ask for more', async () => {
  const grace = await provider()
  for (let n = 0; n < LIMIT; n++) expect((await make(grace)).status).toBe(201)
  const refused = await make(grace)
  expect([refused.status, refused.body.code]).toEqual([409, 'TOO_MANY_ORGANIZATIONS'])
  expect(refused.body.error).toBe(
    'A provider that registered itself makes at most 3 customers. Ask whoever runs this installation for more.',
  )
  expect(await customers(grace)).toBe(LIMIT)
})

test('however many are asked for at once, no more are made', async () => {
  const grace = await provider()
  const replies = await Promise.all(Array.from({ length: 8 }, () => make(grace)))
  expect(replies.filter(({ status }) => status === 201).length).toBeLessThanOrEqual(LIMIT)
  expect(replies.every(({ status, body }) => status === 201 || body.code === 'TOO_MANY_ORGANIZATIONS' || status === 503)).toBe(true)
  expect(await customers(grace)).toBe(await count(grace))
})

test('one that was refused takes no place', async () => {
  const grace = await provider()
  const taken = (await make(grace)).body.data.slug
  for (let n = 0; n < LIMIT; n++) expect((await make(grace, { slug: taken })).body.code).toBe('SLUG_TAKEN')
  expect([await count(grace), (await make(grace)).status]).toEqual([1, 201])
})

test('one whose fate is not known keeps its place, and the same request sent again takes no second', async () => {
  const grace = await provider()
  const crash = serve(contracts.createCustomerOrganization, async (call) => {
    await withinCap(call.tenant, call.organization, () => foundCustomer(call))
    throw new Error('The function ended here.')
  })
  const [headers, body] = [{ 'idempotency-key': randomUUID() }, { name: 'Acme' }]
  expect((await bench.request(crash, contracts.createCustomerOrganization, { as: grace, body, headers })).status).toBe(500)
  expect((await make(grace, {}, { headers })).status).toBe(201)
  expect([await count(grace), await customers(grace)]).toEqual([1, 1])
})

test('a provider that is known is limited by nothing', async () => {
  const grace = await provider()
  await bench.tenant(grace.organizationId).commit(patch(organizationKey(grace.organizationId), { status: 'active' }))
  for (let n = 0; n <= LIMIT; n++) expect((await make(grace)).status).toBe(201)
})
