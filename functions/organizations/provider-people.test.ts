import { describe, expect, test } from '@jest/globals'
import { providerOf } from '../../shared/identity/life-cycle.ts'
import { tallyKey } from '../../shared/store/keys.ts'
import { patch } from '../../shared/store/writes.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import { lockUser } from '../users/contract.ts'
import { users } from '../users/door.ts'
import { handler as lock } from '../users/lock-user.ts'
import * as contracts from './contract.ts'
import { handler as create } from './create-customer-organization.ts'
import { handler as endProvider } from './end-provider.ts'
import { handler as getOwn } from './get-organization.ts'
import type { Organization } from './organization.ts'
import { organizations } from './organization-store.ts'

const bench = workbench()

interface Cast {
  id: string
  /** One of the provider's people who is an administrator inside the customer. */
  insider: Person
}

/** A customer in which one of its provider's people is an administrator. */
async function customer(): Promise<Cast> {
  const grace = await bench.founder({ type: 'mss_provider', roleIds: ['rol_super_admin'] })
  const reply = await bench.request(create, contracts.createCustomerOrganization, { as: grace, body: { name: 'Acme' } })
  const { id } = reply.body.data
  const insider = await bench.member({ ...grace, organizationId: id }, { roleIds: ['rol_admin'] })
  // As accepting the invitation leaves them: one of the provider's, so not counted among the organization's own administrators.
  await bench
    .tenant(id)
    .commit([
      patch(users.keyOf({ id: insider.userId, organizationId: id }), { fromProvider: grace.organizationId }),
      patch(tallyKey(id, 'ADMINISTRATORS'), { count: 0 }),
    ])
  return { id, insider }
}

const own = (of: Cast) => bench.member({ ...of.insider, organizationId: of.id }, { roleIds: ['rol_admin'] })
const end = (as: Person) => bench.request(endProvider, contracts.endProvider, { as })
const read = (as: Person) => bench.request(getOwn, contracts.getOrganization, { as })
const linkOf = async (id: string) => providerOf((await bench.tenant(id).get(organizations, id)) as Organization)

describe("a provider's person inside a customer", () => {
  test('acts there while the link stands, and is nobody at the next request once it has ended', async () => {
    const cast = await customer()
    const joan = await own(cast)
    expect((await read(cast.insider)).status).toBe(200)
    expect((await end(joan)).status).toBe(204)
    expect([(await read(cast.insider)).body.code, (await read(joan)).status]).toEqual(['NOT_FOUND', 200])
    expect(await linkOf(cast.id)).toBeUndefined()
  })

  test('does not end the link, and is told who can', async () => {
    const cast = await customer()
    await own(cast)
    const refused = await end(cast.insider)
    expect([refused.status, refused.body.code]).toEqual([403, 'FORBIDDEN'])
    expect(refused.body.error).toContain('an administrator of the organization itself can')
    expect(await linkOf(cast.id)).toBeDefined()
  })

  test('is not the administrator that an organization counts on', async () => {
    const cast = await customer()
    const joan = await own(cast)
    const refused = await bench.request(lock, lockUser, { as: cast.insider, params: { id: joan.userId }, body: { reason: 'Test' } })
    expect(refused.body.code).toBe('LAST_ADMIN')
  })
})

test('a link is not ended where nobody of the organization itself would administrate it', async () => {
  const cast = await customer()
  const joan = await own(cast)
  // She administrates for a time only, so the organization does not count on her.
  await bench.tenant(cast.id).commit(patch(tallyKey(cast.id, 'ADMINISTRATORS'), { count: 0 }))
  const refused = await end(joan)
  expect([refused.status, refused.body.code]).toEqual([409, 'LAST_ADMIN'])
  expect(refused.body.error).toContain('Make somebody else an administrator first.')
  expect(await linkOf(cast.id)).toBeDefined()
})
