import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from '@jest/globals'
import type { DomainEvent } from '../../shared/event.ts'
import { fromRecord } from '../../shared/event.ts'
import { sessions } from '../../shared/identity/session-store.ts'
import { newId } from '../../shared/ids.ts'
import { serve } from '../../shared/serve/serve.ts'
import { fold } from '../../shared/store/changes.ts'
import { customerKey, itemKey, organizationKey, signalPartition } from '../../shared/store/keys.ts'
import { patch, put, remove } from '../../shared/store/writes.ts'
import { type Person, type RequestOptions, workbench } from '../../test/workbench.ts'
import { findUsers, type User, users } from '../users/door.ts'
import { handler as activate } from './activate-organization.ts'
import { handler as cancelClosing } from './cancel-closing.ts'
import { handler as close } from './close-organization.ts'
import * as contracts from './contract.ts'
import { handler as create } from './create-customer-organization.ts'
import { addAtCustomer, handler as createUser } from './create-organization-user.ts'
import { withinCap } from './customer-cap.ts'
import { handler as endProvider } from './end-provider.ts'
import { foundCustomer } from './found-customer.ts'
import { handler as getOne } from './get-customer-organization.ts'
import { handler as getOwn } from './get-organization.ts'
import { handler as listUsers } from './list-organization-users.ts'
import { handler as list } from './list-organizations.ts'
import { handler as offboard } from './offboard-organization.ts'
import { handler as onCustomerChanged } from './on-customer-changed.ts'
import { organizations } from './organization-store.ts'
import { handler as suspend } from './suspend-organization.ts'
import { handler as update } from './update-customer-organization.ts'
import { handler as updateOwn } from './update-organization.ts'

const bench = workbench()
let grace: Person
beforeAll(async () => {
  grace = await provider()
})

/** One that whoever runs the installation knows, so that nothing limits its customers. */
async function provider(): Promise<Person> {
  const founder = await bench.founder({ type: 'mss_provider', roleIds: ['rol_super_admin'] })
  await bench.tenant(founder.organizationId).commit(patch(organizationKey(founder.organizationId), { status: 'active' }))
  return founder
}
const newMail = () => `${randomUUID()}@example.com`
const admin = (email = newMail()) => ({ email, firstName: 'Joan', lastName: 'Clarke' })
const make = (body: object = {}, options: RequestOptions = {}) =>
  bench.request(create, contracts.createCustomerOrganization, { as: grace, body: { name: 'Acme', ...body }, ...options })
const made = async (body: object = {}, options: RequestOptions = {}): Promise<string> => (await make(body, options)).body.data.id

const calls = {
  get: [getOne, contracts.getCustomerOrganization],
  update: [update, contracts.updateCustomerOrganization],
  suspend: [suspend, contracts.suspendOrganization],
  activate: [activate, contracts.activateOrganization],
  offboard: [offboard, contracts.offboardOrganization],
  close: [close, contracts.closeOrganization],
  cancelClosing: [cancelClosing, contracts.cancelClosing],
  listUsers: [listUsers, contracts.listOrganizationUsers],
  createUser: [createUser, contracts.createOrganizationUser],
} as const
const at = (name: keyof typeof calls, id: string, options: RequestOptions = {}) =>
  bench.request(calls[name][0], calls[name][1], { as: grace, params: { id }, ...options })
const bodies: Partial<Record<keyof typeof calls, object>> = { update: { name: 'Ajax' }, suspend: { reason: 'Unpaid' } }
const everyCall = (id: string, as = grace) =>
  Promise.all(
    (Object.keys(calls) as (keyof typeof calls)[]).map(async (name) => {
      const body = name === 'createUser' ? admin() : bodies[name]
      const reply = await at(name, id, { as, ...(body ? { body } : {}) })
      return `${name} ${reply.body.code ?? reply.status}`
    }),
  )

const createIn = (id: string, as: Person, roleIds: string[]) => at('createUser', id, { as, body: { ...admin(), roleIds } })
const stale = ({ organizationId, userId: personId, sessionId: id }: Person) =>
  bench.tenant(organizationId).commit(patch(sessions.keyOf({ id, organizationId, personId }), { freshAt: '2026-01-01T00:00:00.000Z' }))
