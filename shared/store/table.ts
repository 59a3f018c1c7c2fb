import { randomUUID } from 'node:crypto'
import type { PutCommandInput, QueryCommandInput, TransactWriteCommandInput, UpdateCommandInput } from '@aws-sdk/lib-dynamodb'
import { config } from '../config.ts'
import { problem } from '../errors.ts'
import { type Attributes, toAttributes } from './attributes.ts'
import { credentialsFor } from './credentials.ts'
import type { Key } from './keys.ts'
import { charge, type Meter } from './meter.ts'
import { type Answered, callTable, cancellationOf, inNotation, itemOf, type Operation } from './table-call.ts'

export type Item = Record<string, unknown>

/** The table, seen with one tenant's credentials (or none: the look-ups). Every command is metered. */
export interface Table {
  /** One strongly consistent batch, in the order of the keys; `undefined` where there is nothing. Past 100 keys, batches in parallel. */
  read(keys: readonly Key[]): Promise<(Item | undefined)[]>
  /** Up to 100 items as they stood together at one moment, in the order of the keys; twice the read units of a batch. */
  snapshot(keys: readonly Key[]): Promise<(Item | undefined)[]>
  query(input: Omit<QueryCommandInput, 'TableName'>): Promise<{ items: Item[]; lastKey?: Record<string, unknown> }>
  transact(items: NonNullable<TransactWriteCommandInput['TransactItems']>): Promise<void>
  put(input: PutCommandInput): Promise<void>
  update(input: Omit<UpdateCommandInput, 'TableName'>): Promise<Item | undefined>
}

const nameOf = (key: Key) => `${key.pk}\n${key.sk}`
const MAX_TRIES = 4
/** DynamoDB's limit for one BatchGetItem. */
const BATCH_KEYS = 100

const chunks = (keys: Attributes[]) =>
  Array.from({ length: Math.ceil(keys.length / BATCH_KEYS) }, (_, n) => keys.slice(n * BATCH_KEYS, (n + 1) * BATCH_KEYS))

/** Sends commands on the credentials that reach one tenant, or, without one, the look-ups. */
const senderFor =
  (tenant: string | undefined, counts: Meter) =>
  async <O extends Operation>(operation: O, input: object): Promise<Answered<O>> =>
    callTable(operation, input, config.tenantCredentials ? await credentialsFor(tenant, counts) : undefined)
type Send = ReturnType<typeof senderFor>

async function batch(send: Send, counts: Meter, keys: Attributes[], found: Map<string, Item>, tries = 1): Promise<void> {
  const { ConsumedCapacity, Responses, UnprocessedKeys } = await send('BatchGetItem', {
    RequestItems: { [config.tableName]: { Keys: keys, ConsistentRead: true } },
    ReturnConsumedCapacity: 'TOTAL',
  })
  charge(counts, 'read', ConsumedCapacity)
  for (const attributes of Responses?.[config.tableName] ?? []) {
    const item = itemOf(attributes)
    found.set(nameOf(item as unknown as Key), item)
  }
  const left = UnprocessedKeys?.[config.tableName]?.Keys
  if (!left?.length) return
  // A key left unprocessed is never taken for absence.
  if (tries >= MAX_TRIES) throw problem('UNAVAILABLE')
  await new Promise((resolve) => setTimeout(resolve, 20 * 2 ** tries))
  await batch(send, counts, left as Attributes[], found, tries + 1)
}

/** Another transaction on one of the items is under way. */
const isAmidst = (error: unknown) => cancellationOf(error)?.some(({ Code }) => Code !== undefined && Code !== 'None') ?? false

async function together(send: Send, counts: Meter, keys: readonly Key[], tries = 1): Promise<(Item | undefined)[]> {
  const TransactItems = keys.map(({ pk, sk }) => ({ Get: { TableName: config.tableName, Key: toAttributes({ pk, sk }) } }))
  try {
    const { ConsumedCapacity, Responses = [] } = await send('TransactGetItems', { TransactItems, ReturnConsumedCapacity: 'TOTAL' })
    charge(counts, 'read', ConsumedCapacity)
    return keys.map((_, n) => Responses[n]?.Item && itemOf(Responses[n].Item))
  } catch (error) {
    if (!isAmidst(error)) throw error
    if (tries >= MAX_TRIES) throw problem('UNAVAILABLE', { cause: error })
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 25 * 2 ** tries))
    return together(send, counts, keys, tries + 1)
  }
}

export function tableFor(tenant: string | undefined, counts: Meter): Table {
  const send = senderFor(tenant, counts)
  return {
    read: (keys) =>
      counts.during(async () => {
        const found = new Map<string, Item>()
        const distinct = new Map(keys.map((key) => [nameOf(key), toAttributes({ pk: key.pk, sk: key.sk })]))
        await Promise.all(chunks([...distinct.values()]).map((chunk) => batch(send, counts, chunk, found)))
        return keys.map((key) => found.get(nameOf(key)))
      }),
    snapshot: (keys) => counts.during(() => together(send, counts, keys)),
    query: (input) =>
      counts.during(async () => {
        const command = { ...inNotation(input), TableName: config.tableName, ReturnConsumedCapacity: 'TOTAL' }
        const { ConsumedCapacity, Items = [], LastEvaluatedKey } = await send('Query', command)
        charge(counts, 'read', ConsumedCapacity)
        return { items: Items.map(itemOf), ...(LastEvaluatedKey ? { lastKey: itemOf(LastEvaluatedKey) } : {}) }
      }),
    transact: (items) =>
      counts.during(async () => {
        const TransactItems = items.map((item) => Object.fromEntries(Object.entries(item).map(([kind, part]) => [kind, inNotation(part)])))
        // By its token DynamoDB knows a transaction again whose answer was lost on the way.
        const command = { TransactItems, ClientRequestToken: randomUUID(), ReturnConsumedCapacity: 'TOTAL' }
        charge(counts, 'write', (await send('TransactWriteItems', command)).ConsumedCapacity)
      }),
    put: (input) =>
      counts.during(async () => {
        const command = { ...inNotation(input), ReturnConsumedCapacity: 'TOTAL' }
        charge(counts, 'write', (await send('PutItem', command)).ConsumedCapacity)
      }),
    update: (input) =>
      counts.during(async () => {
        const command = { ...inNotation(input), TableName: config.tableName, ReturnConsumedCapacity: 'TOTAL' }
        const { ConsumedCapacity, Attributes: attributes } = await send('UpdateItem', command)
        charge(counts, 'write', ConsumedCapacity)
        return attributes && itemOf(attributes)
      }),
  }
}
