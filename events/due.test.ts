import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import * as z from 'zod'
import { AwsError } from '../local/types.ts'
import { cancelDue, type Due, due, dueKind } from '../shared/due/due.ts'
import { newId } from '../shared/ids.ts'
import { dueKey } from '../shared/store/keys.ts'
import { put, remove } from '../shared/store/writes.ts'
import { logger, metrics } from '../shared/telemetry.ts'
import { standingDue, toldDue } from '../test/workbench/due.ts'
import { type Bench, openWorkbench } from '../test/workbench.ts'
import { handler, type Report, sweep } from './due.ts'
import { closingDue } from './organizations.ts'

let bench: Bench
const errors = jest.spyOn(logger, 'error')
beforeAll(async () => {
  bench = await openWorkbench()
})
afterAll(() => bench.close())
beforeEach(() => {
  errors.mockReset()
})

/** A kind that the product knows, with data by which a test tells its items apart. */
const counted = dueKind(closingDue.name, { summary: 'Of tests.', data: z.object({ n: z.number() }) })
/** To come, so that TTL cleans nothing away meanwhile. */
const DAY = '2126-03-01'
const minute = (n: number) => new Date(Date.parse(DAY) + n * 60_000).toISOString()
const EVENING = minute(23 * 60)

const run = (now: string, isOver: (report: Report) => boolean = () => false) => sweep({ clock: () => now, isOver })
const told = async (...tenants: string[]) =>
  (await Promise.all(tenants.map((id) => toldDue(id, DAY)))).flat().map((event) => ({ ...event, ...counted.data.parse(event.data) }))
const keep = (tenant: string, n: number, at: string, ref = `ref_${n}`) =>
  bench.tenant(tenant).commit(due(counted, { at, ref, data: { n } }))

test('an item becomes an event of its kind in its organization, in the story of the request that asked for it', async () => {
  const id = newId('org')
  await keep(id, 7, minute(5))
  expect(await run(minute(6))).toMatchObject({ handedOut: 1, failed: 0, lagSeconds: 60 })
  expect(await told(id)).toMatchObject([
    {
      type: 'organization.closing_due',
      version: 0,
      schemaVersion: 1,
      aggregateType: 'organization',
      aggregateId: 'ref_7',
      organizationId: id,
      timestamp: minute(6),
      data: { n: 7, dueAt: minute(5) },
      changes: {},
      metadata: { actorId: 'system', actorKind: 'system', actorName: 'Tessera', correlationId: 'bench', source: 'events-due' },
    },
  ])
  expect(await standingDue()).toEqual([])
})

test('its very moment counts as come, the one before does not', async () => {
  const id = newId('org')
  await keep(id, 1, minute(5))
  await run(new Date(Date.parse(minute(5)) - 1).toISOString())
  expect(await told(id)).toEqual([])
  await run(minute(5))
  expect(await told(id)).toHaveLength(1)
})

/** What may happen to items, of which there are a few that it happens to again and again. */
const item = fc.nat(5)
const at = fc.nat(20)
const most = fc.constantFrom(0, 1, 2, Number.POSITIVE_INFINITY)
const step = fc.oneof(
  fc.record({ what: fc.constant('keep' as const), item, at, during: fc.boolean(), now: at }),
  fc.record({ what: fc.constant('cancel' as const), item, during: fc.boolean(), now: at }),
  fc.record({ what: fc.constant('sweep' as const), now: at, most, others: fc.option(most) }),
)

test('whatever is kept, moved and cancelled, by sweeps killed and side by side: each item whose moment has come is told once, none early, none lost', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      const tenants = [newId('org'), newId('org')]
      const tenantOf = (of: number) => tenants[of % tenants.length] ?? ''
      const standing = new Map<number, { n: number; at: string }>()
      const kept = new Set<number>()
      const takenBack = new Set<number>()
      const killedAfter = (now: number, count: number) => run(minute(now), ({ handedOut }) => handedOut >= count)

      for (const [n, each] of steps.entries()) {
        if (each.what === 'sweep') {
          const counts = each.others === null ? [each.most] : [each.most, each.others]
          await Promise.all(counts.map((count) => killedAfter(each.now, count)))
        } else {
          const before = standing.get(each.item)
          const ref = `ref_${each.item}`
          const tenant = bench.tenant(tenantOf(each.item))
          const change =
            each.what === 'cancel'
              ? before && cancelDue(counted, { at: before.at, ref })
              : due(counted, { at: minute(each.at), ref, data: { n }, insteadOf: before?.at })
          await Promise.all([change && tenant.commit(change), each.during && run(minute(each.now))])
          standing.delete(each.item)
          if (each.what === 'keep') {
            kept.add(n)
            standing.set(each.item, { n, at: minute(each.at) })
          }
          const isTold = before && (await told(...tenants)).some((event) => event.n === before.n)
          if (before && !isTold) takenBack.add(before.n)
        }
        const events = await told(...tenants)
        expect(new Set(events.map((event) => event.n)).size).toBe(events.length)
        for (const event of events) {
          expect(event.dueAt <= event.timestamp).toBe(true)
          expect(takenBack).not.toContain(event.n)
        }
      }
      expect(await run(EVENING)).toMatchObject({ failed: 0 })
      const all = (await told(...tenants)).map((event) => event.n)
      expect(all.sort()).toEqual([...kept].filter((n) => !takenBack.has(n)).sort())
      expect(await standingDue()).toEqual([])
    }),
    { numRuns: 15 },
  )
})