const customers = async (as = grace) => (await bench.request(list, contracts.listOrganizations, { as, query: { limit: '100' } })).body.data
const shown = async (id: string, as = grace) => (await customers(as)).find((each: { id: string }) => each.id === id)
const eventsOf = (id: string) => bench.tenant(id).events(organizations, id)
const stored = (id: string) => bench.tenant(id).get(organizations, id)
/** Hands the customer's events to the reaction, in the order given. */
const relay = (events: DomainEvent[]) => bench.react(onCustomerChanged, ...events)

/** Offboards a customer and lets the moment of its closing pass. */
async function shut(id: string): Promise<void> {
  await at('offboard', id)
  await at('close', id)
  await bench.tenant(id).commit(patch(organizationKey(id), { closesAt: new Date(Date.now() - 1_000).toISOString() }))
}

/** Somebody signed in at a customer, as an administrator. */
async function memberOf(id: string): Promise<Person> {
  return bench.member({ ...grace, organizationId: id }, { roleIds: ['rol_admin'] })
}

describe('a new customer', () => {
  test('is on trial, with its settings, in the list at once, and its administrator is invited to it', async () => {
    const email = newMail()
    const settings = { auditRetentionDays: 400, branding: { primaryColor: '#1a73e8' } }
    const reply = await make({
      name: 'Kākā & Sons',
      domain: 'kaka.example',
      contact: { phone: '+6421123456' },
      settings,
      admin: admin(email),
    })
    expect(reply.status).toBe(201)
    const { id } = reply.body.data
    expect(reply.headers.location).toBe(`/api/v1/organizations/${id}`)
    expect(reply.body.data).toMatchObject({ name: 'Kākā & Sons', type: 'customer', status: 'trial', domain: 'kaka.example', settings })
    expect(reply.body.data.provider).toMatchObject({ organizationId: grace.organizationId, endedAt: null })
    expect(await shown(id)).toMatchObject({ name: 'Kākā & Sons', type: 'customer', status: 'trial', endedAt: null })
    const [joan] = (await at('listUsers', id)).body.data
    expect(joan).toMatchObject({ email, status: 'invited', organizationId: id, role: 'admin', createdBy: grace.userId })
    expect((await at('get', id)).body.data).toEqual(reply.body.data)
  })

  test('is told in its own record by the name of the person who made it, and of where they belong', async () => {
    const id = await made({ admin: admin() })
    const [founded] = await eventsOf(id)
    expect(founded?.metadata).toMatchObject({
      actorId: grace.userId,
      actorKind: 'member',
      actorName: 'Ada Lovelace',
      actorOrganizationId: grace.organizationId,
      sessionId: grace.sessionId,
    })
  })

  test("leaves nothing in the provider's tenant but its link", async () => {
    const id = await made({ domain: 'acme.example', contact: { phone: '+6421123456' } })
    const [link] = await bench.tenant(grace.organizationId).read(customerKey(grace.organizationId, id))
    expect(Object.keys(link ?? {}).sort()).toEqual(['id', 'name', 'since', 'status', 'type', 'version'])
  })

  test('gets a short name of its own; one that was asked for and is taken is refused, and captures nobody', async () => {
    const name = `Name ${randomUUID()}`.slice(0, 30)
    const [first, second] = [await make({ name }), await make({ name })]
    expect(second.body.data.slug).not.toBe(first.body.data.slug)
    const refused = await make({ slug: first.body.data.slug })
    expect([refused.status, refused.body.code]).toEqual([409, 'SLUG_TAKEN'])
    expect((await stored(first.body.data.id))?.version).toBe(1)
  })

  test('learns nothing of an account that its administrator has already, until they accept', async () => {
    const ada = await bench.founder()
    const id = await made({ admin: admin(ada.email) })
    expect(await bench.tenant(id).get<User>(users, ada.userId)).toBeUndefined()
    expect((await at('listUsers', id)).body.data).toMatchObject([{ email: ada.email, status: 'invited', organizationId: id }])
  })

  test.each([
    [{ name: '' }, 'name'],
    [{ settings: { colour: 'red' } }, 'settings.colour'],
    [{ contact: { address: { line1: '1 Queen Street', country: 'NZ' } } }, 'contact.address.city'],
    [{ admin: { email: 'x' } }, 'admin.email'],
    [{ type: 'mss_provider' }, 'type'],
  ])('is refused with %j', async (body, field) => {
    const reply = await make(body)
    expect([reply.status, Object.keys(reply.body.details)]).toEqual([400, expect.arrayContaining([field])])
  })

  test('is made once, however often the same request comes', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    const body = { name: 'Once', admin: admin() }
    const [first, second] = [await make(body, { headers }), await make(body, { headers })]
    expect(second.headers['idempotency-replayed']).toBe('true')
    expect(second.body.data.id).toBe(first.body.data.id)
    const many = await Promise.all(
      Array.from({ length: 4 }, () => make({ ...body, admin: admin('one@acme.example') }, { headers: { 'idempotency-key': 'many' } })),
    )
    const done = many.filter(({ status }) => status === 201)
    expect(new Set(done.map((reply) => reply.body.data.id)).size).toBe(1)
    expect(many.every(({ status, body: { code } }) => status === 201 || code === 'REQUEST_IN_PROGRESS')).toBe(true)
  })
})

