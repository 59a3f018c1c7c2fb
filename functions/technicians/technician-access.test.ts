import { beforeEach, describe, expect, test } from '@jest/globals'
import { endpoint } from '../../shared/endpoint.ts'
import { newId } from '../../shared/ids.ts'
import { serve } from '../../shared/serve/serve.ts'
import { guestKey, itemKey, organizationKey } from '../../shared/store/keys.ts'
import { patch } from '../../shared/store/writes.ts'
import { type RequestOptions, workbench } from '../../test/workbench.ts'
import * as audit from '../audit/contract.ts'
import { handler as listAudit } from '../audit/list-audit-logs.ts'
import { handler as onAnyEvent } from '../audit/on-any-event.ts'
import * as units from '../units/contract.ts'
import { handler as createUnit } from '../units/create-unit.ts'
import { handler as deleteUnit } from '../units/delete-unit.ts'
import * as people from '../users/contract.ts'
import { handler as createUser } from '../users/create-user.ts'
import { handler as getUser } from '../users/get-user.ts'
import { handler as listUsers } from '../users/list-users.ts'
import { handler as approve } from './approve-technician-access.ts'
import * as contracts from './contract.ts'
import { handler as listCustomers } from './list-customer-access.ts'
import { handler as listAccess } from './list-technician-access.ts'
import { handler as listActivity } from './list-technician-activity.ts'
import { handler as ask } from './request-technician-access.ts'
import { bothSides, granted, link, revoked, type Sides, there, traces } from './test-entry.ts'

const PAST = '2026-01-01T00:00:00.000Z'

const bench = workbench()
let sides: Sides
beforeEach(async () => {
  process.env.TESSERA_CONTEXT = 'users'
  sides = await bothSides(bench)
})

const atCustomer = (fields: Record<string, unknown>) => {
  const { organizationId } = sides.ada
  return bench.tenant(organizationId).commit(patch(organizationKey(organizationId), fields))
}
const atProvider = (fields: Record<string, unknown>) => {
  const { organizationId, userId } = sides.technician
  return bench.tenant(organizationId).commit(patch(itemKey(organizationId, 'USER', userId), fields))
}
const providers = (fields: Record<string, unknown>) => {
  const { organizationId } = sides.grace
  return bench.tenant(organizationId).commit(patch(organizationKey(organizationId), fields))
}
const guest = (fields: Record<string, unknown>) => {
  const { organizationId } = sides.ada
  return bench.tenant(organizationId).commit(patch(guestKey(organizationId, sides.technician.userId), fields))
}
/** Reads the administrator of the customer, as the technician. */
const look = (options: RequestOptions = {}) =>
  bench.request(getUser, people.getUser, { ...there(sides), params: { id: sides.ada.userId }, ...options })
const list = (options: RequestOptions = {}) => bench.request(listUsers, people.listUsers, { ...there(sides), ...options })
const codeOf = async (reply: ReturnType<typeof look>) => (await reply).body?.code ?? (await reply).status
const accessId = async (terms?: object) => (await granted(bench, sides, terms)).body.data.id

