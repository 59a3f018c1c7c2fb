import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { sweep } from '../../events/due.ts'
import type { DomainEvent } from '../../shared/event.ts'
import { dueClosingPartition, organizationKey } from '../../shared/store/keys.ts'
import { patch, put } from '../../shared/store/writes.ts'
import { standingDue as due } from '../../test/workbench/due.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import { handler as activate } from './activate-organization.ts'
import { handler as cancel } from './cancel-closing.ts'
import { handler as close } from './close-organization.ts'
import * as contracts from './contract.ts'
import { handler as create } from './create-customer-organization.ts'
import { handler as endProvider } from './end-provider.ts'
import { handler as getOwn } from './get-organization.ts'
import { handler as offboard } from './offboard-organization.ts'
import { handler as onClosingDue } from './on-closing-due.ts'
import { organizations } from './organization-store.ts'
import { handler as suspend } from './suspend-organization.ts'

const bench = workbench()
let grace: Person
beforeAll(async () => {
  grace = await bench.founder({ type: 'mss_provider', roleIds: ['rol_super_admin'] })
})

const HOUR_MS = 3_600_000
/** The sweep of that moment, and the reaction to what it hands out. */
const closeDue = async (now: string) => expect(await bench.react(onClosingDue, ...(await bench.handOutDue(now)))).toEqual([])
/** Longer than any closing of these tests waits. */
const late = () => new Date(Date.now() + 100 * HOUR_MS).toISOString()
beforeEach(() => closeDue(late()))

const at = (
  handler: typeof close,
  contract: (typeof contracts)['closeOrganization' | 'cancelClosing' | 'offboardOrganization'],
  id: string,
  as = grace,
) => bench.request(handler, contract, { as, params: { id } })
const begin = (id: string, as = grace) => at(close, contracts.closeOrganization, id, as)
const callOff = (id: string) => at(cancel, contracts.cancelClosing, id)
const stored = (id: string) => bench.tenant(id).get(organizations, id)
const types = async (id: string) => (await bench.tenant(id).events(organizations, id)).map(({ type }) => type)

async function leaving(): Promise<string> {
  const reply = await bench.request(create, contracts.createCustomerOrganization, { as: grace, body: { name: 'Acme' } })
  const { id } = reply.body.data
  await at(offboard, contracts.offboardOrganization, id)
  return id
}

test('closing is set for 72 hours from now, shown, and goes on as leaving until then', async () => {
  const id = await leaving()
  const reply = await begin(id)
  expect([reply.status, reply.body.data.status]).toEqual([200, 'offboarding'])
  const waitsMs = Date.parse(reply.body.data.closesAt) - Date.now()
  expect(waitsMs).toBeGreaterThan(71.9 * HOUR_MS)
  expect(waitsMs).toBeLessThanOrEqual(72 * HOUR_MS)
  expect(await due()).toMatchObject([{ organizationId: id, at: reply.body.data.closesAt }])
  expect((await begin(id)).body.code).toBe('INVALID_TRANSITION')
})

test('what was called off is not closed, however late it gets', async () => {
  const id = await leaving()
  await begin(id)
  const reply = await callOff(id)
  expect([reply.status, reply.body.data.closesAt]).toEqual([200, null])
  expect(await due()).toEqual([])
  await closeDue(late())
  expect((await stored(id))?.status).toBe('offboarding')
  expect((await types(id)).slice(-2)).toEqual(['organization.closing_scheduled', 'organization.closing_cancelled'])
})

test('of calling off and closing at once one wins, and what is due is what is stored', async () => {
  const id = await leaving()
  await begin(id)
  await Promise.all([callOff(id), closeDue(late())])
  const { status, closesAt } = (await stored(id)) ?? {}
  expect(status === 'closed' ? closesAt !== undefined : closesAt === undefined).toBe(true)
  await closeDue(late())
  expect([await due(), (await stored(id))?.status]).toEqual([[], status])
})