describe('a crash between the two tenants', () => {
  const crash = serve(contracts.createCustomerOrganization, async (call) => {
    await withinCap(call.tenant, call.organization, () => foundCustomer(call))
    throw new Error('The function ended here.')
  })
  const crashed = (body: object, headers = {}) =>
    bench.request(crash, contracts.createCustomerOrganization, { as: grace, body: { name: 'Acme', ...body }, headers })
  /** The customer that nobody was told of, found by the short name it took. */
  const left = async (slug: string) => {
    const { read } = await import('../identity/test-people.ts')
    const { slugKey } = await import('../../shared/store/keys.ts')
    return String((await read(slugKey(slug)))?.organizationId)
  }

  test('is repaired by the reaction to the founding: the customer appears, once, and is reached', async () => {
    const slug = `crash-${randomUUID().slice(0, 8)}`
    expect((await crashed({ slug })).status).toBe(500)
    const id = await left(slug)
    expect([await shown(id), (await at('get', id)).status]).toEqual([undefined, 404])
    const events = await eventsOf(id)
    expect(await relay([...events, ...events])).toEqual([])
    expect(await shown(id)).toMatchObject({ name: 'Acme', status: 'trial', endedAt: null })
    expect((await at('get', id)).status).toBe(200)
  })

  test('is repaired by the same request sent again: it answers with the customer that was made', async () => {
    const [slug, headers] = [`crash-${randomUUID().slice(0, 8)}`, { 'idempotency-key': randomUUID() }]
    const body = { name: 'Acme', slug, admin: admin() }
    expect((await crashed(body, headers)).status).toBe(500)
    const reply = await make(body, { headers })
    expect([reply.status, reply.body.data.id]).toEqual([201, await left(slug)])
    expect(await shown(reply.body.data.id)).toMatchObject({ status: 'trial' })
    expect((await make(body, { headers })).headers['idempotency-replayed']).toBe('true')
  })

  test('does no harm where the reaction was faster than the request', async () => {
    const [slug, headers] = [`crash-${randomUUID().slice(0, 8)}`, { 'idempotency-key': randomUUID() }]
    await crashed({ slug }, headers)
    const id = await left(slug)
    await relay(await eventsOf(id))
    const reply = await make({ slug }, { headers })
    expect([reply.status, reply.body.data.id]).toEqual([201, id])
  })
})

