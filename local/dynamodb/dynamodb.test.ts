import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  TransactGetItemsCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import { DescribeStreamCommand, GetRecordsCommand, GetShardIteratorCommand, ListStreamsCommand } from '@aws-sdk/client-dynamodb-streams'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { DynamoDBRecord } from 'aws-lambda'
import { tableArn, tableName, tableStreamArn } from '../aws/test-deployment.ts'
import { startTestTable, type TestTable } from './test-table.ts'

const TableName = tableName
const now = Date.parse('2030-01-01T00:00:00Z')
const seconds = (offset: number) => ({ N: String(now / 1000 + offset) })
const key = (pk: string, sk = 'ITEM') => ({ PK: { S: pk }, SK: { S: sk } })
let table: TestTable

beforeAll(async () => {
  table = await startTestTable({ clock: () => now })
})
afterAll(() => table.close())

/** Follows the stream until a record satisfies the test. */
async function recordsUntil(consumer: string, last: (record: DynamoDBRecord) => boolean): Promise<DynamoDBRecord[]> {
  const seen: DynamoDBRecord[] = []
  await new Promise<void>((resolve) => {
    const reader = table.db.readStream({
      tableStreamArn,
      consumer,
      batchSize: 100,
      async onBatch(records) {
        seen.push(...records)
        if (records.some(last)) void reader.stop().then(resolve)
      },
    })
  })
  return seen
}
const isOf = (pk: string, name?: string) => (record: DynamoDBRecord) =>
  record.dynamodb?.Keys?.PK?.S === pk && (!name || record.eventName === name)

describe('consumed capacity', () => {
  const big = { ...key('capacity', 'big'), text: { S: 'x'.repeat(5000) } }

  test('of a transaction counts every item and index entry twice', async () => {
    const puts = [big, { ...key('capacity', 'indexed'), IX1PK: { S: 'a' }, IX1SK: { S: 'b' } }].map((Item) => ({
      Put: { TableName, Item },
    }))
    const check = { ConditionCheck: { TableName, Key: key('capacity', 'none'), ConditionExpression: 'attribute_not_exists(PK)' } }
    const reply = await table.root.send(
      new TransactWriteItemsCommand({ TransactItems: [...puts, check], ReturnConsumedCapacity: 'INDEXES' }),
    )
    expect(reply.ConsumedCapacity).toMatchObject([
      {
        TableName,
        CapacityUnits: 16,
        WriteCapacityUnits: 16,
        Table: { CapacityUnits: 14 },
        GlobalSecondaryIndexes: { IX1: { CapacityUnits: 2 } },
      },
    ])
  })

  test('of a transaction counts what it deletes, checks and updates by the size it has, or one kilobyte where nothing is', async () => {
    const kept = { ...key('sizes', 'checked'), text: { S: 'x'.repeat(2500) } }
    const gone = { ...key('sizes', 'deleted'), text: { S: 'x'.repeat(1500) }, IX1PK: { S: 'a' }, IX1SK: { S: 'b' } }
    for (const Item of [kept, gone]) await table.root.send(new PutItemCommand({ TableName, Item }))
    const cost = async (TransactItems: TransactWriteItem[]) => {
      const reply = await table.root.send(new TransactWriteItemsCommand({ TransactItems, ReturnConsumedCapacity: 'TOTAL' }))
      return reply.ConsumedCapacity?.[0]?.CapacityUnits
    }
    const update = { UpdateExpression: 'SET #t = :t', ExpressionAttributeNames: { '#t': 'text' } }
    const short = { ...update, ExpressionAttributeValues: { ':t': { S: 'x' } } }
    expect(await cost([{ ConditionCheck: { TableName, Key: key('sizes', 'checked'), ConditionExpression: 'attribute_exists(PK)' } }])).toBe(
      6,
    )
    expect(await cost([{ Update: { TableName, Key: key('sizes', 'checked'), ...short } }])).toBe(6)
    expect(await cost([{ Delete: { TableName, Key: key('sizes', 'deleted') } }])).toBe(8)
    const absent = ['1', '2'].map((sk) => ({ Delete: { TableName, Key: key('sizes', sk) } }))
    expect(await cost([...absent, { Update: { TableName, Key: key('sizes', '3'), ...short } }])).toBe(6)
  })

  test('of a transaction repeated under its token counts reads', async () => {
    const command = () =>
      new TransactWriteItemsCommand({
        TransactItems: [{ Put: { TableName, Item: key('token') } }],
        ClientRequestToken: 't-1',
        ReturnConsumedCapacity: 'TOTAL',
      })
    expect((await table.root.send(command())).ConsumedCapacity).toEqual([{ TableName, CapacityUnits: 2, WriteCapacityUnits: 2 }])
    expect((await table.root.send(command())).ConsumedCapacity).toEqual([{ TableName, CapacityUnits: 2, ReadCapacityUnits: 2 }])
  })

  test('of reads counts whole items, found or not, whatever is projected', async () => {
    await table.root.send(new PutItemCommand({ TableName, Item: big }))
    const Keys = [key('capacity', 'big'), key('capacity', 'missing')]
    const batch = (ConsistentRead: boolean) =>
      new BatchGetItemCommand({
        RequestItems: { [TableName]: { Keys, ConsistentRead, ProjectionExpression: 'SK' } },
        ReturnConsumedCapacity: 'TOTAL',
      })
    expect((await table.root.send(batch(true))).ConsumedCapacity).toEqual([{ TableName, CapacityUnits: 3 }])
    expect((await table.root.send(batch(false))).ConsumedCapacity).toEqual([{ TableName, CapacityUnits: 1.5 }])
    const none = new BatchGetItemCommand({
      RequestItems: { [TableName]: { Keys: [key('capacity', 'missing'), key('capacity', 'too')], ConsistentRead: true } },
      ReturnConsumedCapacity: 'INDEXES',
    })
    expect((await table.root.send(none)).ConsumedCapacity).toEqual([{ TableName, CapacityUnits: 2, Table: { CapacityUnits: 2 } }])
    const gets = Keys.map((Key) => ({ Get: { TableName, Key } }))
    const reply = await table.root.send(new TransactGetItemsCommand({ TransactItems: gets, ReturnConsumedCapacity: 'TOTAL' }))
    expect(reply.ConsumedCapacity).toEqual([{ TableName, CapacityUnits: 6, ReadCapacityUnits: 6 }])
  })

  test('is not reported for a transaction that failed', async () => {
    const item = { Put: { TableName, Item: key('token'), ConditionExpression: 'attribute_not_exists(PK)' } }
    const write = new TransactWriteItemsCommand({ TransactItems: [item], ReturnConsumedCapacity: 'TOTAL' })
    await expect(table.root.send(write)).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'ConditionalCheckFailed' }],
    })
    const unknown = new BatchGetItemCommand({ RequestItems: { unknown: { Keys: [key('a')] } }, ReturnConsumedCapacity: 'TOTAL' })
    await expect(table.root.send(unknown)).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  })
})

