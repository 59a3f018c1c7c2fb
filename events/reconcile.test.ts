import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals'
import { handler as onAnyEvent } from '../functions/audit/on-any-event.ts'
import { AwsError } from '../local/types.ts'
import { accessDenied } from '../shared/access/denied.ts'
import type { DomainEvent } from '../shared/event.ts'
import { toRecord } from '../shared/event.ts'
import { newId } from '../shared/ids.ts'
import { auditId, auditKey } from '../shared/store/audit-keys.ts'
import {
  denialKey,
  eventKey,
  eventShard,
  type Key,
  reconcilerKey,
  shardOf,
  signalKey,
  TENANT_SHARDS,
  tenantPartition,
  tenantsKey,
} from '../shared/store/keys.ts'
import { meter } from '../shared/store/meter.ts'
import { tableFor } from '../shared/store/table.ts'
import { openTenant } from '../shared/store/tenant.ts'
import { put, putNew, remove, signal } from '../shared/store/writes.ts'
import { logger } from '../shared/telemetry.ts'
import { type Bench, openWorkbench } from '../test/workbench.ts'
import { handler, type Report, reconcile } from './reconcile.ts'
import { sourcesOf } from './reconcile-walk.ts'

let bench: Bench
jest.spyOn(logger, 'error').mockImplementation(() => undefined)
jest.spyOn(console, 'log').mockImplementation(() => undefined)
beforeAll(async () => {
  bench = await openWorkbench()
})
afterAll(() => bench.close())

const NOW = Date.UTC(2026, 4, 10, 0, 30)
const MINUTE = 60_000
const tenants = Array.from({ length: 5 }, () => newId('org'))

const metadata = { actorId: 'usr_1', actorKind: 'member' as const, correlationId: 'c', requestId: 'r', source: 's' }
const open = (id: string, now = new Date(NOW).toISOString()) => openTenant({ id, meter: meter(), now, metadata })

function eventOf(organizationId: string, ageMinutes: number): DomainEvent {
  const at = NOW - ageMinutes * MINUTE
  return {
    id: newId('evt', at),
    type: 'user.updated',
    version: 1,
    schemaVersion: 1,
    aggregateType: 'user',
    aggregateId: newId('usr'),
    organizationId,
    timestamp: new Date(at).toISOString(),
    data: {},
    changes: { phone: { new: '+64211234567' } },
    metadata,
  }
}

async function store(event: DomainEvent, broken = false): Promise<DomainEvent> {
  const [g1pk, g1sk] = eventShard(event.organizationId, event.id, event.timestamp)
  const key = eventKey(tenantPartition(event.organizationId, 'USER', event.aggregateId), 1)
  const record = { ...toRecord(event), ...(broken ? { packed: Buffer.from('?') } : {}), g1pk, g1sk }
  await open(event.organizationId).commit(putNew(key, record, 'CONFLICT'))
  return event
}

beforeEach(async () => {
  bench.published.splice(0)
  const directory = open(tenants[0] ?? '')
  await directory.commit([remove(reconcilerKey), ...tenants.map((id) => put(tenantsKey(id), { id }))])
})

const publishedIds = () =>
  bench.published
    .flatMap(({ body }) => (JSON.parse(body.toString()) as { Entries: { Detail: string }[] }).Entries)
    .map(({ Detail }) => (JSON.parse(Detail) as DomainEvent).id)

const run = (isOver: (report: Report) => boolean = () => false, epochMs = NOW) =>
  reconcile({ now: new Date(epochMs).toISOString(), isOver })

/** What the bus would do with everything that was published since. */
async function deliver() {
  const details = bench.published
    .splice(0)
    .flatMap(({ body }) => (JSON.parse(body.toString()) as { Entries: { Detail: string }[] }).Entries)
    .map(({ Detail }) => JSON.parse(Detail) as DomainEvent)
  expect(await bench.react(onAnyEvent, ...details)).toEqual([])
}

test('an event whose relay was lost is published and gets its entry; those that have one are left alone', async () => {
  const [first = '', second = ''] = tenants
  const lost = await Promise.all([eventOf(first, 6), eventOf(first, 45), eventOf(second, 20 * 60)].map((event) => store(event)))
  const arrived = await Promise.all([eventOf(first, 10), eventOf(second, 60)].map((event) => store(event)))
  const young = await store(eventOf(first, 4))
  await bench.react(onAnyEvent, ...arrived)

  const report = await run()
  expect(report).toMatchObject({ checked: 5, republished: 3, isDone: true })
  expect(publishedIds().sort()).toEqual(lost.map(({ id }) => id).sort())

  await deliver()
  for (const { id, organizationId } of lost)
    expect((await open(organizationId).read(auditKey(organizationId, auditId(id))))[0]).toMatchObject({ action: 'user.updated' })
  expect(await run()).toMatchObject({ republished: 0, isDone: true })
  expect(publishedIds()).toEqual([])

  await run(undefined, NOW + 2 * MINUTE)
  expect(publishedIds()).toEqual([young.id])
})