describe('who may', () => {
  test('is decided in the provider: nobody without the permission, and nobody of a customer', async () => {
    const id = await made()
    const basic = await bench.member(grace)
    const analyst = await bench.member(grace, { roleIds: ['rol_security_analyst'] })
    for (const as of [basic, analyst]) expect(await everyCall(id, as)).toEqual(Object.keys(calls).map((name) => `${name} FORBIDDEN`))
    const ada = await bench.founder()
    expect(await everyCall(id, ada)).toEqual(Object.keys(calls).map((name) => `${name} FORBIDDEN`))
    expect((await make({}, { as: ada })).body.code).toBe('FORBIDDEN')
  })

  test("is no matter of what somebody may do with the provider's own people", async () => {
    const id = await made()
    const own = await bench.member(grace, { roleIds: ['rol_admin'] })
    expect(await everyCall(id, own)).toEqual(Object.keys(calls).map((name) => `${name} FORBIDDEN`))
  })

  test('appoints an administrator of a customer that exists who may appoint there, whatever else they hold', async () => {
    const id = await made()
    const appointing = async (...permissions: string[]) => {
      const as = await bench.member(grace, { roleIds: ['rol_admin'] })
      const key = users.keyOf({ id: as.userId, organizationId: as.organizationId })
      const at = new Date().toISOString()
      const given = ['users:*', 'organization:*', ...permissions].map((permission, n) => ({
        id: `asg_${n}`,
        permission,
        scope: { type: 'organization' },
        grantedBy: grace.userId,
        createdAt: at,
      }))
      const admins = (await bench.tenant(as.organizationId).get<User>(users, as.userId))?.assignments ?? []
      await bench.tenant(as.organizationId).commit(patch(key, { assignments: [...admins, ...given] }))
      return as
    }
    const appoint = (as: Person) => createIn(id, as, ['rol_admin'])
    const refused = await appoint(await appointing('organizations:create_users'))
    expect([refused.status, refused.body.details]).toEqual([403, { missing: ['organizations:appoint'] }])
    expect((await appoint(await appointing('organizations:create_users', 'organizations:appoint'))).status).toBe(201)
    expect((await appoint(grace)).status).toBe(201)
    // A permission of the customer's own is no matter of who makes roles at the provider.
    const roleId = newId('rol')
    const own = {
      id: roleId,
      organizationId: id,
      name: 'clerk',
      permissions: ['invoice:approve'],
      isSystem: false,
      organizationType: 'any',
      version: 1,
    }
    await bench.tenant(id).commit(put(itemKey(id, 'ROLE', roleId), own))
    expect((await createIn(id, await appointing('organizations:create_users', 'roles:create'), [roleId])).body.details).toEqual({
      missing: ['organizations:appoint'],
    })
  })

  test('gives roles that administrate nothing as far as they hold them', async () => {
    const manager = await bench.member(grace, { roleIds: ['rol_account_manager'] })
    const id = await made()
    expect((await createIn(id, manager, ['rol_basic_user'])).status).toBe(201)
    const refused = await createIn(id, manager, ['rol_report_viewer'])
    expect([refused.status, refused.body.details]).toEqual([403, { missing: ['alerts:read'] }])
  })

  test('takes a fresh session to name an administrator of a new customer, and the right to its security settings to set them', async () => {
    const manager = await bench.member(grace, { roleIds: ['rol_account_manager'] })
    const security = { settings: { auditRetentionDays: 400 } }
    const refused = await make(security, { as: manager })
    expect([refused.status, refused.body.details]).toEqual([403, { missing: 'organizations:update_security' }])
    const unmade = await customers()
    const super2 = await bench.member(grace, { roleIds: ['rol_super_admin'] })
    expect((await make({ settings: { mfaRequired: true } }, { as: super2 })).body.code).toBe('MFA_REQUIRED')
    for (const as of [manager, super2]) await stale(as)
    expect((await make({ admin: admin() }, { as: manager })).body.code).toBe('STEP_UP_REQUIRED')
    expect((await make(security, { as: super2 })).body.code).toBe('STEP_UP_REQUIRED')
    expect((await customers()).length).toBe(unmade.length)
    expect((await make({}, { as: manager })).status).toBe(201)
  })

  test('an account manager does, but appoints no administrator of a customer that exists', async () => {
    const manager = await bench.member(grace, { roleIds: ['rol_account_manager'] })
    const id = await made({ admin: admin() }, { as: manager })
    expect((await at('suspend', id, { as: manager, body: { reason: 'x' } })).status).toBe(200)
    expect((await at('createUser', id, { as: manager, body: admin() })).status).toBe(201)
    const reply = await at('createUser', id, { as: manager, body: { ...admin(), roleIds: ['rol_admin'] } })
    expect([reply.status, reply.body.code]).toEqual([403, 'FORBIDDEN'])
    const role = await at('createUser', id, { body: { ...admin(), roleIds: ['rol_super_admin'] } })
    expect(role.body.code).toBe('ROLE_UNKNOWN')
  })

  test('even whoever holds everything has no customers in an organization that is no provider', async () => {
    const eve = await bench.founder({ roleIds: ['rol_super_admin'] })
    const id = await made()
    const refused = await make({}, { as: eve })
    expect([refused.status, refused.body.error]).toEqual([403, 'Only a provider has customers, and this organization is none.'])
    expect((await bench.request(list, contracts.listOrganizations, { as: eve })).status).toBe(403)
    expect(new Set((await everyCall(id, eve)).map((each) => each.split(' ')[1]))).toEqual(new Set(['NOT_FOUND']))
  })

  test('another provider sees neither the customer nor whether there is one', async () => {
    const id = await made()
    const rival = await provider()
    const told = async (of: string) => {
      const { timestamp: _at, requestId: _id, path: _path, ...rest } = (await at('get', of, { as: rival })).body
      return rest
    }
    expect(await customers(rival)).toEqual([])
    expect(await told(id)).toEqual(await told(newId('org')))
    expect(new Set((await everyCall(id, rival)).map((each) => each.split(' ')[1]))).toEqual(new Set(['NOT_FOUND']))
    expect((await stored(id))?.version).toBe(1)
  })

  test("takes both sides: neither a link in the provider's tenant alone opens a customer, nor the customer's word alone", async () => {
    const [rival, id] = [await provider(), await made()]
    const forged = { id, name: 'Acme', type: 'customer', status: 'trial', since: new Date().toISOString(), version: 9 }
    await bench.tenant(rival.organizationId).commit(put(customerKey(rival.organizationId, id), forged))
    expect(new Set((await everyCall(id, rival)).map((each) => each.split(' ')[1]))).toEqual(new Set(['NOT_FOUND']))
    await bench.tenant(grace.organizationId).commit(remove(customerKey(grace.organizationId, id)))
    expect((await at('get', id)).body.code).toBe('NOT_FOUND')
  })
})

