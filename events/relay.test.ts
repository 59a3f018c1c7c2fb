import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import type { AttributeValue, DynamoDBRecord } from 'aws-lambda'
import { type DomainEvent, toRecord } from '../shared/event.ts'
import { newId } from '../shared/ids.ts'
import { pulseKey } from '../shared/store/keys.ts'
import { meter } from '../shared/store/meter.ts'
import { tableFor } from '../shared/store/table.ts'
import { logger, metrics } from '../shared/telemetry.ts'
import { type Bench, openWorkbench } from '../test/workbench.ts'
import { handler } from './relay.ts'
import { relayLag } from './relay-lag.ts'

let bench: Bench
const errors = jest.spyOn(logger, 'error').mockImplementation(() => undefined)
beforeAll(async () => {
  bench = await openWorkbench()
})
afterAll(() => bench.close())
beforeEach(() => {
  bench.published.splice(0)
  errors.mockClear()
})

const event = (over: Partial<DomainEvent> = {}): DomainEvent => ({
  id: newId('evt'),
  type: 'user.updated',
  version: 3,
  schemaVersion: 1,
  aggregateType: 'user',
  aggregateId: 'usr_1',
  organizationId: 'org_1',
  timestamp: new Date().toISOString(),
  data: { text: 'Zoë' },
  changes: { name: { old: 'A', new: 'B' } },
  metadata: { actorId: 'usr_1', actorKind: 'member', correlationId: 'c', requestId: 'r', source: 's' },
  ...over,
})

/** A value as Lambda's stream records carry it. */
function attribute(value: unknown): AttributeValue {
  if (value instanceof Uint8Array) return { B: Buffer.from(value).toString('base64') }
  return typeof value === 'number' ? { N: String(value) } : { S: String(value) }
}

let sequence = 0
const streamed = (image: Record<string, unknown>): DynamoDBRecord => ({
  eventName: 'INSERT',
  dynamodb: {
    SequenceNumber: String(++sequence),
    NewImage: Object.fromEntries(Object.entries(image).map(([name, value]) => [name, attribute(value)])),
  },
})
const stored = (one: DomainEvent) => streamed({ pk: 'TENANT#org_1#USER#usr_1', sk: 'EVENT#0000000003', ...toRecord(one) })

interface Entry {
  Source: string
  DetailType: string
  Detail: string
}
const entries = () => bench.published.flatMap(({ body }) => (JSON.parse(body.toString()) as { Entries: Entry[] }).Entries)

/** The bus answers so while these are relayed. */
const relayWhile = (Entries: { EventId?: string; ErrorCode?: string }[], Records: DynamoDBRecord[]) =>
  bench.whileBus(
    () => ({ Entries }),
    () => handler({ Records }),
  )

test('an event arrives on the bus as it was written, under its context and name', async () => {
  const one = event()
  expect(await handler({ Records: [stored(one)] })).toEqual({ batchItemFailures: [] })
  expect(entries()).toMatchObject([{ Source: 'tessera.users', DetailType: 'user.updated' }])
  expect(JSON.parse(entries()[0]?.Detail ?? '')).toEqual(one)
})

test('what is no event is passed over', async () => {
  const removed: DynamoDBRecord = { eventName: 'REMOVE', dynamodb: { SequenceNumber: 'x' } }
  expect(await handler({ Records: [removed, streamed({ pk: 'a', sk: 'ITEM', version: 1 })] })).toEqual({ batchItemFailures: [] })
  expect(entries()).toEqual([])
})

test('only what the bus refused comes back, by its sequence number', async () => {
  const records = [event(), event(), event()].map(stored)
  const answer = [{ EventId: 'x' }, { ErrorCode: 'ThrottlingException' }, { EventId: 'y' }]
  const failed = [{ itemIdentifier: records[1]?.dynamodb?.SequenceNumber }]
  expect(await relayWhile(answer, records)).toEqual({ batchItemFailures: failed })
})