test('signals count as events', async () => {
  const [tenant = ''] = tenants
  const at = new Date(NOW - 7 * MINUTE).toISOString()
  const denial = { event: accessDenied, aggregate: { type: 'user', id: 'usr_1' }, data: { route: 'r', code: 'FORBIDDEN' } }
  await open(tenant, at).commit(signal({ ...denial, fold: 'usr_1#r#1' }))
  await open(tenant, new Date(NOW - MINUTE).toISOString()).commit(signal({ ...denial, fold: 'usr_1#r#2' }))
  await run()
  const details = bench.published.flatMap(
    ({ body }) => (JSON.parse(body.toString()) as { Entries: { Detail: string; Source: string }[] }).Entries,
  )
  const denials = details.filter(({ Source }) => Source === 'tessera.access')
  expect(denials.map(({ Detail }) => (JSON.parse(Detail) as DomainEvent).timestamp)).toEqual([at])
  await deliver()
})

test('a run that is cut off is continued by the next, and none of it is published twice', async () => {
  const lost = await Promise.all(tenants.flatMap((tenant) => [store(eventOf(tenant, 30)), store(eventOf(tenant, 31))]))
  let runs = 0
  for (let isDone = false; !isDone; runs++) ({ isDone } = await run((report) => report.pages >= 3))
  expect(runs).toBeGreaterThan(3)
  const ids = publishedIds().filter((id) => lost.some((event) => event.id === id))
  expect(ids.sort()).toEqual(lost.map(({ id }) => id).sort())
  await deliver()
})

test('a tenant with more events than a page is walked through', async () => {
  const [tenant = ''] = tenants
  const lost = await Promise.all(Array.from({ length: 130 }, () => store(eventOf(tenant, 20))))
  for (let isDone = false; !isDone; ) ({ isDone } = await run((report) => report.pages >= 1))
  expect(new Set(publishedIds())).toEqual(new Set(lost.map(({ id }) => id)))
  expect(publishedIds()).toHaveLength(130)
  await deliver()
})

const away = () => {
  throw new AwsError('AccessDeniedException', 'away')
}

test('what the bus does not take is found again by the next run', async () => {
  const [tenant = ''] = tenants
  const lost = await store(eventOf(tenant, 15))
  await expect(bench.whileBus(away, () => run())).rejects.toThrow('The event bus refused 1 of 1 events.')
  await run()
  expect(publishedIds()).toEqual([lost.id])
  await deliver()
})

test('what the bus does not take of one organization keeps no other waiting', async () => {
  let other = newId('org')
  while (shardOf(other, TENANT_SHARDS) === shardOf(tenants[0] ?? '', TENANT_SHARDS)) other = newId('org')
  await open(other).commit(put(tenantsKey(other), { id: other }))
  const [refused, taken] = [await store(eventOf(tenants[0] ?? '', 14)), await store(eventOf(other, 14))]
  const awayForOne = (_: string, input: object) => (JSON.stringify(input).includes(refused.id) ? away() : undefined)
  await expect(bench.whileBus(awayForOne, () => run())).rejects.toThrow('The event bus refused 1 of 1 events.')
  expect(publishedIds()).toContain(taken.id)
  await deliver()
  await run()
  expect(publishedIds()).toEqual([refused.id])
  await deliver()
})

test('an event that nobody can read keeps nothing else from being published', async () => {
  const [tenant = ''] = tenants
  await store(eventOf(tenant, 12), true)
  const lost = await store(eventOf(tenant, 11))
  expect(await run()).toMatchObject({ republished: 1, isDone: true })
  expect(publishedIds()).toEqual([lost.id])
  await deliver()
})

test('what lies among the denials and is none, or speaks for another organization, is not published', async () => {
  const [tenant = '', other = ''] = tenants
  const at = new Date(NOW - 10 * MINUTE).toISOString()
  const forge = (event: DomainEvent, { pk, sk }: Key) => open(tenant, at).commit(putNew({ pk, sk }, toRecord(event), 'CONFLICT'))
  const day = at.slice(0, 10)
  await forge(eventOf(tenant, 10), denialKey(tenant, day, 'x'))
  await forge({ ...eventOf(other, 10), type: 'access.denied' }, denialKey(tenant, day, 'y'))
  await forge(eventOf(other, 10), signalKey(tenant, day, 'z'))
  expect(await run()).toMatchObject({ republished: 0, isDone: true })
  expect(publishedIds()).toEqual([])
  await open(tenant).commit(
    [denialKey(tenant, day, 'x'), denialKey(tenant, day, 'y'), signalKey(tenant, day, 'z')].map((key) => remove(key)),
  )
})

test('the next walk begins an hour before the end of the last, however long ago that was', async () => {
  await run()
  const lost = await store(eventOf(tenants[0] ?? '', 50))
  const forgotten = await store(eventOf(tenants[0] ?? '', 80))
  const later = await run(undefined, NOW + 4 * 24 * 60 * MINUTE)
  expect(later.isDone).toBe(true)
  expect(publishedIds()).toContain(lost.id)
  expect(publishedIds()).not.toContain(forgotten.id)
})

test('the scheduled function does the same with the clock of the day', async () => {
  expect(await handler()).toMatchObject({ isDone: true })
  expect((await tableFor(undefined, meter()).read([reconcilerKey]))[0]?.walk).toMatchObject({ isDone: true })
})

test('a stretch over midnight has the lists of both days', () => {
  expect(sourcesOf({ from: '2026-05-09T23:00:00.000Z', until: '2026-05-10T00:25:00.000Z' })).toEqual([
    { kind: 'events', day: '2026-05-09' },
    { kind: 'signals', day: '2026-05-09' },
    { kind: 'denials', day: '2026-05-09' },
    { kind: 'events', day: '2026-05-10' },
    { kind: 'signals', day: '2026-05-10' },
    { kind: 'denials', day: '2026-05-10' },
  ])
})