describe("in the customer's tenant", () => {
  test("every act stands there with the provider's person, and none of it with the provider", async () => {
    const id = await made()
    await at('update', id, { body: { name: 'Ajax' } })
    await at('suspend', id, { body: { reason: 'Unpaid' } })
    await at('activate', id)
    await at('offboard', id, { body: { reason: 'Moves on' } })
    await at('close', id, { body: { reason: 'Gone' } })
    await at('cancelClosing', id)
    const events = await eventsOf(id)
    expect(events.map(({ type, data }) => [type, data.reason])).toEqual([
      ['organization.created', undefined],
      ['organization.updated', undefined],
      ['organization.suspended', 'Unpaid'],
      ['organization.activated', undefined],
      ['organization.offboarded', 'Moves on'],
      ['organization.closing_scheduled', 'Gone'],
      ['organization.closing_cancelled', undefined],
    ])
    for (const { metadata } of events) expect(metadata).toMatchObject({ actorId: grace.userId, actorOrganizationId: grace.organizationId })
    expect(fold(events)).toEqual(await stored(id))
    const { items } = await bench
      .tenant(grace.organizationId)
      .list<Record<string, unknown>>({ partitions: [signalPartition(new Date().toISOString().slice(0, 10))], limit: 1_000 })
    const told = items.map(fromRecord).filter(({ aggregateId }) => aggregateId === id)
    expect(told.map(({ type }) => type)).toEqual(['customer.added'])
  })

  test('a user is added, found and listed there, and is nobody of the provider', async () => {
    const id = await made()
    const reply = await at('createUser', id, { body: { ...admin(), department: 'Codes' } })
    expect(reply.body.data).toMatchObject({ organizationId: id, status: 'invited', role: 'basic_user', createdBy: grace.userId })
    expect((await at('listUsers', id)).body.data).toEqual([reply.body.data])
    expect(await bench.tenant(grace.organizationId).get(users, reply.body.data.id)).toBeUndefined()
    const again = await at('createUser', id, { body: { ...admin(reply.body.data.email) } })
    expect(again.body.code).toBe('EMAIL_TAKEN')
  })

  test('a repeated request is answered from the record that it left there', async () => {
    const id = await made()
    const options = { body: admin(), headers: { 'idempotency-key': randomUUID() } }
    const [first, second] = [await at('createUser', id, options), await at('createUser', id, options)]
    expect([second.headers['idempotency-replayed'], second.body.data.id]).toEqual(['true', first.body.data.id])
    const other = await at('createUser', id, { ...options, body: admin() })
    expect(other.body.code).toBe('IDEMPOTENCY_KEY_REUSED')
  })

  test('a change that was decided on an older state is refused, and wrong input is told after that', async () => {
    const id = await made()
    expect((await at('update', id, { body: { name: 'A' }, headers: { 'if-match': '"7"' } })).status).toBe(412)
    expect((await at('update', id, { body: { name: 'B' }, headers: { 'if-match': '"1"' } })).body.data.name).toBe('B')
    expect((await at('suspend', id, { body: {} })).body.details).toEqual({ reason: 'Required' })
    expect((await at('suspend', newId('org'))).status).toBe(404)
    expect((await at('get', 'org_x')).status).toBe(404)
  })

  test('a page of its users leads on only in its own list', async () => {
    const [id, other] = [await made(), await made()]
    for (const each of [id, id, other, other]) await at('createUser', each, { body: admin() })
    const { body } = await at('listUsers', id, { query: { limit: '1' } })
    expect((await at('listUsers', id, { query: { limit: '1', cursor: body.meta.nextCursor } })).body.data).toHaveLength(1)
    expect((await at('listUsers', other, { query: { limit: '1', cursor: body.meta.nextCursor } })).body.code).toBe('INVALID_CURSOR')
  })

  test('reads take two trips and writes three', async () => {
    const id = await made()
    expect((await at('get', id)).cost.waves).toBe(2)
    expect((await bench.request(list, contracts.listOrganizations, { as: grace })).cost.waves).toBe(2)
    expect((await at('listUsers', id)).cost.waves).toBe(3)
    for (const reply of [
      await at('update', id, { body: { name: 'Z' } }),
      await at('suspend', id, { body: { reason: 'x' } }),
      await make({ name: randomUUID(), admin: admin() }),
    ])
      expect(reply.cost.waves).toBe(3)
    expect((await at('createUser', id, { body: admin() })).cost.waves).toBe(3)
  })
})

