import type { DynamoDBRecord } from 'aws-lambda'
import * as z from 'zod'
import type { Log } from '../types.ts'
import { AwsError } from '../types.ts'
import type { DurableJson } from './durable-json.ts'
import type { LocalClient } from './local-client.ts'

/** Per shard, the last record whose batch was acknowledged, and whether the shard has been read to its end. */
export const StreamPosition = z.record(z.string(), z.object({ sequence: z.string().optional(), done: z.boolean().optional() }))
export type StreamPosition = z.output<typeof StreamPosition>

export interface StreamReader {
  /** Looks for new records at once instead of at the next poll. */
  wake(): void
  /** Resolves when the batch in hand is finished. */
  stop(): Promise<void>
}

interface Options {
  client: LocalClient
  /** DynamoDB Local's own ARN of the stream. */
  streamArn: string
  position: DurableJson<StreamPosition>
  batchSize: number
  onBatch(records: DynamoDBRecord[]): Promise<void>
  log: Log
}

const busyPollMs = 5
const idlePollMs = 200
const retryMs = 1000

interface Shard {
  ShardId: string
  ParentShardId?: string
}

/**
 * Follows every shard of a stream, parents before children, from its oldest record. The position is stored after each
 * batch that `onBatch` accepted; a batch it rejects comes again. So records arrive at least once, in order.
 */
export function readStream(options: Options): StreamReader {
  const iterators = new Map<string, string>()
  const pause = createPause()
  let stopped = false
  const follow = async () => {
    let delay = busyPollMs
    while (!stopped) {
      const count = await pass(options, iterators, () => stopped).catch((error: Error) => {
        if (!stopped) options.log('dynamodb', `the stream reader tries again: ${error.message}`)
        iterators.clear()
        return 'failed' as const
      })
      delay = count === 'failed' ? retryMs : Math.min(delay * 2, idlePollMs)
      if (count !== 0 && count !== 'failed') delay = busyPollMs
      else if (!stopped && (await pause.wait(delay)) === 'woken') delay = busyPollMs
    }
  }
  const ended = follow()
  return {
    wake: pause.wake,
    async stop() {
      stopped = true
      pause.wake()
      await ended
    },
  }
}

/** A wait that can be cut short; a wake while nobody waits cuts the next one. */
function createPause() {
  let woken = false
  let end = () => {}
  return {
    wake() {
      woken = true
      end()
    },
    async wait(ms: number): Promise<'woken' | 'waited'> {
      if (!woken) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms)
          end = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      const why = woken ? 'woken' : 'waited'
      woken = false
      return why
    },
  }
}

/** Reads once from every shard whose parent is finished, and gives the number of records. */
async function pass(options: Options, iterators: Map<string, string>, stopped: () => boolean): Promise<number> {
  const shards = iterators.size > 0 ? [...iterators.keys()] : await readable(options)
  let count = 0
  for (const shard of shards) if (!stopped()) count += await readShard(options, iterators, shard)
  return count
}

async function readable({ client, streamArn, position }: Options): Promise<string[]> {
  const shards: Shard[] = []
  let from: string | undefined
  do {
    const request = { StreamArn: streamArn, ExclusiveStartShardId: from }
    const { StreamDescription: page } = await client.ask<{ StreamDescription: { Shards: Shard[]; LastEvaluatedShardId?: string } }>(
      'Streams.DescribeStream',
      request,
    )
    shards.push(...page.Shards)
    from = page.LastEvaluatedShardId
  } while (from)
  const done = (id: string) => position.read()[id]?.done === true
  const present = new Set(shards.map((shard) => shard.ShardId))
  const ready = shards.filter(({ ShardId: id, ParentShardId: parent }) => !done(id) && (!parent || !present.has(parent) || done(parent)))
  return ready.map((shard) => shard.ShardId)
}

async function readShard(options: Options, iterators: Map<string, string>, shardId: string): Promise<number> {
  const { client, position } = options
  const iterator = iterators.get(shardId) ?? (await startOf(options, shardId))
  const { Records: records, NextShardIterator: next } = await client.ask<{ Records: DynamoDBRecord[]; NextShardIterator?: string }>(
    'Streams.GetRecords',
    {
      ShardIterator: iterator,
      Limit: options.batchSize,
    },
  )
  if (records.length > 0) await options.onBatch(records)
  const sequence = records.at(-1)?.dynamodb?.SequenceNumber ?? position.read()[shardId]?.sequence
  if (records.length > 0 || !next)
    position.write({ ...position.read(), [shardId]: { ...(sequence && { sequence }), ...(!next && { done: true }) } })
  if (next) iterators.set(shardId, next)
  // A shard that ended has children: forgetting all iterators makes the next pass list the shards again.
  else iterators.clear()
  return records.length
}

async function startOf({ client, streamArn, position }: Options, shardId: string): Promise<string> {
  const sequence = position.read()[shardId]?.sequence
  const ask = async (from: Record<string, string>) => {
    const request = { StreamArn: streamArn, ShardId: shardId, ...from }
    return (await client.ask<{ ShardIterator: string }>('Streams.GetShardIterator', request)).ShardIterator
  }
  if (sequence === undefined) return ask({ ShardIteratorType: 'TRIM_HORIZON' })
  try {
    return await ask({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: sequence })
  } catch (error) {
    // Older than the stream keeps: what is left begins at its horizon.
    if (error instanceof AwsError && error.code === 'TrimmedDataAccessException') return ask({ ShardIteratorType: 'TRIM_HORIZON' })
    throw error
  }
}