test.each([
  ['replaced', (id: string, at: string) => keep(id, 2, at, 'x'), [2]],
  ['cancelled', (id: string, at: string) => bench.tenant(id).commit(cancelDue(counted, { at, ref: 'x' })), []],
] as const)('an item that was %s once it was read is not told as it was', async (_, change, left) => {
  const [id, at] = [newId('org'), minute(3)]
  await keep(id, 1, at, 'x')
  const changes = [change]
  const meanwhile = async (operation: string) => {
    if (operation === 'TransactWriteItems') await changes.pop()?.(id, at)
    return undefined
  }
  expect(await bench.whileTable(meanwhile, () => run(EVENING))).toMatchObject({ handedOut: 0, failed: 0 })
  expect(await run(EVENING)).toMatchObject({ handedOut: left.length, failed: 0 })
  expect((await told(id)).map(({ n }) => n)).toEqual(left)
})

test('more than a page in a shard is handed out by two sweeps at once, each item by one of them', async () => {
  const id = newId('org')
  const many = Array.from({ length: 150 }, (_, n) => due(counted, { at: minute(n), ref: `${n}.same`, data: { n } }))
  for (const some of [many.slice(0, 75), many.slice(75)]) await bench.tenant(id).commit(some)
  expect(new Set((await standingDue()).map(({ pk }) => pk)).size).toBe(1)
  const reports = await Promise.all([run(EVENING), run(EVENING)])
  expect(reports.map(({ handedOut }) => handedOut).reduce((sum, each) => sum + each)).toBe(150)
  expect(new Set((await told(id)).map(({ n }) => n)).size).toBe(150)
})

test('what a run does not come to, the next one does, the earliest first', async () => {
  const id = newId('org')
  const many = Array.from({ length: 80 }, (_, n) => due(counted, { at: minute(n), ref: `${n}.same`, data: { n } }))
  await bench.tenant(id).commit(many.toReversed())
  await run(EVENING, ({ handedOut }) => handedOut >= 1)
  const first = (await told(id)).map(({ n }) => n).sort((a, b) => a - b)
  expect(first.length).toBeLessThan(80)
  expect(first).toEqual([...first.keys()])
  await run(EVENING)
  expect(new Set((await told(id)).map(({ n }) => n))).toEqual(new Set(many.keys()))
})

describe('what cannot be handed out', () => {
  const sound = (organizationId: string, at = minute(1)): Due => ({
    kind: closingDue.name,
    version: 1,
    organizationId,
    ref: '0.same',
    at,
    data: '{}',
    correlationId: 'c',
  })

  test.each([
    ['of a kind that no context states', { kind: 'note.due' }],
    ['that would pass for an event of another sort', { kind: 'user.deleted' }],
    ['whose data is broken', { data: '{' }],
    ['that names no tenant', { organizationId: 'x'.repeat(3_000) }],
  ] as [string, Partial<Due>][])('%s is told in the log with its key, stays, and holds up nobody', async (_, over) => {
    const id = newId('org')
    const key = dueKey(id, sound(id))
    await bench.tenant(id).commit(put(key, { ...sound(id), ...over }))
    await keep(id, 2, minute(2), '2.same')
    expect(await run(minute(9))).toEqual({ handedOut: 1, failed: 1, lagSeconds: 480 })
    expect((await told(id)).map(({ n }) => n)).toEqual([2])
    expect(errors.mock.calls).toMatchObject([[expect.any(String), { ...key, error: expect.anything() }]])
    expect(await standingDue()).toMatchObject([key])
    await bench.tenant(id).commit(remove(key))
  })

  test('fails the run once it has done the rest, and how long the oldest has waited is a metric', async () => {
    const id = newId('org')
    const measured = jest.spyOn(metrics, 'addMetric')
    const waiting = sound(id, new Date(Date.now() - 3_600_000).toISOString())
    await bench.tenant(id).commit(put(dueKey(id, waiting), { ...waiting, kind: 'note.due' }))
    await expect(handler()).rejects.toThrow('1 due items could not be handed out. The log has their keys.')
    const [[name, unit, value] = []] = measured.mock.calls
    expect([name, unit]).toEqual(['due_lag_seconds', 'Seconds'])
    expect(value).toBeGreaterThanOrEqual(3_600)
    await bench.tenant(id).commit(remove(dueKey(id, waiting)))
    expect(await handler()).toEqual({ handedOut: 0, failed: 0, lagSeconds: 0 })
  })

  test('as a shard does not answer, comes with the next run, and the other shards with this one', async () => {
    const id = newId('org')
    for (const n of [1, 2, 3, 4, 5, 6, 7, 8]) await keep(id, n, minute(1), `ref_${n}`)
    const silent = (_: string, input: object) => {
      if (JSON.stringify(input).includes('"DUE#0"')) throw new AwsError('AccessDeniedException', 'away')
      return undefined
    }
    expect(await bench.whileTable(silent, () => run(EVENING))).toMatchObject({ failed: 1 })
    await run(EVENING)
    expect(await told(id)).toHaveLength(8)
    expect(errors.mock.calls).toMatchObject([['What is due could not be read', { pk: 'DUE#0' }]])
  })
})
