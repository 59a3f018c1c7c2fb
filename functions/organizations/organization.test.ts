import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { sessions } from '../../shared/identity/session-store.ts'
import { fold } from '../../shared/store/changes.ts'
import { patch as setFields } from '../../shared/store/writes.ts'
import { type Bench, openWorkbench, type Person, type RequestOptions } from '../../test/workbench.ts'
import * as contracts from './contract.ts'
import { handler as get } from './get-organization.ts'
import { organizations } from './organization-store.ts'
import { handler as update } from './update-organization.ts'

let bench: Bench
let admin: Person
beforeAll(async () => {
  bench = await openWorkbench()
})
beforeEach(async () => {
  admin = await bench.founder()
})
afterAll(() => bench.close())

const read = (as = admin, headers = {}) => bench.request(get, contracts.getOrganization, { as, headers })
const patch = (body: object, options: RequestOptions = {}) =>
  bench.request(update, contracts.updateOrganization, { as: admin, body, ...options })
const address = { line1: '1 Queen Street', city: 'Auckland', country: 'NZ' }

describe('the own organization', () => {
  test('is read with its defaults and without what is internal', async () => {
    const reply = await read()
    expect(reply.status).toBe(200)
    expect(reply.body.data).toMatchObject({ id: admin.organizationId, type: 'customer', status: 'trial', domain: null, contact: null })
    expect(reply.body.data.settings).toMatchObject({ mfaRequired: false, unitNameUniqueness: 'siblings', branding: {} })
    expect(Object.keys(reply.body.data)).toEqual(expect.not.arrayContaining(['cursorKey', 'policyVersion', 'organizationId']))
    expect(reply.cost.waves).toBe(1)
    expect((await read(admin, { 'if-none-match': reply.headers.etag })).status).toBe(304)
  })

  test('is for those with the permission', async () => {
    const member = await bench.member(admin)
    expect((await read(member)).body).toMatchObject({ code: 'FORBIDDEN', details: { missing: 'organization:read' } })
  })

  test('changes by a merge patch: null empties a field or restores its default', async () => {
    await patch({
      name: 'Acme',
      domain: 'Acme.example',
      contact: { email: 'a@acme.example', address },
      settings: { auditRetentionDays: 400 },
    })
    const reply = await patch({
      domain: null,
      contact: { email: null },
      settings: { auditRetentionDays: null, branding: { primaryColor: '#1a73e8' } },
    })
    expect(reply.status).toBe(200)
    expect(reply.body.data).toMatchObject({ name: 'Acme', domain: null, version: 3 })
    expect(reply.body.data.contact).toEqual({ address })
    expect(reply.body.data.settings).toMatchObject({ auditRetentionDays: 2_555, branding: { primaryColor: '#1a73e8' } })
    expect((await read()).body.data).toEqual(reply.body.data)
    const emptied = await patch({ contact: null, settings: null })
    expect(emptied.body.data).toMatchObject({ contact: null, settings: { branding: {} } })
  })

  test('that changes nothing writes nothing', async () => {
    await patch({ domain: 'acme.example' })
    const reply = await patch({ domain: 'acme.example', settings: {} })
    expect([reply.body.data.version, reply.cost.wru]).toEqual([2, 0])
  })

  test('refuses what was read before somebody else changed it', async () => {
    await patch({ name: 'Acme' })
    expect((await patch({ name: 'Ajax' }, { headers: { 'if-match': '"1"' } })).status).toBe(412)
    expect((await patch({ name: 'Ajax' }, { headers: { 'if-match': '"2"' } })).status).toBe(200)
  })

  test.each([
    [{ slug: 'acme' }, 'slug'],
    [{ status: 'active' }, 'status'],
    [{ name: '' }, 'name'],
    [{ name: null }, 'name'],
    [{ domain: 'not a domain' }, 'domain'],
    [{ settings: { mfaRequired: 'yes' } }, 'settings.mfaRequired'],
    [{ settings: { colour: 'red' } }, 'settings.colour'],
    [{ settings: { sessionPolicy: { idleMinutes: 1 } } }, 'settings.sessionPolicy.idleMinutes'],
    [{ contact: { address: { line1: '1 Queen Street', country: 'NZ' } } }, 'contact.address.city'],
  ])('refuses %j', async (body, field) => {
    const reply = await patch(body)
    expect([reply.status, Object.keys(reply.body.details)]).toEqual([400, [field]])
  })

  test('that demands a second factor lets sessions without one no further', async () => {
    const { organizationId, sessionId: id, userId: personId } = admin
    const peer = await bench.member(admin, { roleIds: ['rol_admin'] })
    await bench.tenant(organizationId).commit(setFields(sessions.keyOf({ id, organizationId, personId }), { mfa: true }))
    expect((await patch({ settings: { mfaRequired: true } })).status).toBe(200)
    expect([(await read()).status, (await read(peer)).body.code]).toEqual([200, 'MFA_REQUIRED'])
  })

  test('is what folding its stored events gives, whatever was changed', async () => {
    const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value)
    const body = fc.record(
      {
        name: fc.stringMatching(/^[A-Za-z]{1,20}$/),
        domain: orNull(fc.constantFrom('acme.example', 'ajax.example')),
        contact: orNull(
          fc.record({ email: orNull(fc.constant('a@acme.example')), address: orNull(fc.constant(address)) }, { requiredKeys: [] }),
        ),
        settings: orNull(
          fc.record(
            {
              auditRetentionDays: orNull(fc.integer({ min: 365, max: 3_650 })),
              unitNameUniqueness: fc.constantFrom('siblings', 'organization'),
            },
            { requiredKeys: [] },
          ),
        ),
      },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(body, { maxLength: 6 }), async (patches) => {
        const as = await bench.founder()
        for (const each of patches) expect((await patch(each, { as })).status).toBe(200)
        const tenant = bench.tenant(as.organizationId)
        const stored = await tenant.get(organizations, as.organizationId)
        const events = await tenant.events(organizations, as.organizationId)
        expect(events).toHaveLength(stored?.version ?? 0)
        expect(fold(events)).toEqual(stored)
      }),
      { numRuns: 10 },
    )
  })
})