test('nobody enters from the moment on, though nothing has written it down yet, and nothing calls it off', async () => {
  const id = await leaving()
  const joan = await bench.member({ ...grace, organizationId: id }, { roleIds: ['rol_admin'] })
  await begin(id)
  const read = () => bench.request(getOwn, contracts.getOrganization, { as: joan })
  expect((await read()).status).toBe(200)
  await bench.tenant(id).commit(patch(organizationKey(id), { closesAt: new Date(Date.now() - 1).toISOString() }))
  expect((await read()).body.code).toBe('ORGANIZATION_CLOSED')
  expect((await callOff(id)).body.code).toBe('INVALID_TRANSITION')
})

test('ending the link calls off what the provider began, for nobody could afterwards', async () => {
  const id = await leaving()
  const joan = await bench.member({ ...grace, organizationId: id }, { roleIds: ['rol_admin'] })
  await begin(id)
  expect((await bench.request(endProvider, contracts.endProvider, { as: joan })).status).toBe(204)
  expect([await due(), (await stored(id))?.closesAt]).toEqual([[], undefined])
})

describe('what is due', () => {
  test('is closed once, by whichever run comes first, and told as done by the product', async () => {
    const ids = [await leaving(), await leaving()]
    for (const id of ids) await begin(id)
    await closeDue(new Date(Date.now() + 71 * HOUR_MS).toISOString())
    expect(await due()).toHaveLength(2)
    await Promise.all([closeDue(late()), closeDue(late())])
    await closeDue(late())
    for (const id of ids) {
      const events = await bench.tenant(id).events(organizations, id)
      expect(events.filter(({ type }) => type === 'organization.closed')).toHaveLength(1)
      expect(events.at(-1)?.metadata).toMatchObject({ actorId: 'system', actorName: 'Tessera' })
      expect((await stored(id))?.status).toBe('closed')
    }
    expect(await due()).toEqual([])
  })

  test('comes to all of it where that is more than a page, and past one that cannot be closed, also where an earlier version kept it', async () => {
    const [id, closesAt] = [await leaving(), new Date(Date.now() - HOUR_MS).toISOString()]
    const keptBefore = (organizationId: string, sk = organizationId) =>
      put({ pk: dueClosingPartition, sk: `${closesAt}#${sk}` }, { organizationId, closesAt })
    const many = Array.from({ length: 110 }, (_, n) => keptBefore(n === 3 ? 'org_3'.repeat(500) : `org_${n}`, `org_${n}`))
    for (const some of [many.slice(0, 55), many.slice(55)]) await bench.tenant(id).commit(some)
    await bench.tenant(id).commit([patch(organizationKey(id), { closesAt }), keptBefore(id, 'org_last')])
    await closeDue(new Date().toISOString())
    expect((await stored(id))?.status).toBe('closed')
    expect(await due()).toMatchObject([{ sk: `${closesAt}#org_3` }])
    expect(await sweep({ clock: () => late(), isOver: () => false })).toMatchObject({ handedOut: 0, failed: 1 })
  })

  test('is closed in the story of whoever began it, and as what follows from its moment', async () => {
    const id = await leaving()
    await begin(id)
    const [told] = await bench.handOutDue(late())
    await bench.react(onClosingDue, told as DomainEvent)
    const events = await bench.tenant(id).events(organizations, id)
    expect(events.at(-1)?.metadata).toMatchObject({ causationId: told?.id, correlationId: events.at(-2)?.metadata.correlationId })
  })
})

test('offboarding and closing are nothing for an account manager; activating neither, suspending is', async () => {
  const manager = await bench.member(grace, { roleIds: ['rol_account_manager'] })
  const id = await leaving()
  for (const [handler, contract, missing] of [
    [offboard, contracts.offboardOrganization, 'organizations:close'],
    [close, contracts.closeOrganization, 'organizations:close'],
    [cancel, contracts.cancelClosing, 'organizations:close'],
    [activate, contracts.activateOrganization, 'organizations:activate'],
  ] as const) {
    const reply = await bench.request(handler, contract, { as: manager, params: { id } })
    expect([reply.body.code, reply.body.details]).toEqual(['FORBIDDEN', { missing, reference: expect.any(String) }])
  }
  const suspended = await bench.request(suspend, contracts.suspendOrganization, { as: manager, params: { id }, body: { reason: 'x' } })
  expect(suspended.body.code).toBe('INVALID_TRANSITION')
})