describe('the state of a customer', () => {
  const read = (as: Person) => bench.request(getOwn, contracts.getOrganization, { as })
  const write = (as: Person) => bench.request(updateOwn, contracts.updateOrganization, { as, body: { domain: 'acme.example' } })
  const codes = async (as: Person) => [await read(as), await write(as)].map(({ status, body }) => body.code ?? status)

  test('decides at the next request what its members may do', async () => {
    const id = await made()
    const joan = await memberOf(id)
    expect(await codes(joan)).toEqual([200, 200])
    await at('suspend', id, { body: { reason: 'Unpaid' } })
    expect(await codes(joan)).toEqual(['ORGANIZATION_SUSPENDED', 'ORGANIZATION_SUSPENDED'])
    await at('activate', id)
    expect(await codes(joan)).toEqual([200, 200])
    await at('offboard', id)
    expect(await codes(joan)).toEqual([200, 'ORGANIZATION_OFFBOARDING'])
    await at('close', id)
    expect(await codes(joan)).toEqual([200, 'ORGANIZATION_OFFBOARDING'])
    await bench.tenant(id).commit(patch(organizationKey(id), { closesAt: new Date(Date.now() - 1_000).toISOString() }))
    expect(await codes(joan)).toEqual(['ORGANIZATION_CLOSED', 'ORGANIZATION_CLOSED'])
  })

  test('leaves the provider the record of a closed one and its state, and nothing else', async () => {
    const id = await made()
    await at('offboard', id)
    expect((await at('createUser', id, { body: admin() })).body.code).toBe('ORGANIZATION_OFFBOARDING')
    expect((await at('listUsers', id)).status).toBe(200)
    await shut(id)
    expect((await at('get', id)).status).toBe(200)
    expect(await everyCall(id)).toEqual([
      ...['get 200', 'update ORGANIZATION_CLOSED', 'suspend INVALID_TRANSITION', 'activate INVALID_TRANSITION'],
      ...['offboard INVALID_TRANSITION', 'close INVALID_TRANSITION', 'cancelClosing INVALID_TRANSITION'],
      ...['listUsers ORGANIZATION_CLOSED', 'createUser ORGANIZATION_CLOSED'],
    ])
  })

  test('reaches the list by the reaction, in whatever order the events come', async () => {
    const id = await made()
    await at('suspend', id, { body: { reason: 'x' } })
    await at('update', id, { body: { name: 'Renamed' } })
    const events = await eventsOf(id)
    expect(await relay([...events].reverse())).toEqual([])
    expect(await shown(id)).toMatchObject({ name: 'Renamed', status: 'suspended' })
    const filtered = await bench.request(list, contracts.listOrganizations, { as: grace, query: { status: 'suspended' } })
    expect(filtered.body.data.every(({ status }: { status: string }) => status === 'suspended')).toBe(true)
  })
})

