import { beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { organizationUpdated } from '../../events/organizations.ts'
import type { DomainEvent } from '../../shared/event.ts'
import { newId } from '../../shared/ids.ts'
import { firstIdAt } from '../../shared/store/audit-keys.ts'
import { changed } from '../../shared/store/entity.ts'
import { save } from '../../shared/store/writes.ts'
import type { Watch } from '../../test/workbench/watched.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import { type Organization, organizations } from '../organizations/door.ts'
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

/** An organization with entries, newest first, and many who ask for them, as each may ask only so often. */
interface World {
  readers: Person[]
  written: AuditEntry[]
}
/** What must hold of all that there can be is tried on what nobody chose. */
let chance: World
/** What is counted depends on how the ids fall on shards: here they are the same in every run, as are the questions. */
let same: World
const SEED = 9
const SAME_SINCE = Date.UTC(2025, 0, 15)
let asked = 0

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

interface Dated {
  organizationId: string
  id: `evt_${string}`
  at: number
}

function eventOf({ organizationId, id, at }: Dated, [a, b, c, d]: readonly number[]): DomainEvent {
  const type = pick(VALUES.action, a ?? 0)
  const of = TYPES[type] ?? 'session'
  const ip = pick([...VALUES.ip, undefined], d ?? 0)
  const metadata = { actorId: pick(VALUES.actorId, b ?? 0), correlationId: 'c', requestId: 'r', source: 's' }
  return {
    id,
    type,
    version: 1,
    schemaVersion: 1,
    aggregateType: of,
    // A thing is of one type, as in the product.
    aggregateId: pick(
      VALUES.resourceId.filter((id) => id.startsWith(of)),
      c ?? 0,
    ),
    organizationId,
    timestamp: new Date(at).toISOString(),
    data: {},
    changes: {},
    metadata: { ...metadata, actorKind: 'member', ...(ip === undefined ? {} : { ipAddress: ip }) },
  }
}

/** The organization is older than its entries, the first of which is of `began`. */
async function made(began: number, idAt: (epochMs: number) => `evt_${string}`, seed?: number): Promise<World> {
  const ada = await bench.founder()
  const { organizationId } = ada
  const readers = await Promise.all(Array.from({ length: 12 }, () => bench.member(ada, { roleIds: ['rol_admin'] })))
  const tenant = bench.tenant(organizationId)
  const organization = (await tenant.get(organizations, organizationId)) as Organization
  const older = { createdAt: new Date(began - 1).toISOString() }
  const now = new Date().toISOString()
  await tenant.commit(save(organizations, changed(organization, older, { event: organizationUpdated, at: now })))
  const one = fc.tuple(fc.nat(11), fc.nat(11), fc.nat(11), fc.nat(11))
  const picked = fc.sample(one, { numRuns: ENTRIES, ...(seed === undefined ? {} : { seed }) })
  const events = picked.map((numbers, n) => eventOf({ organizationId, id: idAt(began + n), at: began + n }, numbers))
  for (let n = 0; n < events.length; n += 10) expect(await bench.react(onAnyEvent, ...events.slice(n, n + 10))).toEqual([])
  return { readers, written: events.map(toEntry).sort((one, other) => (one.id < other.id ? 1 : -1)) }
}

beforeAll(async () => {
  chance = await made(Date.now() - ENTRIES, (at) => newId('evt', at))
  same = await made(SAME_SINCE, (at) => firstIdAt('evt', at) as `evt_${string}`, SEED)
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

async function walk({ readers }: World, query: Query, limit: number): Promise<Walked> {
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
const timesOf = ({ written }: World, { from, to }: { from?: number; to?: number }) => ({
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

const idsIn = ({ written }: World, query: Query) => written.filter((entry) => matches(entry, query)).map(({ id }) => id)

/** Asks, with values for these filters and times, page by page; what comes must be what there is. */
const asking = (worldOf: () => World, given: readonly string[], look: (walked: Walked, limit: number) => void = () => {}) =>
  fc.asyncProperty(values, span, fc.constantFrom(3, 20, 100), async (all, times, limit) => {
    const world = worldOf()
    const query = { ...Object.fromEntries(given.map((name) => [name, all[name as keyof typeof all]])), ...timesOf(world, times) }
    const walked = await walk(world, query, limit)
    expect(walked.ids).toEqual(idsIn(world, query))
    for (const { waves } of walked.pages) expect(waves).toBeLessThanOrEqual(4)
    look(walked, limit)
  })

describe.each([...ALONE, ...PAIRS].map((names) => names.join(' ')))('by %s', (names) => {
  const given = names.split(' ')
  test('what matches is given once, newest first', async () => {
    const query = asking(() => chance, given)
    await fc.assert(query, { numRuns: 6 })
  })
  test('a page reads twice what it returns', async () => {
    const query = asking(
      () => same,
      given,
      ({ ids, pages }, limit) => {
        // An action or a thing of another type has nothing, which its first page shows.
        const least = names.includes('resourceType') && ids.length === 0 ? limit : 0
        for (const page of pages) expect(page.read).toBeLessThanOrEqual(timesRead(names) * Math.max(page.returned, least) + spareOf(names))
      },
    )
    await fc.assert(query, { numRuns: 6, seed: SEED })
  })
})

test('three filters and more are answered alike, within the trips of a page', async () => {
  await fc.assert(
    fc.asyncProperty(fc.subarray([...FILTERS], { minLength: 3 }), values, async (names, all) => {
      const query = Object.fromEntries(names.map((name) => [name, all[name]]))
      const { ids, pages } = await walk(chance, query, 20)
      expect(ids).toEqual(idsIn(chance, query))
      for (const { waves } of pages) expect(waves).toBeLessThanOrEqual(4)
    }),
    { numRuns: 15 },
  )
})