describe('an event that can never be relayed is parked: told in the log with its key, holding up nobody', () => {
  test('one that cannot be read', async () => {
    const good = event()
    const broken = streamed({ pk: 'TENANT#org_1#USER#usr_1', sk: 'EVENT#0000000007', ...toRecord(event()), packed: Buffer.from('?') })
    const empty = streamed({ pk: 'p', sk: 's', feed: 'event', packed: (toRecord(event()) as { packed: Buffer }).packed })
    expect(await handler({ Records: [broken, empty, stored(good)] })).toEqual({ batchItemFailures: [] })
    expect(entries().map(({ Detail }) => (JSON.parse(Detail) as DomainEvent).id)).toEqual([good.id])
    expect(errors).toHaveBeenCalledTimes(2)
    expect(errors.mock.calls[0]).toMatchObject([expect.any(String), { pk: 'TENANT#org_1#USER#usr_1', sk: 'EVENT#0000000007' }])
  })

  test('one that lies where every function writes, and is no denial', async () => {
    const among = (over: Partial<DomainEvent>) => streamed({ pk: 'TENANT#org_1#DENIALS#2026-01-01', sk: 'x', ...toRecord(event(over)) })
    const denial = among({ type: 'access.denied' })
    expect(await handler({ Records: [among({ type: 'auth.email.changed' }), denial] })).toEqual({ batchItemFailures: [] })
    expect(entries().map(({ DetailType }) => DetailType)).toEqual(['access.denied'])
    expect(errors.mock.calls).toMatchObject([[expect.any(String), { pk: 'TENANT#org_1#DENIALS#2026-01-01', type: 'auth.email.changed' }]])
  })

  test('one that speaks for another organization than it lies in', async () => {
    expect(await handler({ Records: [stored(event({ organizationId: 'org_2' }))] })).toEqual({ batchItemFailures: [] })
    expect(entries()).toEqual([])
    expect(errors).toHaveBeenCalledTimes(1)
  })

  test('one that the bus will never take', async () => {
    const answer = [{ ErrorCode: 'MalformedDetail' }, { EventId: 'x' }]
    expect(await relayWhile(answer, [stored(event()), stored(event())])).toEqual({ batchItemFailures: [] })
    expect(errors.mock.calls).toMatchObject([[expect.any(String), { type: 'user.updated', reason: 'MalformedDetail' }]])
  })
})

test('how late the oldest event of a batch came is a metric', async () => {
  const measured = jest.spyOn(metrics, 'addMetric')
  await handler({ Records: [stored(event()), stored(event({ timestamp: new Date(Date.now() - 90_000).toISOString() }))] })
  const [name, unit, value] = measured.mock.calls.at(-1) ?? []
  expect([name, unit]).toEqual(['event_relay_lag_seconds', 'Seconds'])
  expect(value).toBeGreaterThanOrEqual(90)
})

describe('the lag', () => {
  const lookups = () => tableFor(undefined, meter())
  const at = (second: number) => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString()
  /** The pulses on their way, as the stream hands them over. */
  async function pulses(): Promise<DynamoDBRecord[]> {
    const { items } = await lookups().query({
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sent)',
      ExpressionAttributeValues: { ':pk': pulseKey.pk, ':sent': 'SENT#' },
    })
    return items.map(streamed)
  }

  test('is measured end to end by pulses, also while nobody writes', async () => {
    expect(await relayLag(lookups(), at(0))).toEqual({ seconds: 0, isKnown: false })
    expect(await relayLag(lookups(), at(7))).toEqual({ seconds: 7, isKnown: false })
    const [pulse] = await pulses()
    expect(pulse?.dynamodb?.NewImage).toMatchObject({ feed: { S: 'event' }, sentAt: { S: at(0) } })

    jest.useFakeTimers({ now: Date.parse(at(9)), doNotFake: ['setTimeout', 'setImmediate', 'nextTick', 'setInterval', 'queueMicrotask'] })
    try {
      await handler({ Records: pulse ? [pulse] : [] })
    } finally {
      jest.useRealTimers()
    }
    expect(entries()).toEqual([])
    expect(await relayLag(lookups(), at(9))).toEqual({ seconds: 9, isKnown: true })
    expect(await pulses()).toHaveLength(1)

    expect(await relayLag(lookups(), at(12))).toEqual({ seconds: 9, isKnown: true })
    expect(await pulses()).toHaveLength(2)
    expect(await relayLag(lookups(), at(42))).toEqual({ seconds: 30, isKnown: true })
  })

  test('an unanswered pulse is repeated, and counts from the first one on', async () => {
    expect(await relayLag(lookups(), at(12 + 400))).toEqual({ seconds: 400, isKnown: true })
    expect(await pulses()).toHaveLength(3)
    expect(await relayLag(lookups(), at(12 + 500))).toEqual({ seconds: 500, isKnown: true })
  })

  test('several who ask at once send one pulse', async () => {
    const now = at(5000)
    await Promise.all([relayLag(lookups(), now), relayLag(lookups(), now), relayLag(lookups(), now)])
    expect(await pulses()).toHaveLength(4)
  })

  test('a pulse that cannot be answered fails no batch', async () => {
    const table = process.env.TESSERA_TABLE
    process.env.TESSERA_TABLE = 'nowhere'
    const warned = jest.spyOn(logger, 'warn').mockImplementation(() => undefined)
    try {
      expect(await handler({ Records: [stored(event()), streamed({ ...pulseKey, feed: 'event', sentAt: at(0) })] })).toEqual({
        batchItemFailures: [],
      })
      expect(warned).toHaveBeenCalledTimes(1)
    } finally {
      process.env.TESSERA_TABLE = table
    }
  })
})
