import { beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { DomainEvent } from '../../shared/event.ts'
import { newId } from '../../shared/ids.ts'
import type { Watch } from '../../test/workbench/watched.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import { type AuditEntry, toEntry } from './audit-entry.ts'
import { listAuditLogs } from './contract.ts'
import { handler as list } from './list-audit-logs.ts'
import { handler as onAnyEvent } from './on-any-event.ts'

/** Every filter, and every two of them, against brute force, with what a page reads of the record. */

let read = 0
const ofRecord = (item: Record<string, { S?: string }>) => /#AUDIT#/.test(item.pk?.S ?? '')
const countRows: Watch = ({ operation }, { body }) => {
  if (!/Query|BatchGetItem/.test(operation)) return
  const { Items, Responses = {} } = JSON.parse(String(body)) as {
    Items?: Record<string, { S?: string }>[]
    Responses?: Record<string, Record<string, { S?: string }>[]>
  }
  read += [...(Items ?? []), ...Object.values(Responses).flat()].filter(ofRecord).length
}

const bench = workbench({ watchTable: countRows })
let ada: Person
/** Many who ask, as each may ask only so often. */
let readers: Person[]
let asked = 0
/** When all began: the organization is older. */
let began: number
let written: AuditEntry[]

const VALUES = {
  actorId: ['usr_1', 'usr_2', 'system'],
  action: ['user.updated', 'auth.login.failed', 'auth.login.success', 'group.updated'],
  resourceId: ['user_1', 'user_2', 'group_1', 'session_1', 'session_2'],
  resourceType: ['user', 'group', 'session'],
  ip: ['192.0.2.1', '192.0.2.2'],
} as const
/** As in the product, an action is of one type. */
const TYPES: Record<string, string> = { 'user.updated': 'user', 'group.updated': 'group' }
const ENTRIES = 150

const pick = <T>(values: readonly T[], n: number) => values[n % values.length] as T

function eventOf(n: number, [a, b, c, d]: readonly number[]): DomainEvent {
  const at = began + n
  const type = pick(VALUES.action, a ?? 0)
  const of = TYPES[type] ?? 'session'
  const ip = pick([...VALUES.ip, undefined], d ?? 0)
  const metadata = { actorId: pick(VALUES.actorId, b ?? 0), correlationId: 'c', requestId: 'r', source: 's' }
  return {
    id: newId('evt', at),
    type,
    version: 1,
    schemaVersion: 1,
    aggregateType: of,
    // A thing is of one type, as in the product.
    aggregateId: pick(
      VALUES.resourceId.filter((id) => id.startsWith(of)),
      c ?? 0,
    ),
    organizationId: ada.organizationId,
    timestamp: new Date(at).toISOString(),
    data: {},
    changes: {},
    metadata: { ...metadata, actorKind: 'member', ...(ip === undefined ? {} : { ipAddress: ip }) },
  }
}

beforeAll(async () => {
  ada = await bench.founder()
  readers = await Promise.all(Array.from({ length: 12 }, () => bench.member(ada, { roleIds: ['rol_admin'] })))
  began = Date.now()
  const seeds = fc.sample(fc.tuple(fc.nat(11), fc.nat(11), fc.nat(11), fc.nat(11)), ENTRIES)
  const events = seeds.map((seed, n) => eventOf(n, seed))
  for (let n = 0; n < events.length; n += 10) expect(await bench.react(onAnyEvent, ...events.slice(n, n + 10))).toEqual([])
  written = events.map(toEntry).sort((one, other) => (one.id < other.id ? 1 : -1))
})

type Query = Record<string, string>

const matches = (entry: AuditEntry, { actorId, action, resourceType, resourceId, ip, success, from, to }: Query) =>
  (!actorId || entry.actor.id === actorId) &&
  (!action || entry.action === action) &&
  (!resourceType || entry.resource.type === resourceType) &&
  (!resourceId || entry.resource.id === resourceId) &&
  (!ip || entry.ipAddress === ip) &&
  (!success || String(entry.success) === success) &&
  (!from || entry.timestamp >= from) &&
  (!to || entry.timestamp <= to)

interface Walked {
  ids: string[]
  pages: { returned: number; read: number; waves: number }[]
}

async function walk(query: Query, limit: number): Promise<Walked> {
  const walked: Walked = { ids: [], pages: [] }
  for (let cursor: string | undefined; ; ) {
    read = 0
    const as = readers[asked++ % readers.length] as Person
    const reply = await bench.request(list, listAuditLogs, { as, query: { ...query, limit: String(limit), ...(cursor ? { cursor } : {}) } })
    expect(reply.status).toBe(200)
    walked.ids.push(...reply.body.data.map(({ id }: AuditEntry) => id))
    walked.pages.push({ returned: reply.body.data.length, read, waves: reply.cost.waves })
    cursor = reply.body.meta.nextCursor ?? undefined
    if (cursor === undefined) return walked
  }
}

const values = fc.record({
  actorId: fc.constantFrom(...VALUES.actorId),
  action: fc.constantFrom(...VALUES.action),
  resourceType: fc.constantFrom(...VALUES.resourceType),
  resourceId: fc.constantFrom(...VALUES.resourceId),
  ip: fc.constantFrom(...VALUES.ip),
  success: fc.constantFrom('true', 'false'),
})
const FILTERS = ['actorId', 'action', 'resourceType', 'resourceId', 'ip', 'success'] as const
const ALONE = FILTERS.map((name) => [name])
const PAIRS = FILTERS.flatMap((one, n) => FILTERS.slice(n + 1).map((other) => [one, other]))

const span = fc.record({ from: fc.nat(ENTRIES - 1), to: fc.nat(ENTRIES - 1) }, { requiredKeys: [] })
const timesOf = ({ from, to }: { from?: number; to?: number }) => ({
  ...(from === undefined ? {} : { from: written[from]?.timestamp ?? '' }),
  ...(to === undefined ? {} : { to: written[to]?.timestamp ?? '' }),
})

/** Beyond it, however long the page: of each of two shards, or of four, by at most two trips, what chance makes uneven and one to know whether there is more. */
const spareOf = (names: string) => (names === 'success' ? 60 : 30)

/**
 * A row and its entry are two reads. Where success is not asked for, two lists of one field are merged, each read as far as the page goes: so a
 * page by type or address alone may read two rows beside each entry, which together are less than a fifth of it.
 */
const timesRead = (asked: string) => (asked === 'resourceType' || asked === 'ip' ? 3 : 2)

test.each(
  [...ALONE, ...PAIRS].map((names) => names.join(' ')),
)('by %s, what matches is given once, newest first, and a page reads twice what it returns', async (names) => {
  const given = names.split(' ')
  await fc.assert(
    fc.asyncProperty(values, span, fc.constantFrom(3, 20, 100), async (all, times, limit) => {
      const query = { ...Object.fromEntries(given.map((name) => [name, all[name as keyof typeof all]])), ...timesOf(times) }
      const { ids, pages } = await walk(query, limit)
      expect(ids).toEqual(written.filter((entry) => matches(entry, query)).map(({ id }) => id))
      for (const page of pages) {
        // An action or a thing of another type has nothing, which its first page shows.
        const least = names.includes('resourceType') && ids.length === 0 ? limit : 0
        expect(page.read).toBeLessThanOrEqual(timesRead(names) * Math.max(page.returned, least) + spareOf(names))
        expect(page.waves).toBeLessThanOrEqual(4)
      }
    }),
    { numRuns: 6 },
  )
})

test('three filters and more are answered alike, within the trips of a page', async () => {
  await fc.assert(
    fc.asyncProperty(fc.subarray([...FILTERS], { minLength: 3 }), values, async (names, all) => {
      const query = Object.fromEntries(names.map((name) => [name, all[name]]))
      const { ids, pages } = await walk(query, 20)
      expect(ids).toEqual(written.filter((entry) => matches(entry, query)).map(({ id }) => id))
      for (const { waves } of pages) expect(waves).toBeLessThanOrEqual(4)
    }),
    { numRuns: 15 },
  )
})
