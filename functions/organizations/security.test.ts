import { beforeAll, describe, expect, test } from '@jest/globals'
import { fromRecord } from '../../shared/event.ts'
import { sessions } from '../../shared/identity/session-store.ts'
import { denialPartition, organizationKey } from '../../shared/store/keys.ts'
import { patch } from '../../shared/store/writes.ts'
import { type Person, type Reply, workbench } from '../../test/workbench.ts'
import * as contracts from './contract.ts'
import { handler as create } from './create-customer-organization.ts'
import { organizations } from './organization-store.ts'
import { touchesSecurity } from './security.ts'
import { handler as updateCustomer } from './update-customer-organization.ts'
import { handler as updateOwn } from './update-organization.ts'

const bench = workbench()
let grace: Person
let customer: string
beforeAll(async () => {
  grace = await bench.founder({ type: 'mss_provider', roleIds: ['rol_super_admin'] })
  const reply = await bench.request(create, contracts.createCustomerOrganization, { as: grace, body: { name: 'Acme' } })
  customer = reply.body.data.id
})

const setSession = ({ organizationId, sessionId: id, userId: personId }: Person, set: Record<string, unknown>) =>
  bench.tenant(organizationId).commit(patch(sessions.keyOf({ id, organizationId, personId }), set))
const old = () => new Date(Date.now() - 5 * 60_000).toISOString()
const stored = (id: string) => bench.tenant(id).get(organizations, id)

const own = (as: Person, settings: unknown) => bench.request(updateOwn, contracts.updateOrganization, { as, body: { settings } })
const ofCustomer = (as: Person, settings: unknown) =>
  bench.request(updateCustomer, contracts.updateCustomerOrganization, { as, params: { id: customer }, body: { settings } })
const outcome = ({ status, body }: Reply) => body.code ?? status

test.each([
  [{ settings: { mfaRequired: false } }, true],
  [{ settings: { sessionPolicy: { idleMinutes: null } } }, true],
  [{ settings: { auditRetentionDays: null } }, true],
  [{ settings: null }, true],
  [{ settings: { branding: { displayName: 'Acme' }, unitNameUniqueness: 'organization' as const } }, false],
  [{ name: 'Acme' }, false],
])('%j touches security settings: %s', (body, expected) => {
  expect(touchesSecurity(body)).toBe(expected)
})

describe('security settings', () => {
  test('of a customer are nothing that an account manager changes; everything else of its record is', async () => {
    const manager = await bench.member(grace, { roleIds: ['rol_account_manager'] })
    for (const settings of [{ mfaRequired: false }, { sessionPolicy: { lifetimeMinutes: 60 } }, { auditRetentionDays: 400 }, null]) {
      const reply = await ofCustomer(manager, settings)
      expect([reply.status, reply.body.code, reply.body.details]).toEqual([403, 'FORBIDDEN', { missing: 'organizations:update_security' }])
    }
    expect((await ofCustomer(manager, { branding: { displayName: 'Acme' } })).status).toBe(200)
    const { items } = await bench
      .tenant(grace.organizationId)
      .list<Record<string, unknown>>({ partitions: [denialPartition(new Date().toISOString().slice(0, 10))], limit: 100 })
    expect(items.map(fromRecord)).toContainEqual(
      expect.objectContaining({ type: 'access.denied', aggregateId: manager.userId, organizationId: grace.organizationId }),
    )
  })

  test('take a session that proved itself lately; other settings do not', async () => {
    const admin = await bench.founder()
    await setSession(admin, { freshAt: old() })
    expect(outcome(await own(admin, { auditRetentionDays: 400 }))).toBe('STEP_UP_REQUIRED')
    expect(outcome(await own(admin, { branding: { displayName: 'Acme' } }))).toBe(200)
    expect((await stored(admin.organizationId))?.settings).toEqual({ branding: { displayName: 'Acme' } })
    await setSession(admin, { freshAt: new Date().toISOString() })
    expect(outcome(await own(admin, { auditRetentionDays: 400 }))).toBe(200)
  })

  test('of a customer do so too', async () => {
    const colleague = await bench.member(grace, { roleIds: ['rol_super_admin'] })
    await setSession(colleague, { freshAt: old() })
    expect(outcome(await ofCustomer(colleague, { sessionPolicy: { idleMinutes: 30 } }))).toBe('STEP_UP_REQUIRED')
  })
})

describe('a second factor of everybody', () => {
  test('is demanded only by somebody who passed one in this session, and who has none is told what to do', async () => {
    const admin = await bench.founder()
    const refused = await own(admin, { mfaRequired: true })
    expect([refused.status, refused.body.code]).toEqual([403, 'MFA_REQUIRED'])
    expect(refused.body.error).toMatch(/^Set up your own second factor first/)
    expect((await stored(admin.organizationId))?.settings.mfaRequired).toBeUndefined()
    await setSession(admin, { mfa: true })
    expect(outcome(await own(admin, { mfaRequired: true }))).toBe(200)
  })

  test('is demanded of a customer on the same terms', async () => {
    const colleague = await bench.member(grace, { roleIds: ['rol_super_admin'] })
    expect(outcome(await ofCustomer(colleague, { mfaRequired: true }))).toBe('MFA_REQUIRED')
    await setSession(colleague, { mfa: true })
    expect(outcome(await ofCustomer(colleague, { mfaRequired: true }))).toBe(200)
  })

  test('is given up, or kept as it is, without one', async () => {
    await bench.tenant(customer).commit(patch(organizationKey(customer), { settings: { mfaRequired: true } }))
    expect(outcome(await ofCustomer(grace, { mfaRequired: true, auditRetentionDays: 500 }))).toBe(200)
    expect(outcome(await ofCustomer(grace, { mfaRequired: false }))).toBe(200)
  })
})
