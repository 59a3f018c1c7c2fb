import type { AwsRequest } from '../types.ts'
import { batchCapacity, type Consumed, type Touched, transactWriteCapacity } from './capacity.ts'
import type { Item } from './expressions.ts'
import type { LocalClient, RawReply } from './local-client.ts'
import type { Table } from './tables.ts'

interface BatchReply {
  Responses?: Record<string, Item[]>
  UnprocessedKeys?: Record<string, { Keys: Item[] }>
  ConsumedCapacity?: Consumed[]
}

type TableOf = (name: string) => Table | undefined

/**
 * Lets DynamoDB Local answer, whose consumed capacity is right but for two operations: it leaves out the absent items of a batch, and
 * counts the writes of a transaction doubly, some not at all.
 */
export async function withCapacity(
  client: LocalClient,
  request: AwsRequest,
  table: TableOf,
  forward: () => Promise<RawReply>,
): Promise<RawReply> {
  const detail = String(request.input.ReturnConsumedCapacity ?? 'NONE')
  if (detail === 'NONE') return forward()
  if (request.operation === 'BatchGetItem') return rewritten(await forward(), (reply) => withAbsent(request, reply, detail))
  if (request.operation !== 'TransactWriteItems') return forward()
  const written = writesOf(request, table)
  const before = await Promise.all(written.map((one) => read(client, one)))
  const reply = await forward()
  const after = reply.status === 200 ? await Promise.all(written.map((one, n) => itemAfter(client, one, before[n]))) : []
  return rewritten(reply, ({ ConsumedCapacity: counted = [] }) => {
    // A transaction repeated under its token only reads, and is reported in read units.
    if (counted.some((each) => each.ReadCapacityUnits !== undefined)) return counted
    const touched = written.map(({ table: of }, n): Touched => ({ table: of, before: before[n], after: after[n] }))
    return transactWriteCapacity(touched, detail)
  })
}

function rewritten(reply: RawReply, count: (answer: BatchReply) => Consumed[]): RawReply {
  if (reply.status !== 200) return reply
  const answer = JSON.parse(reply.body.toString()) as BatchReply
  return { status: 200, body: Buffer.from(JSON.stringify({ ...answer, ConsumedCapacity: count(answer) })) }
}

/** What is asked for and neither there nor left for later costs as much as the smallest item. */
function withAbsent({ input }: AwsRequest, reply: BatchReply, detail: string): Consumed[] {
  const requested = Object.entries(input.RequestItems as Record<string, { Keys: Item[]; ConsistentRead?: boolean }>)
  return requested.map(([name, { Keys: keys, ConsistentRead: strong }]) => {
    const absent = keys.length - (reply.Responses?.[name]?.length ?? 0) - (reply.UnprocessedKeys?.[name]?.Keys.length ?? 0)
    const counted = reply.ConsumedCapacity?.find((each) => each.TableName === name)?.CapacityUnits ?? 0
    return batchCapacity(name, counted + absent * (strong ? 1 : 0.5), detail)
  })
}

interface Write {
  kind: string
  table: Table
  key: Item
  /** What a put leaves behind. */
  item: Item | undefined
}

function writesOf({ input }: AwsRequest, tableOf: TableOf): Write[] {
  const actions = (input.TransactItems ?? []) as Array<Record<string, { TableName: string; Key?: Item; Item?: Item }>>
  return actions.flatMap(Object.entries).flatMap(([kind, { TableName: name, Key: own, Item: item }]) => {
    const table = tableOf(name)
    const from = own ?? item ?? {}
    return table
      ? [{ kind, table, item, key: Object.fromEntries(table.keys.map(({ AttributeName: each }) => [each, from[each] ?? {}])) }]
      : []
  })
}

/** Only an update leaves what must be read: exact as long as nobody else writes that item at this moment. */
async function itemAfter(client: LocalClient, write: Write, before: Item | undefined): Promise<Item | undefined> {
  if (write.kind === 'Update') return read(client, write)
  return write.kind === 'ConditionCheck' ? before : write.item
}

async function read(client: LocalClient, { table, key }: Write): Promise<Item | undefined> {
  return (await client.ask<{ Item?: Item }>('GetItem', { TableName: table.name, Key: key, ConsistentRead: true })).Item
}
