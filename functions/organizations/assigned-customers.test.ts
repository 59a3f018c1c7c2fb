import { beforeEach, expect, test } from '@jest/globals'
import { newId } from '../../shared/ids.ts'
import { customerKey, itemKey, organizationKey } from '../../shared/store/keys.ts'
import { patch, put } from '../../shared/store/writes.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import * as contracts from './contract.ts'
import { handler as getOne } from './get-customer-organization.ts'
import { handler as list } from './list-organizations.ts'
import { handler as update } from './update-customer-organization.ts'

/** Whoever of a provider looks after some customers, and not all. */

const bench = workbench()
let grace: Person
let manager: Person
let customers: string[]

async function customerOf(provider: Person): Promise<string> {
  const since = '2026-01-01T00:00:00.000Z'
  const { organizationId: id } = await bench.founder()
  await bench.tenant(id).commit(patch(organizationKey(id), { provider: { organizationId: provider.organizationId, since } }))
  const card = { id, name: 'Acme', type: 'customer', status: 'active', since, version: 1 }
  await bench.tenant(provider.organizationId).commit(put(customerKey(provider.organizationId, id), card))
  return id
}

const assigned = (...ids: string[]) => {
  const assignments = ids.map((id) => ({
    id: newId('asg'),
    roleId: 'rol_account_manager',
    scope: { type: 'resource', resourceType: 'organization', id },
    grantedBy: grace.userId,
    createdAt: '2026-01-01T00:00:00.000Z',
  }))
  return bench.tenant(grace.organizationId).commit(patch(itemKey(grace.organizationId, 'USER', manager.userId), { assignments }))
}

beforeEach(async () => {
  grace = await bench.founder({ type: 'mss_provider', roleIds: ['rol_super_admin'] })
  manager = await bench.member(grace, { roleIds: [] })
  customers = []
  for (let n = 0; n < 3; n++) customers.push(await customerOf(grace))
  customers.sort()
})

const listed = async (query: Record<string, string> = {}, as = manager) =>
  (await bench.request(list, contracts.listOrganizations, { as, query })).body
const ids = (body: { data: { id: string }[] }) => body.data.map(({ id }) => id)

test('an account manager sees, reads and changes the customers they were given, and no others', async () => {
  const [first = '', second = '', third = ''] = customers
  await assigned(first, third)
  expect(ids(await listed())).toEqual([first, third])
  const read = (id: string) => bench.request(getOne, contracts.getCustomerOrganization, { as: manager, params: { id } })
  expect((await Promise.all([first, second, third].map(read))).map(({ status }) => status)).toEqual([200, 403, 200])
  const rename = (id: string) =>
    bench.request(update, contracts.updateCustomerOrganization, { as: manager, params: { id }, body: { name: 'Renamed' } })
  expect((await Promise.all([first, second].map(rename))).map(({ status }) => status)).toEqual([200, 403])
})

test('lists them page by page, and by state; whoever was given none lists nothing', async () => {
  const [first = '', second = '', third = ''] = customers
  await assigned(first, second, third, newId('org'))
  const page = await listed({ limit: '2' })
  expect(ids(page)).toEqual([first, second])
  expect(ids(await listed({ limit: '2', cursor: page.meta.nextCursor }))).toEqual([third])
  expect(ids(await listed({ status: 'suspended' }))).toEqual([])
  await assigned()
  expect((await listed()).code).toBe('FORBIDDEN')
  expect(ids(await listed({}, grace))).toEqual(customers)
})
