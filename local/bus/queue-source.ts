import { setTimeout as sleep } from 'node:timers/promises'
import { md5 } from '../queue/digest.ts'
import { systemAttributes } from '../queue/messages.ts'
import type { Message, Queue } from '../queue/queue.ts'
import { receiptOf } from '../queue/receipt.ts'
import type { Invoke, Log } from '../types.ts'
import { type Failures, failuresOf } from './batch-response.ts'
import type { Mapping } from './mapping.ts'
import type { EventSource } from './source.ts'

export interface QueueSourceOptions {
  mapping: Mapping
  queue: Queue
  region: string
  invoke: Invoke
  log: Log
  /** How long a failed message stays away before its next attempt, by how often it was received; never over the visibility timeout. */
  backoffSeconds: (receiveCount: number) => number
  mostConcurrent: number
  mostWindowSeconds: number
}

/** Polls a queue for a function: several batches at a time, failed messages back to the queue, the others deleted. */
export function startQueueSource(options: QueueSourceOptions): EventSource {
  const { queue, mapping } = options
  const stop = new AbortController()
  const running = new Set<Promise<void>>()
  const concurrency = Math.min(mapping.maximumConcurrency ?? options.mostConcurrent, options.mostConcurrent)

  const poll = async () => {
    while (!stop.signal.aborted) {
      await queue.visible(20, stop.signal)
      if (stop.signal.aborted) return
      const batch = await gather(options, stop.signal)
      if (batch.length === 0) continue
      const run = runBatch(options, batch)
      running.add(run)
      run.finally(() => running.delete(run))
      if (running.size >= concurrency) await Promise.race(running)
    }
  }
  const polling = poll()
  return {
    pending: () => running.size,
    async close() {
      stop.abort()
      await polling
      await Promise.all(running)
    },
  }
}

/** A batch, waiting the window for it to fill. */
async function gather({ mapping, queue, mostWindowSeconds }: QueueSourceOptions, signal: AbortSignal): Promise<Message[]> {
  const batch = queue.receive(mapping.batchSize)
  const window = Math.min(mapping.windowSeconds, mostWindowSeconds) * 1000
  if (batch.length === 0 || batch.length === mapping.batchSize || window === 0) return batch
  await sleep(window, undefined, { signal }).catch(() => {})
  return [...batch, ...queue.receive(mapping.batchSize - batch.length)]
}

async function runBatch(options: QueueSourceOptions, batch: Message[]): Promise<void> {
  const { queue, mapping } = options
  const records = batch.map((message) => ({ message, record: recordOf(message, queue, options.region) }))
  const wanted = records.filter(({ record }) => mapping.accepts(parsedBody(record)))
  for (const { message } of records) if (!wanted.some((each) => each.message === message)) queue.remove(message.id)
  if (wanted.length === 0) return
  const failures = await attempt(
    options,
    wanted.map(({ record }) => record),
  )
  for (const { message } of wanted) {
    // A message that became visible and was received again belongs to that later receive.
    if (queue.find(message.id)?.receiveCount !== message.receiveCount) continue
    if (failures === 'all' || failures.has(message.id)) {
      queue.hide(message.id, Math.min(queue.settings.visibilityTimeoutSeconds, options.backoffSeconds(message.receiveCount)))
    } else queue.remove(message.id)
  }
}

async function attempt(options: QueueSourceOptions, Records: ReturnType<typeof recordOf>[]): Promise<Failures> {
  const { mapping, invoke, log, queue } = options
  try {
    const response = await invoke(mapping.functionArn, { Records })
    const failures = mapping.reportsItemFailures
      ? failuresOf(response, new Set(Records.map(({ messageId }) => messageId)))
      : new Set<string>()
    if (failures === 'all' || failures.size > 0)
      log('sqs', `${queue.settings.name}: ${failures === 'all' ? 'all' : failures.size} of ${Records.length} messages failed`)
    return failures
  } catch (error) {
    log('sqs', `${queue.settings.name} → ${mapping.functionArn}: ${(error as Error).message}`)
    return 'all'
  }
}

function recordOf(message: Message, queue: Queue, awsRegion: string) {
  return {
    messageId: message.id,
    receiptHandle: receiptOf(message),
    body: message.body,
    attributes: systemAttributes(message),
    messageAttributes: Object.fromEntries(
      Object.entries(message.attributes).map(([name, { DataType, StringValue, BinaryValue }]) => {
        return [
          name,
          { stringValue: StringValue, binaryValue: BinaryValue, stringListValues: [], binaryListValues: [], dataType: DataType },
        ]
      }),
    ),
    md5OfBody: md5(message.body),
    eventSource: 'aws:sqs',
    eventSourceARN: queue.settings.arn,
    awsRegion,
  }
}

/** Filters see a body that is JSON as what it says. */
function parsedBody<Record extends { body: string }>(record: Record): object {
  try {
    return { ...record, body: JSON.parse(record.body) as unknown }
  } catch {
    return record
  }
}
