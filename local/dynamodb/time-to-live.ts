import * as z from 'zod'
import type { Clock, Log } from '../types.ts'
import { AwsError } from '../types.ts'
import { durableJson } from './durable-json.ts'
import type { AttributeValue, Item } from './expressions.ts'
import type { LocalClient } from './local-client.ts'
import type { Table } from './tables.ts'

export interface TimeToLive {
  /** Deletes every expired item now and says how many. */
  sweep(): Promise<number>
  /** Whether the removal of this item was a sweep's, however long ago within the day that streams keep records. */
  swept(table: Table, keys: Item, oldImage: Item | undefined): boolean
  stop(): Promise<void>
}

interface Options {
  client: LocalClient
  tables: Table[]
  clock: Clock
  log: Log
  /** Where the sweeps of the last day are remembered. */
  path: string | undefined
  everyMs: number
}

const pageSize = 500
const streamKeepsMs = 25 * 3_600_000
/** DynamoDB lets items live whose time is more than five years past. */
const oldestSeconds = 5 * 365 * 86_400

/** Does what DynamoDB's own time-to-live does, a page at a time in the background. */
export function startTimeToLive(options: Options): TimeToLive {
  const tables = options.tables.filter((table) => table.ttlAttribute !== undefined)
  const memory = durableJson(options.path, z.record(z.string(), z.number()), {})
  const positions = new Map<Table, Item | undefined>()
  const page = async (table: Table, from: Item | undefined) => {
    const { Items: items, LastEvaluatedKey: next } = await expired(options, table, from)
    if (items.length > 0) memory.write(remember(memory.read(), items, table, options.clock()))
    const removed = await Promise.all(items.map((item) => remove(options.client, table, item)))
    return { next, count: removed.filter(Boolean).length }
  }
  let working: Promise<unknown> = Promise.resolve()
  const timer = setInterval(() => {
    working = Promise.all(tables.map(async (table) => positions.set(table, (await page(table, positions.get(table))).next))).catch(
      (error: Error) => options.log('dynamodb', `time to live: ${error.message}`),
    )
  }, options.everyMs)
  timer.unref()
  return {
    async sweep() {
      const counts = await Promise.all(tables.map((table) => sweepTable((from) => page(table, from))))
      return counts.reduce((sum, count) => sum + count, 0)
    },
    swept: (table, keys, oldImage) => fingerprint(table, { ...keys, ...oldImage }) in memory.read(),
    async stop() {
      clearInterval(timer)
      await working
    },
  }
}

async function sweepTable(page: (from: Item | undefined) => Promise<{ next: Item | undefined; count: number }>): Promise<number> {
  let total = 0
  let from: Item | undefined
  do {
    const { next, count } = await page(from)
    total += count
    from = next
  } while (from)
  return total
}

function expired({ client, clock }: Options, table: Table, from: Item | undefined): Promise<{ Items: Item[]; LastEvaluatedKey?: Item }> {
  const now = Math.floor(clock() / 1000)
  const keys = Object.fromEntries(table.keys.map((key, index) => [`#k${index}`, key.AttributeName]))
  return client.ask('Scan', {
    TableName: table.name,
    Limit: pageSize,
    ExclusiveStartKey: from,
    FilterExpression: 'attribute_type(#ttl, :number) AND #ttl <= :now AND #ttl > :oldest',
    ProjectionExpression: ['#ttl', ...Object.keys(keys)].join(', '),
    ExpressionAttributeNames: { '#ttl': table.ttlAttribute, ...keys },
    ExpressionAttributeValues: { ':number': { S: 'N' }, ':now': { N: String(now) }, ':oldest': { N: String(now - oldestSeconds) } },
  })
}

/** False when the item was changed or removed in the meantime. */
async function remove(client: LocalClient, table: Table, item: Item): Promise<boolean> {
  const attribute = table.ttlAttribute ?? ''
  try {
    await client.ask('DeleteItem', {
      TableName: table.name,
      Key: Object.fromEntries(table.keys.map(({ AttributeName: name }) => [name, item[name]])),
      ConditionExpression: '#ttl = :seen',
      ExpressionAttributeNames: { '#ttl': attribute },
      ExpressionAttributeValues: { ':seen': item[attribute] },
    })
    return true
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ConditionalCheckFailedException') return false
    throw error
  }
}

/** Remembered before the deletion, so that a stack killed in between still tells it from a deletion by the product. */
function remember(known: Record<string, number>, items: Item[], table: Table, now: number): Record<string, number> {
  const recent = Object.entries(known).filter(([, at]) => at > now - streamKeepsMs)
  return Object.fromEntries([...recent, ...items.map((item) => [fingerprint(table, item), now] as const)])
}

function fingerprint(table: Table, item: Item): string {
  const values = [...table.keys.map((key) => key.AttributeName), table.ttlAttribute ?? ''].map(
    (name): AttributeValue | undefined => item[name],
  )
  return JSON.stringify([table.name, ...values])
}