describe('time to live', () => {
  test('a sweep deletes what has expired, and only that', async () => {
    const items = [
      { ...key('ttl', 'past'), expiresAt: seconds(-1) },
      { ...key('ttl', 'now'), expiresAt: seconds(0) },
      { ...key('ttl', 'future'), expiresAt: seconds(1) },
      { ...key('ttl', 'text'), expiresAt: { S: '1' } },
      { ...key('ttl', 'ancient'), expiresAt: { N: '1' } },
      key('ttl', 'none'),
    ]
    await table.root.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: items.map((Item) => ({ PutRequest: { Item } })) } }))
    expect(await table.db.sweep()).toBe(2)
    expect(await table.db.sweep()).toBe(0)
    const left = await table.root.send(
      new ScanCommand({ TableName, FilterExpression: 'PK = :p', ExpressionAttributeValues: { ':p': { S: 'ttl' } } }),
    )
    expect(left.Items?.map((item) => item.SK?.S).sort()).toEqual(['ancient', 'future', 'none', 'text'])
  })

  test('finds expired items on every page', async () => {
    const batches = Array.from({ length: 24 }, (_, page) => Array.from({ length: 25 }, (_, index) => key(`page#${page}`, String(index))))
    for (const batch of batches) {
      const requests = batch.map((each) => ({ PutRequest: { Item: { ...each, expiresAt: seconds(-5) } } }))
      await table.root.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }))
    }
    expect(await table.db.sweep()).toBe(600)
  })

  test("the stream tells a sweep's deletion from the product's", async () => {
    const expired = (pk: string) => ({ TableName, Item: { ...key(pk), expiresAt: seconds(-10) } })
    await table.root.send(new PutItemCommand(expired('swept')))
    await table.db.sweep()
    await table.root.send(new PutItemCommand(expired('deleted')))
    await table.root.send(new DeleteItemCommand({ TableName, Key: key('deleted') }))
    const records = await recordsUntil('ttl', isOf('deleted', 'REMOVE'))
    expect(records.find(isOf('swept', 'REMOVE'))?.userIdentity).toEqual({ type: 'Service', principalId: 'dynamodb.amazonaws.com' })
    expect(records.find(isOf('deleted', 'REMOVE'))).not.toHaveProperty('userIdentity')
    expect(records.find(isOf('swept', 'INSERT'))).not.toHaveProperty('userIdentity')
  })

  test('is described as the template sets it', async () => {
    const described = await table.root.send(new DescribeTimeToLiveCommand({ TableName }))
    expect(described.TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' })
    await expect(table.root.send(new DescribeTimeToLiveCommand({ TableName: 'unknown' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
  })
})

describe('the stream', () => {
  test('gives records in the shape of a Lambda event, under the ARN of the template', async () => {
    await table.root.send(new PutItemCommand({ TableName, Item: key('shape') }))
    await table.root.send(new PutItemCommand({ TableName, Item: { ...key('shape'), n: { N: '1' } } }))
    const records = (await recordsUntil('shape', isOf('shape', 'MODIFY'))).filter(isOf('shape'))
    expect(records).toEqual([
      expect.objectContaining({ eventName: 'INSERT' }),
      {
        eventID: expect.any(String),
        eventName: 'MODIFY',
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        awsRegion: 'eu-central-1',
        eventSourceARN: tableStreamArn,
        dynamodb: {
          ApproximateCreationDateTime: expect.any(Number),
          Keys: key('shape'),
          NewImage: { ...key('shape'), n: { N: '1' } },
          OldImage: key('shape'),
          SequenceNumber: expect.any(String),
          SizeBytes: expect.any(Number),
          StreamViewType: 'NEW_AND_OLD_IMAGES',
        },
      },
    ])
  })

  test('gives a batch again that was rejected, and none twice that was accepted', async () => {
    const attempts: string[][] = []
    const names = ['one', 'two', 'three']
    await recordsUntil('retry', () => true)
    for (const name of names) await table.root.send(new PutItemCommand({ TableName, Item: key('retry', name) }))
    await new Promise<void>((resolve) => {
      const reader = table.db.readStream({
        tableStreamArn,
        consumer: 'retry',
        batchSize: 1000,
        async onBatch(records) {
          attempts.push(records.filter(isOf('retry')).map((record) => record.dynamodb?.Keys?.SK?.S ?? ''))
          if (attempts.length === 1) throw new Error('not now')
          if (attempts.flat().at(-1) === 'three') void reader.stop().then(resolve)
        },
      })
    })
    expect(attempts[1]).toEqual(attempts[0])
    expect(attempts.slice(1).flat()).toEqual(names)
    expect(table.lines).toContain('dynamodb: the stream reader tries again: not now')
  })

  test('is readable by the SDK under the ARN of the template', async () => {
    expect((await table.streams.send(new ListStreamsCommand({}))).Streams?.[0]?.StreamArn).toBe(tableStreamArn)
    const { StreamDescription: stream } = await table.streams.send(new DescribeStreamCommand({ StreamArn: tableStreamArn }))
    const ShardId = stream?.Shards?.[0]?.ShardId
    const { ShardIterator } = await table.streams.send(
      new GetShardIteratorCommand({ StreamArn: tableStreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
    )
    const { Records } = await table.streams.send(new GetRecordsCommand({ ShardIterator }))
    expect(Records?.[0]).toMatchObject({ awsRegion: 'eu-central-1', eventName: 'INSERT' })
    const described = await table.root.send(new DescribeTableCommand({ TableName }))
    expect([described.Table?.TableArn, described.Table?.LatestStreamArn]).toEqual([tableArn, tableStreamArn])
  })

  test('of another table is refused', () => {
    const onBatch = async () => {}
    expect(() => table.db.readStream({ tableStreamArn: 'arn:other', consumer: 'x', batchSize: 1, onBatch })).toThrow('no stream')
  })
})

test("DynamoDB's own refusals arrive under their names", async () => {
  const missing = new GetItemCommand({ TableName: 'other', Key: key('a') })
  await expect(table.root.send(missing)).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
})