describe('a technician of the provider', () => {
  test('is nobody at the customer until it lets them in, and then enters with their own session', async () => {
    expect(await codeOf(look())).toBe('NOT_FOUND')
    const reply = await granted(bench, sides, { notes: 'To repair the import.' })
    expect([reply.status, reply.body.data]).toEqual([
      201,
      expect.objectContaining({
        technicianId: sides.technician.userId,
        providerId: sides.grace.organizationId,
        grantedBy: sides.ada.userId,
        status: 'active',
        expiresAt: null,
      }),
    ])
    expect(await codeOf(look())).toBe(200)
  })

  test('is no user there: no list, no search and no id finds them', async () => {
    await accessId()
    const found = await bench.request(listUsers, people.listUsers, { as: sides.ada })
    expect(found.body.data.map(({ id }: { id: string }) => id)).toEqual([sides.ada.userId])
    const params = { id: sides.technician.userId }
    expect(await codeOf(bench.request(getUser, people.getUser, { as: sides.ada, params }))).toBe('NOT_FOUND')
  })

  test.each([
    ['read', [200, 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN']],
    ['write', [200, 201, 'FORBIDDEN', 'FORBIDDEN']],
    ['full', [200, 201, 204, 'FORBIDDEN']],
  ])('with the level %s does so much, and decides about no people', async (accessLevel, expected) => {
    await accessId({ accessLevel })
    process.env.TESSERA_CONTEXT = 'units'
    const body = { name: 'Research', ownerId: sides.ada.userId }
    const own = await bench.request(createUnit, units.createUnit, { as: sides.ada, body: { ...body, name: 'Own' } })
    const params = { id: own.body.data.id }
    const user = { email: `${newId('usr')}@example.com`, firstName: 'Eve', lastName: 'Other', roleIds: ['rol_admin'] }
    // One after the other: two that write the same owner at once may well conflict.
    const codes = [
      await codeOf(look()),
      await codeOf(bench.request(createUnit, units.createUnit, { ...there(sides), body })),
      await codeOf(bench.request(deleteUnit, units.deleteUnit, { ...there(sides), params })),
      await codeOf(bench.request(createUser, people.createUser, { ...there(sides), body: user })),
    ]
    expect(codes).toEqual(expected)
  })

  test('is one guest at a time: a second access is refused, and a member is none', async () => {
    await accessId()
    expect(await codeOf(granted(bench, sides))).toBe('TECHNICIAN_HAS_ACCESS')
    const member = await bench.member(sides.ada)
    expect(await codeOf(granted(bench, { ...sides, technician: member }))).toBe('TECHNICIAN_UNKNOWN')
    const { organizationId, userId } = sides.grace
    const record = { ...(await bench.tenant(organizationId).read(itemKey(organizationId, 'USER', userId)))[0] }
    const own = itemKey(sides.ada.organizationId, 'USER', userId)
    await bench.tenant(sides.ada.organizationId).commit(({ tableName }) => [
      {
        item: { Put: { TableName: tableName, Item: { ...record, organizationId: sides.ada.organizationId, ...own } } },
        conflict: 'CONFLICT',
      },
    ])
    expect(await codeOf(granted(bench, { ...sides, technician: sides.grace }))).toBe('TECHNICIAN_IS_MEMBER')
  })

  test('who was a member once may be a guest; who becomes a member is one, and no guest when that ends', async () => {
    const { organizationId } = sides.ada
    const { userId } = sides.technician
    const at = itemKey(organizationId, 'USER', userId)
    const removed = { id: userId, organizationId, kind: 'member', status: 'invited', assignments: [], version: 3 }
    const set = (deletedAt: string) =>
      bench
        .tenant(organizationId)
        .commit(({ tableName }) => [
          { item: { Put: { TableName: tableName, Item: { ...removed, deletedAt, ...at } } }, conflict: 'CONFLICT' },
        ])
    await set('2026-01-01T00:00:00.000Z')
    await accessId()
    expect(await codeOf(look())).toBe(200)
    await set(new Date(Date.now() + 1_000).toISOString())
    expect(await codeOf(look())).toBe('NOT_FOUND')
  })

  const gone: [name: string, meanwhile: () => Promise<unknown>][] = [
    ['who is locked there', () => atProvider({ status: 'locked' })],
    ['who was removed there', () => atProvider({ deletedAt: PAST })],
    ['whose provider has left', () => link(bench, sides.grace, sides.ada, PAST)],
  ]
  test.each(gone)('%s is let in by nobody', async (_, meanwhile) => {
    await meanwhile()
    expect(await codeOf(granted(bench, sides))).toBe('TECHNICIAN_UNKNOWN')
  })

  test('of another provider is let in by nobody', async () => {
    expect(await codeOf(granted(bench, { ...sides, technician: (await bothSides(bench)).technician }))).toBe('TECHNICIAN_UNKNOWN')
  })

  test('is let in by no provider’s person inside the customer, and by nobody further than they may go themselves', async () => {
    const clerk = await bench.member(sides.ada)
    const { organizationId } = sides.ada
    const own = (fields: Record<string, unknown>, of = clerk) =>
      bench.tenant(organizationId).commit(patch(itemKey(organizationId, 'USER', of.userId), fields))
    const assignment = (permission: string) => ({
      id: newId('asg'),
      permission,
      scope: { type: 'organization' },
      grantedBy: 'usr_x',
      createdAt: '2026-01-01T00:00:00.000Z',
    })
    await own({ assignments: [assignment('technician_access:*'), assignment('users:read')] })
    const reply = await granted(bench, { ...sides, ada: clerk })
    expect([reply.body.code, reply.body.details.missing]).toEqual(['FORBIDDEN', expect.arrayContaining(['units:read'])])
    await own({ fromProvider: sides.grace.organizationId }, sides.ada)
    expect(await codeOf(granted(bench, sides))).toBe('FORBIDDEN')
  })
})

interface Refusal {
  when: string
  code: string
  terms?: object
  barredBy?: string
  meanwhile?: () => Promise<unknown>
}

/** One minute of a day that is not today, anywhere. */
const OTHER_DAY = { timeZone: 'UTC', days: [((new Date().getUTCDay() + 2) % 7) + 1], from: '00:00', to: '00:01' }

/** Each refused with its code, and told in the customer's record. */
const refusals: Refusal[] = [
  {
    when: 'from another network',
    code: 'FORBIDDEN',
    terms: { ipRestrictions: ['10.0.0.0/8', '2001:db8::/32'] },
    barredBy: 'environment.ip',
  },
  { when: 'out of hours', code: 'FORBIDDEN', terms: { timeRestrictions: OTHER_DAY }, barredBy: 'environment.time' },
  { when: 'in a part they were not let into', code: 'FORBIDDEN', terms: { allowedServices: ['units'] }, barredBy: 'environment.service' },
  { when: 'once the access has expired', code: 'FORBIDDEN', meanwhile: () => guest({ expiresAt: PAST }), barredBy: 'expiry' },
  { when: 'while the customer is suspended', code: 'ORGANIZATION_SUSPENDED', meanwhile: () => atCustomer({ status: 'suspended' }) },
  { when: 'once the customer ended the link', code: 'NOT_FOUND', meanwhile: () => link(bench, sides.grace, sides.ada, PAST) },
  { when: 'once their provider locked them', code: 'ACCOUNT_LOCKED', meanwhile: () => atProvider({ status: 'locked' }) },
  { when: 'once their provider removed them', code: 'NOT_FOUND', meanwhile: () => atProvider({ deletedAt: PAST }) },
  { when: 'once their provider took the right to enter', code: 'FORBIDDEN', meanwhile: () => atProvider({ assignments: [] }) },
  { when: 'while their provider is suspended', code: 'ORGANIZATION_SUSPENDED', meanwhile: () => providers({ status: 'suspended' }) },
  {
    when: 'where the customer demands a second factor',
    code: 'MFA_REQUIRED',
    meanwhile: () => atCustomer({ settings: { mfaRequired: true } }),
  },
]

describe('a guest is refused, and the customer’s record says so', () => {
  test.each(refusals)('$when', async ({ terms, meanwhile, code, barredBy }) => {
    await granted(bench, sides, terms)
    await meanwhile?.()
    expect(await codeOf(look())).toBe(code)
    const denied = (await traces(bench, sides)).filter(({ type }) => type === 'access.denied')
    expect(denied.map(({ data, metadata }) => [data.code, data.barredBy, metadata.actorKind, metadata.actorOrganizationId])).toEqual([
      [code, barredBy, 'guest', sides.grace.organizationId],
    ])
  })

  test('at the very next request after the access was revoked, and again', async () => {
    const id = await accessId()
    expect(await codeOf(look())).toBe(200)
    expect((await revoked(bench, sides, id)).body.data).toMatchObject({
      status: 'revoked',
      revokedReason: 'Done.',
      revokedBy: sides.ada.userId,
    })
    expect([await codeOf(look()), await codeOf(look())]).toEqual(['NOT_FOUND', 'NOT_FOUND'])
    const denied = (await traces(bench, sides)).filter(({ type }) => type === 'access.denied')
    expect(denied.map(({ data }) => data.code)).toEqual(['NOT_FOUND', 'NOT_FOUND'])
    expect(await codeOf(revoked(bench, sides, id))).toBe('INVALID_TRANSITION')
  })

  test('for whatever their own account is, which stays at home', async () => {
    await accessId()
    const own = endpoint({ route: 'GET /api/v1/auth/own', summary: 'x', self: true, raw: true })
    expect(
      await codeOf(
        bench.request(
          serve(own, () => 'theirs'),
          own,
          there(sides),
        ),
      ),
    ).toBe('FORBIDDEN')
  })
})

describe('what a guest sees', () => {
  test('is on record before they see it: exactly what was shown', async () => {
    const id = await accessId()
    await bench.member(sides.ada)
    const shown = (await list({ query: { limit: '1' } })).body.data.map((user: { id: string }) => user.id)
    await look()
    await look({ params: { id: newId('usr') } })
    const seen = await traces(bench, sides)
    expect(
      seen.map(({ type, data, aggregateId }) => [type, data.ids ?? data.code, type === 'access.guest_read' ? aggregateId : id]).sort(),
    ).toEqual(
      [
        ['access.guest_read', shown, id],
        ['access.guest_read', [sides.ada.userId], id],
        ['access.denied', 'NOT_FOUND', id],
      ].sort(),
    )
  })

  test('and does is listed under the access, and nothing from before it or after', async () => {
    const first = await accessId()
    await look()
    await revoked(bench, sides, first)
    await look()
    const events = await traces(bench, sides)
    expect(await bench.react(onAnyEvent as never, ...events)).toEqual([])
    process.env.TESSERA_CONTEXT = 'technicians'
    const { body } = await bench.request(listActivity, contracts.listTechnicianActivity, { as: sides.ada, params: { id: first } })
    expect(body.data.map(({ action, details }: { action: string; details: object }) => [action, details])).toEqual([
      ['access.guest_read', expect.objectContaining({ ids: [sides.ada.userId], route: people.getUser.route })],
    ])
    const all = await bench.request(listAudit, audit.listAuditLogs, { as: sides.ada, query: { actorId: sides.technician.userId } })
    expect(all.body.data.map(({ action, actor }: { action: string; actor: object }) => [action, actor])).toEqual([
      ['access.denied', expect.objectContaining({ kind: 'guest', organizationId: sides.grace.organizationId })],
      ['access.guest_read', expect.objectContaining({ kind: 'guest', name: 'Ada Lovelace' })],
    ])
  })
})

describe('a provider', () => {
  const asked = (body: object = {}, as = sides.technician) =>
    bench.request(ask, contracts.requestTechnicianAccess, {
      as,
      body: { organizationId: sides.ada.organizationId, accessLevel: 'read', allowedServices: ['users'], ...body },
    })
  const approved = (id: string, as = sides.ada) => bench.request(approve, contracts.approveTechnicianAccess, { as, params: { id } })
  const customers = (as = sides.technician, options: RequestOptions = {}) =>
    bench.request(listCustomers, contracts.listCustomerAccess, { as, ...options })

  test('asks, and its technician enters once the customer has said yes', async () => {
    const reply = await asked()
    expect([reply.status, reply.body.data.status, reply.body.data.grantedAt]).toEqual([201, 'requested', null])
    expect(await codeOf(look())).toBe('NOT_FOUND')
    expect((await asked()).body.code).toBe('TECHNICIAN_HAS_ACCESS')
    expect((await approved(reply.body.data.id)).body.data).toMatchObject({ status: 'active', grantedBy: sides.ada.userId })
    expect(await codeOf(look())).toBe(200)
    expect((await approved(reply.body.data.id)).body.code).toBe('INVALID_TRANSITION')
  })

  test('may be refused, and asks again', async () => {
    const { id } = (await asked()).body.data
    expect((await revoked(bench, sides, id)).body.data.status).toBe('refused')
    expect((await asked()).status).toBe(201)
  })

  test('asks for another of its technicians, and for nobody else', async () => {
    expect((await asked({ technicianId: sides.technician.userId }, sides.grace)).body.data.technicianId).toBe(sides.technician.userId)
    expect((await asked({ technicianId: sides.ada.userId }, sides.grace)).body.code).toBe('TECHNICIAN_UNKNOWN')
  })

  test('asks no organization that is not its customer', async () => {
    const other = await bothSides(bench)
    expect((await asked({ organizationId: other.ada.organizationId })).body.code).toBe('NOT_FOUND')
    expect((await asked({ organizationId: 'org_x' })).body.code).toBe('VALIDATION_ERROR')
  })

  test('tells its technician where they may go, and whether now and from here', async () => {
    expect((await customers()).body.data).toEqual([])
    const id = await accessId({ ipRestrictions: ['10.0.0.0/8'] })
    const entry = { organizationId: sides.ada.organizationId, name: 'Acme', accessId: id, accessLevel: 'read' }
    expect((await customers()).body.data).toEqual([expect.objectContaining({ ...entry, openNow: false })])
    expect((await customers(sides.technician, { ip: '10.1.2.3' })).body.data).toEqual([
      expect.objectContaining({ ...entry, openNow: true }),
    ])
    expect((await customers(sides.grace)).body.data).toEqual([])
    await revoked(bench, sides, id)
    expect((await customers()).body.data).toEqual([])
  })
})

test('the customer lists whom it let in and who asks, by state and by technician', async () => {
  const first = await accessId()
  await revoked(bench, sides, first)
  const second = await accessId()
  const ids = async (query: Record<string, string>) =>
    (await bench.request(listAccess, contracts.listTechnicianAccess, { as: sides.ada, query })).body.data.map(
      ({ id }: { id: string }) => id,
    )
  expect(await ids({})).toEqual([second, first])
  expect(await ids({ status: 'active' })).toEqual([second])
  expect(await ids({ technicianId: sides.ada.userId })).toEqual([])
})
