import { join } from 'node:path'
import type { DynamoDBRecord } from 'aws-lambda'
import type { AwsService, Clock, Deployment, Log } from '../types.ts'
import { durableJson } from './durable-json.ts'
import { type Engine, startEngine } from './engine.ts'
import { createLocalClient, type LocalClient } from './local-client.ts'
import { dynamoDbService } from './service.ts'
import { readStream, StreamPosition, type StreamReader } from './stream-reader.ts'
import { lambdaRecord } from './stream-records.ts'
import { ensureTable, readTables, type Table } from './tables.ts'
import { startTimeToLive } from './time-to-live.ts'

export interface DynamoDbOptions {
  deployment: Deployment
  /** Where items, stream positions and sweeps are kept; without it everything lives in memory. */
  dataDir?: string
  /** 0 takes a free one. */
  port: number
  log: Log
  clock?: Clock
  /** A DynamoDB Local that has been started already, while the template was still being made. */
  engine?: Engine
  /** How often a page of each table is searched for expired items. */
  sweepEveryMs?: number
}

export interface ReadStreamOptions {
  /** As the template's event source mapping names it. */
  tableStreamArn: string
  /** Name under which the position is kept: one for each event source mapping. */
  consumer: string
  /** Most records a batch, up to 1,000. */
  batchSize: number
  /** A rejection brings the same records again after a second. */
  onBatch(records: DynamoDBRecord[]): Promise<void>
}

export interface DynamoDb {
  service: AwsService
  /** Where DynamoDB Local itself answers, behind the front door. */
  port: number
  tables: Table[]
  readStream(options: ReadStreamOptions): StreamReader
  /** Deletes every item whose time to live is past, and says how many. */
  sweep(): Promise<number>
  close(): Promise<void>
  /** Ends DynamoDB Local like a power cut. */
  kill(): Promise<void>
}

/** Starts DynamoDB Local with the tables of the template. */
export async function startDynamoDb(options: DynamoDbOptions): Promise<DynamoDb> {
  const { deployment, dataDir, log, clock = Date.now } = options
  const inDataDir = (name: string) => dataDir && join(dataDir, name)
  const engine = options.engine ?? (await startEngine({ dataDir: inDataDir('table'), port: options.port, log }))
  const client = createLocalClient(engine.port)
  const tables = readTables(deployment)
  const localArns = await prepare(engine, client, tables)
  const timeToLive = startTimeToLive({ client, tables, clock, log, path: inDataDir('swept.json'), everyMs: options.sweepEveryMs ?? 15_000 })
  const readers = new Set<StreamReader>()
  const stop = async () => {
    await Promise.all([timeToLive.stop(), ...[...readers].map((reader) => reader.stop())])
    client.close()
  }
  return {
    service: dynamoDbService({ client, tables, localArns, deployment, written: () => readers.forEach((reader) => void reader.wake()) }),
    port: engine.port,
    tables,
    sweep: timeToLive.sweep,
    readStream({ tableStreamArn, consumer, batchSize, onBatch }) {
      const table = tables.find((each) => each.streamArn === tableStreamArn)
      const streamArn = localArns.get(tableStreamArn)
      if (!table || !streamArn) throw new Error(`${tableStreamArn} is no stream of the template's tables`)
      const position = durableJson(inDataDir(join('streams', `${consumer.replace(/[^\w-]/g, '_')}.json`)), StreamPosition, {})
      const toLambda = (record: DynamoDBRecord) => lambdaRecord(record, table, deployment.region, timeToLive)
      const reader = readStream({ client, streamArn, position, batchSize, log, onBatch: (records) => onBatch(records.map(toLambda)) })
      readers.add(reader)
      return reader
    },
    async close() {
      await stop()
      await engine.close()
    },
    async kill() {
      await engine.kill()
      await stop()
    },
  }
}

/** Waits for the engine to answer, creates what is missing, and gives DynamoDB Local's ARNs by those of the template. */
async function prepare(engine: Engine, client: LocalClient, tables: Table[]): Promise<Map<string, string>> {
  try {
    await engine.answering(() => client.ask('ListTables', {}))
    // Streams first, because their ARNs begin with those of their tables.
    const streams = new Map<string, string>()
    const own = new Map<string, string>()
    for (const table of tables) {
      const { tableArn, streamArn } = await ensureTable(client, table)
      if (table.streamArn && streamArn) streams.set(table.streamArn, streamArn)
      own.set(table.arn, tableArn)
    }
    return new Map([...streams, ...own])
  } catch (error) {
    client.close()
    await engine.close()
    throw error
  }
}
