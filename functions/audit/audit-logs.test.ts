import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { applicationRecorded } from '../../events/audit.ts'
import { organizationUpdated } from '../../events/organizations.ts'
import type { DomainEvent } from '../../shared/event.ts'
import { newId } from '../../shared/ids.ts'
import { auditId } from '../../shared/store/audit-keys.ts'
import { changed } from '../../shared/store/entity.ts'
import { save } from '../../shared/store/writes.ts'
import { logger } from '../../shared/telemetry.ts'
import { type Bench, openWorkbench, type Person, type Reply } from '../../test/workbench.ts'
import { organizations } from '../organizations/door.ts'
import { type AuditEntry, toEntry } from './audit-entry.ts'
import { putEntry } from './audit-store.ts'
import { getAuditLog, listAuditLogs } from './contract.ts'
import { auditByActor } from './door.ts'
import { handler as get } from './get-audit-log.ts'
import { handler as list } from './list-audit-logs.ts'
import { handler as onAnyEvent } from './on-any-event.ts'

let bench: Bench
let ada: Person
let written: AuditEntry[]

/** Entries of several months, newest last; the organization is made as old as the first. */
const MONTHS_AGO = [14, 13, 13, 5, 5, 4, 2, 1, 1, 0, 0, 0]
const DAY_MS = 86_400_000

const eventAt = (n: number, epochMs: number): DomainEvent => ({
  id: newId('evt', epochMs),
  type: ['user.updated', 'user.locked', 'auth.login.failed'][n % 3] as string,
  version: 1,
  schemaVersion: 1,
  aggregateType: n % 2 ? 'user' : 'session',
  aggregateId: `usr_${n % 4}`,
  organizationId: ada.organizationId,
  timestamp: new Date(epochMs).toISOString(),
  data: {},
  changes: {},
  metadata: {
    actorId: `usr_${n % 3}`,
    actorKind: 'member',
    correlationId: 'c',
    requestId: `r${n}`,
    source: 's',
    ipAddress: `192.0.2.${n % 2}`,
  },
})

beforeAll(async () => {
  bench = await openWorkbench()
  ada = await bench.founder()
  const tenant = bench.tenant(ada.organizationId)
  const organization = await tenant.get(organizations, ada.organizationId)
  if (!organization) throw new Error('The founder has no organization.')
  const now = Date.now()
  const createdAt = new Date(now - 15 * 31 * DAY_MS).toISOString()
  await tenant.commit(
    save(organizations, changed(organization, { createdAt }, { event: organizationUpdated, at: new Date(now).toISOString() })),
  )
  const events = MONTHS_AGO.flatMap((months, n) =>
    [0, 1, 2].map((m) => eventAt(3 * n + m, now - months * 31 * DAY_MS - (40 - n) * 1000 - m)),
  )
  expect(await bench.react(onAnyEvent, ...events)).toEqual([])
  written = events.map(toEntry).sort((a, b) => (a.id < b.id ? 1 : -1))
})
afterAll(() => bench.close())

const ask = (query: Record<string, string> = {}, as = ada) => bench.request(list, listAuditLogs, { as, query })
const idsOf = (reply: Reply): string[] => reply.body.data.map(({ id }: AuditEntry) => id)

async function walk(query: Record<string, string>): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | undefined
  for (let pages = 0; pages < 100; pages++) {
    const reply = await ask({ ...query, ...(cursor ? { cursor } : {}) })
    expect(reply.status).toBe(200)
    ids.push(...idsOf(reply))
    cursor = reply.body.meta.nextCursor ?? undefined
    if (!cursor) return ids
  }
  throw new Error('The list does not end.')
}

test('the newest entries come first, in two waves', async () => {
  const reply = await ask({ limit: '5' })
  expect(reply.body.data).toEqual(written.slice(0, 5))
  expect(reply.cost.waves).toBe(2)
})

test('every filter combination with every page size gives each matching entry once, newest first', async () => {
  const filters = fc.record(
    {
      actorId: fc.constantFrom('usr_0', 'usr_1', 'usr_9'),
      action: fc.constantFrom('user.updated', 'auth.login.failed'),
      resourceType: fc.constantFrom('user', 'session'),
      resourceId: fc.constantFrom('usr_1', 'usr_2'),
      success: fc.constantFrom('true', 'false'),
      ip: fc.constantFrom('192.0.2.0', '192.0.2.1'),
      from: fc.constantFrom(...[0, 7, 20].map((n) => () => written[n]?.timestamp ?? '')),
      to: fc.constantFrom(...[0, 10, 30].map((n) => () => written[n]?.timestamp ?? '')),
    },
    { requiredKeys: [] },
  )
  await fc.assert(
    fc.asyncProperty(filters, fc.constantFrom('1', '3', '100'), async ({ from: since, to: until, ...equal }, limit) => {
      const from = since?.()
      const to = until?.()
      const query = { ...equal, ...(from ? { from } : {}), ...(to ? { to } : {}), limit } as Record<string, string>
      const matches = (entry: AuditEntry) =>
        (!equal.actorId || entry.actor.id === equal.actorId) &&
        (!equal.action || entry.action === equal.action) &&
        (!equal.resourceType || entry.resource.type === equal.resourceType) &&
        (!equal.resourceId || entry.resource.id === equal.resourceId) &&
        (!equal.success || String(entry.success) === equal.success) &&
        (!equal.ip || entry.ipAddress === equal.ip) &&
        (!from || entry.timestamp >= from) &&
        (!to || entry.timestamp <= to)
      expect(await walk(query)).toEqual(written.filter(matches).map(({ id }) => id))
    }),
    { numRuns: 40 },
  )
})

