import { expect, test } from '@jest/globals'
import type { DynamoDBRecord } from 'aws-lambda'
import { AwsError } from '../types.ts'
import { durableJson } from './durable-json.ts'
import type { LocalClient } from './local-client.ts'
import { readStream, StreamPosition } from './stream-reader.ts'

interface Shard {
  ShardId: string
  ParentShardId?: string
  records: string[]
  open?: boolean
  /** Positions before this one are no longer kept. */
  horizon?: string
}

/** A stream of shards, described one a page; iterators say shard and index. */
function streamOf(shards: Shard[]): LocalClient {
  const answers: Record<string, (input: Record<string, string>) => unknown> = {
    'Streams.DescribeStream': ({ ExclusiveStartShardId: from }) => {
      const index = shards.findIndex((shard) => shard.ShardId === from) + 1
      const { ShardId, ParentShardId } = shards[index] as Shard
      return {
        StreamDescription: { Shards: [{ ShardId, ParentShardId }], LastEvaluatedShardId: index + 1 < shards.length ? ShardId : undefined },
      }
    },
    'Streams.GetShardIterator': ({ ShardId, ShardIteratorType, SequenceNumber = '' }) => {
      const shard = shards.find((each) => each.ShardId === ShardId) as Shard
      if (shard.horizon !== undefined && SequenceNumber !== '') throw new AwsError(shard.horizon, 'the position is gone')
      return { ShardIterator: `${ShardId}/${ShardIteratorType === 'TRIM_HORIZON' ? 0 : shard.records.indexOf(SequenceNumber) + 1}` }
    },
    'Streams.GetRecords': ({ ShardIterator = '', Limit }) => {
      const [id, start] = ShardIterator.split('/')
      const shard = shards.find((each) => each.ShardId === id) as Shard
      const end = Math.min(Number(start) + Number(Limit), shard.records.length)
      const records = shard.records.slice(Number(start), end).map((SequenceNumber) => ({ dynamodb: { SequenceNumber } }))
      return { Records: records, NextShardIterator: shard.open || end < shard.records.length ? `${id}/${end}` : undefined }
    },
  }
  return {
    ask: async <T>(operation: string, input: unknown) => answers[operation]?.(input as Record<string, string>) as T,
    forward: () => Promise.reject(new Error('not asked')),
    close: () => {},
  }
}

async function read(shards: Shard[], options: { until: string; batchSize?: number; from?: StreamPosition; refuse?: string }) {
  const position = durableJson(undefined, StreamPosition, options.from ?? {})
  const batches: string[][] = []
  const lines: string[] = []
  let refusals = options.refuse ? 1 : 0
  await new Promise<void>((resolve) => {
    const reader = readStream({
      client: streamOf(shards),
      streamArn: 'arn',
      position,
      batchSize: options.batchSize ?? 2,
      log: (_part, line) => void lines.push(line),
      async onBatch(records: DynamoDBRecord[]) {
        const sequences = records.map((record) => record.dynamodb?.SequenceNumber ?? '')
        batches.push(sequences)
        if (refusals > 0 && sequences.includes(options.refuse ?? '')) {
          refusals -= 1
          throw new Error('refused')
        }
        if (sequences.includes(options.until)) void reader.stop().then(resolve)
      },
    })
  })
  return { batches, position: position.read(), lines }
}

const family: Shard[] = [
  { ShardId: 'child', ParentShardId: 'parent', records: ['4', '5'], open: true },
  { ShardId: 'parent', ParentShardId: 'long-gone', records: ['1', '2', '3'] },
  { ShardId: 'other', records: ['8'] },
]

test('a child is read after its parent is finished, and finished shards are remembered', async () => {
  const { batches, position } = await read(family, { until: '5' })
  const order = batches.flat()
  expect(order.filter((each) => each !== '8')).toEqual(['1', '2', '3', '4', '5'])
  expect(order).toContain('8')
  expect(position).toEqual({ child: { sequence: '5' }, parent: { sequence: '3', done: true }, other: { sequence: '8', done: true } })
})

test('reading goes on after the stored position', async () => {
  const from = { parent: { sequence: '2' }, other: { sequence: '8', done: true } }
  expect((await read(family, { until: '5', from })).batches).toEqual([['3'], ['4', '5']])
})

test('a position older than the stream keeps goes on at the oldest record left', async () => {
  const trimmed: Shard[] = [{ ShardId: 'a', records: ['7', '8'], open: true, horizon: 'TrimmedDataAccessException' }]
  expect((await read(trimmed, { until: '8', from: { a: { sequence: '1' } } })).batches).toEqual([['7', '8']])
})

test('a refused batch comes again, whole, before anything after it', async () => {
  const { batches, lines } = await read([{ ShardId: 'a', records: ['1', '2', '3'], open: true }], { until: '3', refuse: '2' })
  expect(batches).toEqual([['1', '2'], ['1', '2'], ['3']])
  expect(lines).toEqual(['the stream reader tries again: refused'])
})

test('another trouble with a position is told, and tried again until the reader is stopped', async () => {
  const broken: Shard[] = [{ ShardId: 'a', records: ['1'], open: true, horizon: 'InternalServerError' }]
  const lines: string[] = []
  const reader = await new Promise<ReturnType<typeof readStream>>((resolve) => {
    const opened = readStream({
      client: streamOf(broken),
      streamArn: 'arn',
      position: durableJson(undefined, StreamPosition, { a: { sequence: '1' } }),
      batchSize: 1,
      onBatch: async () => {},
      log: (_part, line) => {
        lines.push(line)
        resolve(opened)
      },
    })
  })
  await reader.stop()
  expect(lines).toEqual(['the stream reader tries again: the position is gone'])
})
