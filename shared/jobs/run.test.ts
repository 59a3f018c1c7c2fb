import { beforeEach, describe, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import * as z from 'zod'
import { workbench } from '../../test/workbench.ts'
import { problem } from '../errors.ts'
import { type DomainEvent, fromRecord } from '../event.ts'
import { newId } from '../ids.ts'
import { itemKey, signalPartition } from '../store/keys.ts'
import { retryConflicts } from '../store/retry-conflicts.ts'
import { putNew, save, type Write } from '../store/writes.ts'
import { logger } from '../telemetry.ts'
import { jobFinished, jobStepped } from './events.ts'
import { beginRun, cancel, isFinished, type Job } from './job.ts'
import { jobs, keepStep } from './job-store.ts'
import { job, startJob } from './rule.ts'
import { runs, type Work } from './run.ts'

const bench = workbench()
let organizationId: string
beforeEach(() => {
  organizationId = newId('org')
  jest.restoreAllMocks()
  jest.spyOn(logger, 'error').mockImplementation(() => undefined)
})

/** Adds one to each row, some of which are bad. */
const addToRows = job('notes/add-to-rows', {
  summary: 'Adds to rows.',
  input: z.object({ rows: z.number(), size: z.number(), bad: z.array(z.number()).default([]) }),
  cursor: z.number(),
  writes: ['NOTE'],
})
type AddToRows = Work<typeof addToRows>

const rowKey = (row: number) => itemKey(organizationId, 'NOTE', `row${row}`)
const addOne =
  (row: number): Write =>
  ({ tableName }) => [
    {
      item: {
        Update: { TableName: tableName, Key: rowKey(row), UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': 1 } },
      },
      conflict: 'CONFLICT',
    },
  ]

const add: AddToRows = async ({ input: { rows, size, bad }, cursor = 0 }) => {
  const end = Math.min(cursor + size, rows)
  const taken = Array.from({ length: end - cursor }, (_, n) => cursor + n)
  const good = taken.filter((row) => !bad.includes(row))
  const errors = taken.filter((row) => bad.includes(row)).map((row) => ({ row, code: 'BAD', message: 'This row is bad.' }))
  const came = { writes: good.map(addOne), counts: { added: good.length }, errors, total: rows }
  return end === rows ? { ...came, done: { rows } } : { ...came, cursor: end }
}

const tenant = () => bench.tenant(organizationId)
const now = () => new Date().toISOString()
const stored = async (id: string) => (await tenant().get(jobs, id)) as Job

async function begun(input: z.input<typeof addToRows.input>): Promise<string> {
  const started = startJob(addToRows, input, { tenant: { id: organizationId }, now: now(), actor: { id: 'usr_1' } })
  await tenant().commit(save(jobs, started))
  return started.after.id
}

const since = now()
/** Everything told of a job that carries it on, the oldest first. */
async function told(id: string): Promise<DomainEvent[]> {
  const [created] = await tenant().events(jobs, id)
  const partitions = [...new Set([since, now()].map((at) => signalPartition(at.slice(0, 10))))]
  const { items } = await tenant().list<Record<string, unknown>>({ partitions, limit: 1_000 })
  const steps = items.map(fromRecord).filter(({ type, aggregateId }) => type === jobStepped.name && aggregateId === id)
  return [created as DomainEvent, ...steps]
}

/** Hands a message out, as the queue does for the n-th time; says whether it is done with. */
async function deliver(handler: ReturnType<typeof runs>, event: DomainEvent, times = 1): Promise<boolean> {
  const attributes = { ApproximateReceiveCount: String(times) }
  const { batchItemFailures } = await handler({
    Records: [{ messageId: 'm', body: JSON.stringify({ detail: event }), attributes }],
  } as never)
  return batchItemFailures.length === 0
}

/** Until nothing is left to hand out. */
async function settle(handler: ReturnType<typeof runs>, id: string): Promise<Job> {
  for (let n = 0; n < 100; n++) {
    const found = await stored(id)
    if (isFinished(found)) return found
    await deliver(handler, (await told(id)).at(-1) as DomainEvent)
  }
  throw new Error('The job does not end.')
}

const giveUp = (id: string) =>
  retryConflicts(async () => {
    const found = await stored(id)
    const change = isFinished(found) ? undefined : cancel(found, now())
    if (change) await tenant().commit(save(jobs, change))
    return change?.after
  })

async function effects(rows: number): Promise<number[]> {
  const found = await tenant().read<{ n: number }>(...Array.from({ length: rows }, (_, row) => rowKey(row)))
  return found.map((row) => row?.n ?? 0)
}
const sum = (values: number[]) => values.reduce((all, each) => all + each, 0)

/** What befalls a run at one of its steps. */
const mishap = fc.constantFrom('nothing', 'nothing', 'killed', 'cancelled', 'late')
const plan = fc.record({
  rows: fc.integer({ min: 1, max: 16 }),
  size: fc.integer({ min: 1, max: 7 }),
  bad: fc.uniqueArray(fc.nat(15), { maxLength: 5 }),
  mishaps: fc.array(mishap, { maxLength: 12 }),
  /** Which of the messages told so far is handed out, old and done ones too, and to how many at once. */
  deliveries: fc.array(fc.record({ which: fc.nat(20), at: fc.constantFrom(1, 1, 2) }), { maxLength: 5 }),
})

describe('whatever befalls a job', () => {
  test('every row has its effect once, the counts are what is there, a cancel is the end of it, and it ends once', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async ({ rows, size, bad, mishaps, deliveries }) => {
        organizationId = newId('org')
        const id = await begun({ rows, size, bad })
        const left = [...mishaps]
        let [ms, lowest, kills] = [Date.now(), 0, 0]
        let atCancel: Job | undefined
        const handler = runs(
          addToRows,
          async (call) => {
            const befallen = left.shift()
            if (befallen === 'late') ms += 30_000
            if (befallen === 'cancelled') atCancel = (await giveUp(id)) ?? atCancel
            const outcome = await add(call)
            // With what it was about to write; or after it wrote what it did before.
            if (befallen === 'killed') kills++
            if (befallen === 'killed') throw new Error('Killed')
            return outcome
          },
          () => ms,
        )
        for (const { which, at } of deliveries) {
          const events = await told(id)
          const event = events[which % events.length] as DomainEvent
          await Promise.all(Array.from({ length: at }, () => deliver(handler, event)))
          const { progress } = await stored(id)
          expect(progress).toBeGreaterThanOrEqual(lowest)
          lowest = progress
        }
        const ended = await settle(handler, id)
        for (const event of await told(id)) expect(await deliver(handler, event)).toBe(true)
        expect(await stored(id)).toEqual(ended)

        const reached = sum(Object.values(ended.counts)) + ended.errorCount
        const expected = Array.from({ length: rows }, (_, row) => (row < reached && !bad.includes(row) ? 1 : 0))
        expect(await effects(rows)).toEqual(expected)
        expect(ended.counts.added ?? 0).toBe(sum(expected))
        expect(ended.errors.map(({ row }) => row)).toEqual(bad.filter((row) => row < reached).toSorted((one, other) => one - other))
        // Two of them may count for each other, where a message is handed out to two at once.
        if (ended.status === 'failed') expect(kills).toBeGreaterThan(1)
        else expect(ended.status).toBe(atCancel ? 'cancelled' : 'succeeded')
        if (atCancel) expect([ended.counts, ended.errorCount]).toEqual([atCancel.counts, atCancel.errorCount])
        if (ended.status === 'succeeded') expect([reached, ended.progress, ended.result]).toEqual([rows, 100, { rows }])
        const events = await tenant().events(jobs, id)
        expect(events.filter(({ type }) => type === jobFinished.name)).toHaveLength(1)
      }),
      { numRuns: 25 },
    )
  })
})

