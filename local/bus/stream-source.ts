import { setTimeout as sleep } from 'node:timers/promises'
import type { DynamoDBRecord } from 'aws-lambda'
import { type Clock, FunctionError, type Invoke, type Log } from '../types.ts'
import { failuresOf } from './batch-response.ts'
import { failureRecord } from './failure-record.ts'
import type { Mapping } from './mapping.ts'
import type { EventSource, OnRecords, ReadStream } from './source.ts'

export interface StreamSourceOptions {
  mapping: Mapping
  readStream: ReadStream
  invoke: Invoke
  /** Takes the failure record of discarded records. */
  discard: (queueArn: string, body: string) => void
  log: Log
  now: Clock
  backoffMilliseconds: (attempt: number) => number
}

/** DynamoDB hands over no more records at a time. */
const MOST_RECORDS = 1000

interface Outcome {
  /** Records from this index on have failed; undefined when none has. */
  failedFrom?: number
  error?: Error
}

/** Reads a table's stream for a function: in order, one batch at a time, with bisection, a bounded number of attempts and a place for what fails. */
export function startStreamSource(options: StreamSourceOptions): EventSource {
  const { mapping } = options
  const stop = new AbortController()
  let pending = 0
  const onBatch: OnRecords = async (records, shardId) => {
    pending += 1
    try {
      const wanted = records.filter((record) => mapping.accepts(record))
      for (let start = 0; start < wanted.length; start += mapping.batchSize)
        await processBatch(options, { records: wanted.slice(start, start + mapping.batchSize), shardId, signal: stop.signal })
    } finally {
      pending -= 1
    }
  }
  const batchSize = Math.min(mapping.batchSize, MOST_RECORDS)
  const reader = options.readStream({ tableStreamArn: mapping.sourceArn, consumer: mapping.name, batchSize, onBatch })
  return {
    pending: () => pending,
    close() {
      const stopped = reader.stop()
      stop.abort()
      return stopped
    },
  }
}

interface Batch {
  records: DynamoDBRecord[]
  shardId: string | undefined
  signal: AbortSignal
}

/** Ends when every record has succeeded or is discarded; rejects when the stack closes before that, so that the records are read again. */
async function processBatch(options: StreamSourceOptions, batch: Batch, retries = 0): Promise<void> {
  const { mapping, now, log } = options
  let records = batch.records
  for (let retry = retries; ; retry++) {
    if (tooOld(mapping, records, now())) return discard(options, { ...batch, records }, { condition: 'RecordAgeExceeded', attempts: retry })
    const { failedFrom, error } = await attempt(options, records)
    if (failedFrom === undefined) return
    log(
      'stream',
      `${mapping.functionArn}: ${records.length - failedFrom} of ${records.length} records failed${error ? `: ${error.message}` : ''}`,
    )
    const parts = mapping.bisects && records.length > 1 ? bisected(records, failedFrom) : undefined
    if (parts) {
      // Splitting a batch does not consume its retries.
      for (const part of parts) await processBatch(options, { ...batch, records: part }, retry)
      return
    }
    records = records.slice(failedFrom)
    if (mapping.maximumRetryAttempts >= 0 && retry >= mapping.maximumRetryAttempts) {
      const failed = { condition: 'RetryAttemptsExhausted' as const, attempts: retry + 1, ...(error ? { error } : {}) }
      return discard(options, { ...batch, records }, failed)
    }
    await sleep(options.backoffMilliseconds(retry), undefined, { signal: batch.signal })
  }
}

/** At the first failed record when the function named one behind the first, else in the middle. */
function bisected(records: DynamoDBRecord[], failedFrom: number): DynamoDBRecord[][] {
  if (failedFrom > 0) return [records.slice(failedFrom)]
  const middle = Math.ceil(records.length / 2)
  return [records.slice(0, middle), records.slice(middle)]
}

async function attempt({ mapping, invoke }: StreamSourceOptions, Records: DynamoDBRecord[]): Promise<Outcome> {
  try {
    const response = await invoke(mapping.functionArn, { Records })
    if (!mapping.reportsItemFailures) return {}
    const failures = failuresOf(response, new Set(Records.map((record) => record.dynamodb?.SequenceNumber ?? '')))
    if (failures === 'all') return { failedFrom: 0 }
    const first = Records.findIndex((record) => failures.has(record.dynamodb?.SequenceNumber ?? ''))
    return first < 0 ? {} : { failedFrom: first }
  } catch (error) {
    return { failedFrom: 0, error: error as Error }
  }
}

function tooOld(mapping: Mapping, records: DynamoDBRecord[], now: number): boolean {
  const oldest = records[0]?.dynamodb?.ApproximateCreationDateTime
  return mapping.maximumRecordAgeSeconds >= 0 && oldest !== undefined && now / 1000 - oldest > mapping.maximumRecordAgeSeconds
}

function discard(
  { mapping, discard: send, now, log }: StreamSourceOptions,
  { records, shardId }: Batch,
  why: { condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded'; attempts: number; error?: Error },
): void {
  log('stream', `${mapping.functionArn}: ${records.length} records given up, ${why.condition} → ${mapping.onFailureArn ?? 'lost'}`)
  if (mapping.onFailureArn === undefined) return
  const functionError = why.error instanceof FunctionError || why.error === undefined ? 'Unhandled' : why.error.name
  send(mapping.onFailureArn, JSON.stringify(failureRecord({ mapping, records, shardId, now: now(), ...why, functionError })))
}