test('a state that came by its moment alone is shown as it counts, before anybody has written it down', async () => {
  const id = await made()
  await shut(id)
  expect((await stored(id))?.status).toBe('offboarding')
  expect((await at('get', id)).body.data.status).toBe('closed')
})

describe('a customer that ends the link', () => {
  const end = (as: Person) => bench.request(endProvider, contracts.endProvider, { as })

  test('shuts the provider out at the next request, whatever its list still shows', async () => {
    const id = await made()
    const joan = await memberOf(id)
    expect((await end(joan)).status).toBe(204)
    expect(new Set((await everyCall(id)).map((each) => each.split(' ')[1]))).toEqual(new Set(['NOT_FOUND']))
    expect((await bench.request(getOwn, contracts.getOrganization, { as: joan })).body.data.provider.endedAt).not.toBeNull()
    expect((await end(joan)).body).toMatchObject({ code: 'NOT_FOUND', error: 'No provider administers this organization.' })
  })

  test('gets nobody more from it, even where that was decided a moment before', async () => {
    const id = await made()
    const joan = await memberOf(id)
    const body = admin()
    const overtaken = serve(contracts.createOrganizationUser, async (call) => {
      await end(joan)
      return addAtCustomer(call)
    })
    expect((await bench.request(overtaken, contracts.createOrganizationUser, { as: grace, params: { id }, body })).status).toBe(404)
    const { items } = await findUsers(bench.tenant(id), { limit: 10, now: new Date().toISOString() })
    expect(items.map(({ email }) => email)).not.toContain(body.email)
  })

  test('stands in the list as ended, with the name of that moment, and nothing later gets there', async () => {
    const id = await made({ name: 'Acme then' })
    const joan = await memberOf(id)
    await end(joan)
    expect(await relay(await eventsOf(id))).toEqual([])
    expect(await shown(id)).toMatchObject({ name: 'Acme then', endedAt: expect.any(String) })
    await bench.request(updateOwn, contracts.updateOrganization, { as: joan, body: { name: 'Acme now' } })
    expect(await relay(await eventsOf(id))).toEqual([])
    expect(await shown(id)).toMatchObject({ name: 'Acme then' })
  })

  test('may do so while it is leaving, and not while it is suspended or by somebody without the right', async () => {
    const id = await made()
    const joan = await memberOf(id)
    const basic = await bench.member(joan)
    expect((await end(basic)).body.code).toBe('FORBIDDEN')
    await at('suspend', id, { body: { reason: 'x' } })
    expect((await end(joan)).body.code).toBe('ORGANIZATION_SUSPENDED')
    await at('offboard', id)
    expect((await end(joan)).status).toBe(204)
  })

  test('is told of in the provider by the reaction, once', async () => {
    const lone = await provider()
    const id = await made({}, { as: lone })
    await end(await memberOf(id))
    const events = await eventsOf(id)
    await relay([...events, ...events])
    const { items } = await bench
      .tenant(lone.organizationId)
      .list<Record<string, unknown>>({ partitions: [signalPartition(new Date().toISOString().slice(0, 10))], limit: 100 })
    expect(items.map(({ type }) => type).sort()).toEqual(['customer.added', 'customer.left'])
  })
})

test('an organization that registered itself has no provider to end, and its events change no list', async () => {
  const ada = await bench.founder()
  expect((await bench.request(endProvider, contracts.endProvider, { as: ada })).status).toBe(404)
  expect(await relay(await eventsOf(ada.organizationId))).toEqual([])
  const [own] = await bench.tenant(ada.organizationId).read(organizationKey(ada.organizationId))
  expect(own).not.toHaveProperty('provider')
})