describe('a run', () => {
  test('goes from step to step without a message, and hands on the rest when its time is over', async () => {
    const id = await begun({ rows: 10, size: 2 })
    const [first] = await told(id)
    let [ms, left] = [Date.now(), 3]
    const slow: AddToRows = (call) => {
      if (--left === 0) ms += 20_000
      return add(call)
    }
    const handler = runs(addToRows, slow, () => ms)
    await deliver(handler, first as DomainEvent)
    const steps = await told(id)
    const handedOn = await stored(id)
    expect([steps.length, handedOn.status, handedOn.progress]).toEqual([2, 'running', 60])
    expect(await deliver(handler, first as DomainEvent)).toBe(true)
    expect(await stored(id)).toEqual(handedOn)
    await deliver(handler, steps[1] as DomainEvent)
    expect(await stored(id)).toMatchObject({ status: 'succeeded', counts: { added: 10 }, progress: 100 })
    expect(await told(id)).toHaveLength(2)
  })

  /** Does the first step, and no other. */
  const failing = () => runs(addToRows, (call) => (call.cursor === undefined ? add(call) : Promise.reject(new Error('Secret'))))

  test('is tried again where it was, when its message comes again', async () => {
    const id = await begun({ rows: 4, size: 2 })
    const [first] = (await told(id)) as [DomainEvent]
    for (let tries = 1; tries <= 3; tries++) expect(await deliver(failing(), first)).toBe(false)
    expect(await stored(id)).toMatchObject({ status: 'running', counts: { added: 2 } })
    expect(await deliver(runs(addToRows, add), first)).toBe(true)
    expect([(await stored(id)).status, await effects(4)]).toEqual(['succeeded', [1, 1, 1, 1]])
  })

  test('that fails before the queue gives up leaves the job failed, with what was done and no word from inside', async () => {
    const id = await begun({ rows: 4, size: 2 })
    const [first] = (await told(id)) as [DomainEvent]
    for (let tries = 1; tries <= 3; tries++) expect(await deliver(failing(), first)).toBe(false)
    expect(await deliver(failing(), first)).toBe(true)
    const failed = await stored(id)
    expect(failed).toMatchObject({ status: 'failed', counts: { added: 2 }, progress: 50, failure: { code: 'INTERNAL' } })
    expect([JSON.stringify(failed).includes('Secret'), await effects(4)]).toEqual([false, [1, 1, 0, 0]])
  })

  test('that comes further after a failure goes on by a message of its own, with all its deliveries', async () => {
    const id = await begun({ rows: 6, size: 2 })
    const [first] = (await told(id)) as [DomainEvent]
    expect(await deliver(failing(), first)).toBe(false)
    expect(await deliver(runs(addToRows, add), first)).toBe(true)
    const messages = await told(id)
    expect([messages.length, (await stored(id)).counts, (await stored(id)).tries]).toEqual([2, { added: 4 }, 0])
    await deliver(runs(addToRows, add), messages[1] as DomainEvent)
    expect((await stored(id)).status).toBe('succeeded')
  })

  test('that was killed as often leaves the job failed when its message comes for the last time', async () => {
    const id = await begun({ rows: 2, size: 2 })
    let at = await stored(id)
    for (let tries = 1; tries <= 4; tries++) {
      const killed = beginRun(at, now())
      await tenant().commit(keepStep(at, killed))
      at = killed
    }
    expect(await deliver(runs(addToRows, add), (await told(id))[0] as DomainEvent)).toBe(true)
    const failure = { code: 'INTERNAL', message: expect.stringContaining('stopped 4 times') }
    expect([(await stored(id)).failure, await effects(2)]).toEqual([failure, [0, 0]])
  })

  test('whose work says that there is a problem ends the job at once, in its words', async () => {
    const id = await begun({ rows: 2, size: 2 })
    const [first] = (await told(id)) as [DomainEvent]
    const refusing = runs(addToRows, () => Promise.reject(problem('FORBIDDEN', { message: 'You may add to rows no more.' })))
    expect(await deliver(refusing, first)).toBe(true)
    expect(await stored(id)).toMatchObject({ status: 'failed', failure: { code: 'FORBIDDEN', message: 'You may add to rows no more.' } })
  })

  test('that would write more than a transaction takes writes nothing, and the log says how much it may', async () => {
    const id = await begun({ rows: 99, size: 99 })
    const [first] = (await told(id)) as [DomainEvent]
    expect(await deliver(runs(addToRows, add), first)).toBe(false)
    expect(await stored(id)).toMatchObject({ status: 'running', counts: {} })
    const said = JSON.stringify(jest.mocked(logger.error).mock.calls)
    expect(said).toContain('A step of notes/add-to-rows writes 99 parts, and a transaction takes 98 of them.')
    const fits = await begun({ rows: 98, size: 98 })
    expect(await deliver(runs(addToRows, add), (await told(fits))[0] as DomainEvent)).toBe(true)
    expect((await stored(fits)).status).toBe('succeeded')
  })

  test('of another kind does nothing', async () => {
    const id = await begun({ rows: 2, size: 2 })
    const other = job('notes/other', { summary: 'Another.', input: addToRows.input, cursor: addToRows.cursor })
    await deliver(runs(other, add as never), (await told(id))[0] as DomainEvent)
    expect((await stored(id)).status).toBe('queued')
  })
})

test('a job begins together with what needs it, or not at all', async () => {
  const taken = putNew(rowKey(0), { n: 0 }, 'NAME_TAKEN')
  await tenant().commit(taken)
  const started = startJob(addToRows, { rows: 1, size: 1 }, { tenant: { id: organizationId }, now: now() })
  await expect(tenant().commit([taken, save(jobs, started)])).rejects.toMatchObject({ code: 'NAME_TAKEN' })
  expect(await stored(started.after.id)).toBeUndefined()
})

test('a job does not begin with what its kind does not take', () => {
  expect(() => startJob(addToRows, { rows: 'many' } as never, { tenant: { id: organizationId }, now: now() })).toThrow(/rows/)
})
