import { expect, jest, test } from '@jest/globals'
import type { Problem } from '../errors.ts'
import type { Table } from '../store/table.ts'
import { logger } from '../telemetry.ts'
import type { Limit, LimitState } from './limit.ts'

type CountCall = (limit: Limit, epochMs: number) => Promise<LimitState>

/** The function's memory as another warm instance has it: its own. */
function instance(): CountCall {
  let loaded: { countCall: CountCall } | undefined
  jest.isolateModules(() => {
    loaded = jest.requireActual('./limit.ts')
  })
  return (loaded as { countCall: CountCall }).countCall
}

/** DynamoDB's ADD: one counter per key, exact under concurrency. */
function counters() {
  const stored = new Map<string, number>()
  let writes = 0
  let isDown = false
  const table = {
    async update({ Key, ExpressionAttributeValues: values }: { Key: { sk: string }; ExpressionAttributeValues: Record<string, number> }) {
      writes++
      if (isDown) throw new Error('down')
      const calls = (stored.get(Key.sk) ?? 0) + (values[':add'] ?? 0)
      stored.set(Key.sk, calls)
      return { calls }
    },
  } as unknown as Table
  return { table, stored, writes: () => writes, fail: (down: boolean) => (isDown = down) }
}

let callers = 0
const limitOn = (table: Table, perMinute: number): Limit => ({
  caller: `caller-${callers++}`,
  perMinute,
  table,
  key: (window) => ({ pk: 'RATE', sk: window }),
})
const START = Date.parse('2026-01-01T00:00:00Z')

const codeOf = async (work: () => Promise<unknown>) => {
  try {
    await work()
    return 'let in'
  } catch (error) {
    // The log's class is another one in another instance.
    return (error as Problem).code
  }
}
async function calls(count: CountCall, limit: Limit, times: number, at = START) {
  const outcomes: string[] = []
  for (let n = 0; n < times; n++) outcomes.push(await codeOf(async () => count(limit, at)))
  return outcomes.filter((outcome) => outcome === 'let in').length
}

test('exactly as many calls as the limit says are let in, and told how many are left', async () => {
  const count = instance()
  const limit = limitOn(counters().table, 30)
  expect(await count(limit, START)).toEqual({ limit: 30, remaining: 29, resetSeconds: 60 })
  expect(await calls(count, limit, 40)).toBe(29)
})

test('who is past the limit is told when to come back', async () => {
  const count = instance()
  const limit = limitOn(counters().table, 1)
  await count(limit, START)
  let refused: Problem | undefined
  try {
    await count(limit, START + 47_500)
  } catch (error) {
    refused = error as Problem
  }
  expect(refused).toMatchObject({
    code: 'RATE_LIMIT_EXCEEDED',
    status: 429,
    message: 'Too many requests. Try again in 13 seconds.',
    details: { retryAfter: 13 },
    headers: { 'retry-after': '13', ratelimit: '"default";r=0;t=13', 'ratelimit-policy': '"default";q=1;w=60' },
  })
})

test('a new minute begins anew, from its very first millisecond', async () => {
  const count = instance()
  const limit = limitOn(counters().table, 5)
  expect(await calls(count, limit, 9, START + 59_999)).toBe(5)
  expect(await calls(count, limit, 9, START + 60_000)).toBe(5)
})

test('up to ten calls a minute cost no write', async () => {
  const count = instance()
  const { table, writes } = counters()
  const limit = limitOn(table, 300)
  await calls(count, limit, 10)
  expect(writes()).toBe(0)
  await calls(count, limit, 1)
  expect(writes()).toBe(1)
})

test('two instances share the limit; each may pass it by ten at most', async () => {
  const [one, two] = [instance(), instance()]
  const { table, stored } = counters()
  const limit = limitOn(table, 100)
  let letIn = 0
  for (let n = 0; n < 100; n++) letIn += (await calls(one, limit, 1)) + (await calls(two, limit, 1))
  expect(letIn).toBeGreaterThanOrEqual(100)
  expect(letIn).toBeLessThanOrEqual(120)
  expect([...stored.values()][0]).toBeGreaterThanOrEqual(100)
})

test('calls in flight together are all counted', async () => {
  const count = instance()
  const { table, stored } = counters()
  const limit = limitOn(table, 50)
  const outcomes = await Promise.all(Array.from({ length: 80 }, () => codeOf(async () => count(limit, START))))
  expect(outcomes.filter((outcome) => outcome === 'let in')).toHaveLength(50)
  expect([...stored.values()]).toEqual([50])
})

test('a caller known to be past the limit costs no further write', async () => {
  const count = instance()
  const { table, writes } = counters()
  const limit = limitOn(table, 20)
  await calls(count, limit, 20)
  const before = writes()
  expect(await calls(count, limit, 50)).toBe(0)
  expect(writes()).toBe(before)
})

test('where the shared counter fails, the own count stands, and is told when it works again', async () => {
  const errors = jest.spyOn(logger, 'error').mockImplementation(() => undefined)
  const { countCall: count } = await import('./limit.ts')
  const { table, stored, fail } = counters()
  const limit = limitOn(table, 30)
  fail(true)
  expect(await calls(count, limit, 20)).toBe(20)
  expect(errors).toHaveBeenCalled()
  fail(false)
  expect(await calls(count, limit, 20)).toBe(10)
  expect([...stored.values()]).toEqual([30])
  errors.mockRestore()
})

test('callers do not count for one another, however many there are', async () => {
  const count = instance()
  const { table } = counters()
  const mine = limitOn(table, 3)
  expect(await calls(count, mine, 2)).toBe(2)
  for (let n = 0; n < 9_000; n++) void count(limitOn(table, 3), START)
  expect(await calls(count, mine, 5)).toBe(1)
})