test('a time in which nothing can have happened is empty', async () => {
  const reply = await ask({ from: '2099-01-01T00:00:00Z' })
  expect(reply.body).toMatchObject({ data: [], meta: { nextCursor: null } })
  expect((await ask({ to: '2001-01-01T00:00:00+12:00' })).body.data).toEqual([])
})

test('an unknown filter and a wrong time are refused', async () => {
  expect((await ask({ userId: 'usr_1' })).status).toBe(400)
  expect((await ask({ from: 'yesterday' })).body.details).toEqual({ from: expect.stringContaining('2026-01-31') })
})

test('a cursor of one list opens no other', async () => {
  const { nextCursor } = (await ask({ limit: '1' })).body.meta
  expect((await ask({ cursor: nextCursor, actorId: 'usr_1' })).body.code).toBe('INVALID_CURSOR')
})

test('what one person did is told to other contexts too', async () => {
  const page = await auditByActor(bench.tenant(ada.organizationId), 'usr_1', { limit: 3 })
  expect(page.items).toEqual(written.filter(({ actor }) => actor.id === 'usr_1').slice(0, 3))
  expect(page.nextCursor).not.toBeNull()
})

test('one entry is read in one wave', async () => {
  const [entry] = written
  const reply = await bench.request(get, getAuditLog, { as: ada, params: { id: entry?.id ?? '' } })
  expect(reply.body).toEqual({ success: true, data: entry })
  expect(reply.cost.waves).toBe(1)
  expect(reply.cost.rru).toBeLessThanOrEqual(4)
})

test('what is no entry is not found', async () => {
  for (const id of [auditId(newId('evt')), 'aud_!', 'aud_zzzzzzzzzzzzzzzzzzzzzzzzzz'])
    expect((await bench.request(get, getAuditLog, { as: ada, params: { id } })).status).toBe(404)
})

test('what an application tells of an id that is ours hides nothing of what happened to it', async () => {
  const about = { aggregateId: 'usr_hidden', timestamp: new Date().toISOString() }
  const ours = { ...eventAt(0, Date.now()), ...about, aggregateType: 'user' }
  const data = { action: 'user.seen', success: true, details: {} }
  const theirs = Array.from({ length: 4 }, (_, n) => ({
    ...eventAt(n, Date.now() + n),
    ...about,
    type: applicationRecorded.name,
    aggregateType: 'app.user',
    data,
  }))
  expect(await bench.react(onAnyEvent, ours, ...theirs)).toEqual([])
  expect(await walk({ resourceType: 'user', resourceId: 'usr_hidden', limit: '3' })).toEqual([auditId(ours.id)])
  expect(await walk({ resourceType: 'app.user', resourceId: 'usr_hidden', limit: '3' })).toHaveLength(4)
})

test('another tenant sees none of it', async () => {
  const eve = await bench.founder()
  expect((await ask({}, eve)).body.data).toEqual([])
  expect((await bench.request(get, getAuditLog, { as: eve, params: { id: written[0]?.id ?? '' } })).status).toBe(404)
})

test('an event delivered again, beside new ones, changes nothing and holds nothing up', async () => {
  const before = await walk({ limit: '100' })
  const [known] = written
  const old = { ...eventAt(1, Date.now()), id: known?.eventId ?? '', type: 'user.deleted' }
  const fresh = eventAt(2, Date.now())
  expect(await bench.react(onAnyEvent, old, fresh, fresh)).toEqual([])
  expect(await walk({ limit: '100' })).toEqual([auditId(fresh.id), ...before])
  expect((await bench.request(get, getAuditLog, { as: ada, params: { id: known?.id ?? '' } })).body.data).toEqual(known)
})

test('that something else stands in the place of an event is told, and that the same does is not', async () => {
  const errors = jest.spyOn(logger, 'error').mockImplementation(() => undefined)
  const event = eventAt(7, Date.now())
  expect(await bench.react(onAnyEvent, event)).toEqual([])
  expect(await bench.react(onAnyEvent, event)).toEqual([])
  expect(errors).not.toHaveBeenCalled()
  expect(await bench.react(onAnyEvent, { ...event, data: { reason: 'another' } })).toEqual([])
  expect(errors.mock.calls).toEqual([[expect.stringContaining('in the place of an event'), expect.objectContaining({ eventId: event.id })]])
  errors.mockRestore()
})

test('an event that cannot be recorded comes back alone', async () => {
  const good = eventAt(4, Date.now())
  // More than an item may hold, however it is packed.
  const bad = { ...eventAt(5, Date.now()), data: { text: randomBytes(450_000).toString('base64') } }
  const eve = await bench.founder()
  const other = { ...eventAt(6, Date.now()), organizationId: eve.organizationId }
  expect(await bench.react(onAnyEvent, bad, { id: '' } as DomainEvent, good, other)).toEqual(['message-0', 'message-1'])
  expect((await bench.request(get, getAuditLog, { as: ada, params: { id: auditId(good.id) } })).status).toBe(200)
  expect((await ask({}, eve)).body.data).toHaveLength(1)
})

test('an entry is never written over', async () => {
  const [known] = written
  if (!known) throw new Error('Nothing was written.')
  await expect(bench.tenant(ada.organizationId).commit(putEntry(ada.organizationId, known))).rejects.toThrow(
    expect.objectContaining({ code: 'CONFLICT' }),
  )
})
