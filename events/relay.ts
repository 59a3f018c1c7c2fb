import type { AttributeValue, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda'
import { type Outgoing, publish } from '../shared/bus.ts'
import { fromRecord } from '../shared/event.ts'
import { placeOfPartition } from '../shared/store/keys.ts'
import { meter } from '../shared/store/meter.ts'
import { tableFor } from '../shared/store/table.ts'
import { task } from '../shared/task.ts'
import { describeError, logger, MetricUnit, metrics } from '../shared/telemetry.ts'
import { sourceOf } from './known.ts'
import { misplaced } from './misplaced.ts'
import { answerPulse, isPulse } from './relay-lag.ts'

/** Carries every event from the table's stream to the bus. Delivery is at least once; what fails comes again. */
export const rule = task('events/relay', {
  summary: 'Carries events from the stream of the table to the event bus.',
  startedBy: { stream: true },
  lookups: ['RELAY'],
  calls: ['events:PutEvents'],
})

/** Stream records hold binary values as base64; event records have texts, numbers and one binary value. */
function plain({ S, N, B }: AttributeValue): unknown {
  if (S !== undefined) return S
  if (N !== undefined) return Number(N)
  return B === undefined ? undefined : Buffer.from(B, 'base64')
}

type Image = Record<string, unknown>

const imageOf = ({ dynamodb }: DynamoDBRecord): Image =>
  Object.fromEntries(Object.entries(dynamodb?.NewImage ?? {}).map(([name, value]) => [name, plain(value)]))

/** No retry would heal it, so it does not hold up those behind it: it stays in the table, and the log says where. */
function park(image: Image, reason: string) {
  logger.error('An event cannot be relayed', { pk: image.pk, sk: image.sk, type: image.type, reason })
  metrics.addMetric('event_relay_parked', MetricUnit.Count, 1)
}

interface Waiting extends Outgoing {
  sequenceNumber: string
  image: Image
}

function waiting(record: DynamoDBRecord, image: Image): Waiting[] {
  try {
    const event = fromRecord(image)
    const reason = !event.id || !event.metadata ? 'It holds no event.' : misplaced(placeOfPartition(String(image.pk)), event)
    if (reason) throw new Error(reason)
    return [{ event, source: sourceOf(event.type), sequenceNumber: record.dynamodb?.SequenceNumber ?? '', image }]
  } catch (error) {
    park(image, String(describeError(error).message))
    return []
  }
}

/** A sign of life must not make a batch fail that went through. */
async function answer(pulse: Image, now: string) {
  try {
    await answerPulse(tableFor(undefined, meter()), pulse, now)
  } catch (error) {
    logger.warn('The relay could not answer its pulse', { error: describeError(error) })
  }
}

function measureLag(events: readonly Waiting[], epochMs: number) {
  if (events.length === 0) return
  const oldest = Math.min(...events.map(({ event }) => Date.parse(event.timestamp)))
  metrics.addMetric('event_relay_lag_seconds', MetricUnit.Seconds, Math.max(0, epochMs - oldest) / 1000)
}

/** Gives the sequence numbers of the records to try again. */
async function relay(records: DynamoDBRecord[]): Promise<string[]> {
  const batch = records.map((record) => ({ record, image: imageOf(record) })).filter(({ image }) => image.feed === 'event')
  const events = batch.filter(({ image }) => !isPulse(image)).flatMap(({ record, image }) => waiting(record, image))
  const failures = new Map((await publish(events)).map((failure) => [failure.event.id, failure]))
  const failed = events.flatMap((each) => {
    const failure = failures.get(each.event.id)
    return failure ? [{ ...each, ...failure }] : []
  })
  for (const { image, code } of failed.filter(({ isHopeless }) => isHopeless)) park(image, code)
  const again = failed.filter(({ isHopeless }) => !isHopeless)
  const now = Date.now()
  measureLag(events, now)
  const pulse = batch.map(({ image }) => image).findLast(isPulse)
  if (pulse && again.length === 0) await answer(pulse, new Date(now).toISOString())
  return again.map(({ sequenceNumber }) => sequenceNumber)
}

export async function handler({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  try {
    return { batchItemFailures: (await relay(Records)).map((itemIdentifier) => ({ itemIdentifier })) }
  } finally {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics()
  }
}
