import type { AwsRequest } from '../types.ts'
import { type Consumed, readCapacity, type Touched, transactWriteCapacity } from './capacity.ts'
import type { Item } from './expressions.ts'
import type { LocalClient, RawReply } from './local-client.ts'
import type { Table } from './tables.ts'

interface Place {
  table: Table
  key: Item
}

/** DynamoDB Local counts these wrongly. */
const recounted = ['TransactWriteItems', 'TransactGetItems', 'BatchGetItem']

/**
 * Lets DynamoDB Local answer and puts the consumed capacity right. The items are read before and after for it,
 * outside the transaction: exact as long as nobody else writes the same items at that moment.
 */
export async function withCapacity(
  client: LocalClient,
  request: AwsRequest,
  table: (name: string) => Table | undefined,
  forward: () => Promise<RawReply>,
): Promise<RawReply> {
  const detail = String(request.input.ReturnConsumedCapacity ?? 'NONE')
  if (detail === 'NONE' || !recounted.includes(request.operation)) return forward()
  const places = placesOf(request, table)
  const before = request.operation === 'TransactWriteItems' ? await read(client, places) : []
  const reply = await forward()
  if (reply.status !== 200) return reply
  const answer = JSON.parse(reply.body.toString()) as { ConsumedCapacity?: Consumed[]; UnprocessedKeys?: Record<string, { Keys: Item[] }> }
  const answered = places.filter(
    ({ table: { name, keys }, key }) =>
      !answer.UnprocessedKeys?.[name]?.Keys.some((left) => keys.every((k) => sameKey(left, key, k.AttributeName))),
  )
  const after = await read(client, answered)
  const touched = answered.map(({ table: of }, index): Touched => ({ table: of, before: before[index], after: after[index] }))
  answer.ConsumedCapacity = count(request, touched, detail, answer.ConsumedCapacity)
  return { status: 200, body: Buffer.from(JSON.stringify(answer)) }
}

function sameKey(left: Item, right: Item, name: string): boolean {
  return JSON.stringify(left[name]) === JSON.stringify(right[name])
}

function count(
  { operation, input }: AwsRequest,
  touched: Touched[],
  detail: string,
  counted: Consumed[] | undefined,
): Consumed[] | undefined {
  if (operation === 'TransactGetItems') return readCapacity(touched, () => 2, detail, true)
  if (operation === 'BatchGetItem') {
    const requested = input.RequestItems as Record<string, { ConsistentRead?: boolean }>
    return readCapacity(touched, ({ name }) => (requested[name]?.ConsistentRead ? 1 : 0.5), detail, false)
  }
  // A transaction repeated under its token only reads, and is reported in read units.
  if (counted?.some((each) => each.ReadCapacityUnits !== undefined)) return readCapacity(touched, () => 2, detail, true)
  return transactWriteCapacity(touched, detail)
}

function placesOf({ operation, input }: AwsRequest, table: (name: string) => Table | undefined): Place[] {
  if (operation === 'BatchGetItem') {
    const requested = Object.entries((input.RequestItems ?? {}) as Record<string, { Keys: Item[] }>)
    return requested.flatMap(([name, { Keys: keys }]) => keys.flatMap((key) => place(table(name), key)))
  }
  const items = (input.TransactItems ?? []) as Array<Record<string, { TableName: string; Key?: Item; Item?: Item }>>
  return items.flatMap((entry) => Object.values(entry).flatMap((item) => place(table(item.TableName), item.Key ?? item.Item ?? {})))
}

function place(table: Table | undefined, item: Item): Place[] {
  if (!table) return []
  return [{ table, key: Object.fromEntries(table.keys.map(({ AttributeName: name }) => [name, item[name] ?? {}])) }]
}

function read(client: LocalClient, places: Place[]): Promise<Array<Item | undefined>> {
  return Promise.all(
    places.map(async ({ table, key }) => {
      const answer = await client.ask<{ Item?: Item }>('GetItem', { TableName: table.name, Key: key, ConsistentRead: true })
      return answer.Item
    }),
  )
}
