import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
  type QueryCommandInput,
  TransactGetCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb'
import { config } from '../config.ts'
import { problem } from '../errors.ts'
import { credentialsFor } from './credentials.ts'
import type { Key } from './keys.ts'
import { charge, type Meter, meter } from './meter.ts'

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

// Clients differ in their credentials only, so they share one pool of connections.
let shared: DynamoDBClient | undefined
const clients = new Map<string, DynamoDBDocumentClient>()
const CLIENTS = 500

async function clientFor(tenant: string | undefined, counts: Meter): Promise<DynamoDBDocumentClient> {
  // Asked for here, and not first by the SDK, so that a call to STS counts for the request that needed it.
  if (config.tenantCredentials) await credentialsFor(tenant, counts)
  const key = tenant ?? ''
  const known = clients.get(key)
  if (known) return known
  shared ??= new DynamoDBClient({})
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      requestHandler: shared.config.requestHandler,
      ...(config.tenantCredentials ? { credentials: () => credentialsFor(tenant, meter()) } : {}),
    }),
    { marshallOptions: { removeUndefinedValues: true } },
  )
  const oldest = clients.keys().next().value
  if (clients.size >= CLIENTS && oldest !== undefined) clients.delete(oldest)
  clients.set(key, client)
  return client
}

const nameOf = (key: Key) => `${key.pk}\n${key.sk}`
const MAX_TRIES = 4
/** DynamoDB's limit for one BatchGetItem. */
const BATCH_KEYS = 100

const chunks = (keys: Key[]) =>
  Array.from({ length: Math.ceil(keys.length / BATCH_KEYS) }, (_, n) => keys.slice(n * BATCH_KEYS, (n + 1) * BATCH_KEYS))

async function batch(client: DynamoDBDocumentClient, counts: Meter, keys: Key[], found: Map<string, Item>, tries = 1): Promise<void> {
  const reply = await client.send(
    new BatchGetCommand({ RequestItems: { [config.tableName]: { Keys: keys, ConsistentRead: true } }, ReturnConsumedCapacity: 'TOTAL' }),
  )
  charge(counts, 'read', reply.ConsumedCapacity)
  for (const item of reply.Responses?.[config.tableName] ?? []) found.set(nameOf(item as unknown as Key), item)
  const left = reply.UnprocessedKeys?.[config.tableName]?.Keys as Key[] | undefined
  if (!left?.length) return
  // A key left unprocessed is never taken for absence.
  if (tries >= MAX_TRIES) throw problem('UNAVAILABLE')
  await new Promise((resolve) => setTimeout(resolve, 20 * 2 ** tries))
  await batch(client, counts, left, found, tries + 1)
}

/** Another transaction on one of the items is under way. */
const isContended = (error: unknown) =>
  error instanceof TransactionCanceledException &&
  (error.CancellationReasons ?? []).some(({ Code }) => Code !== undefined && Code !== 'None')

async function together(client: DynamoDBDocumentClient, counts: Meter, keys: readonly Key[], tries = 1): Promise<(Item | undefined)[]> {
  const TransactItems = keys.map(({ pk, sk }) => ({ Get: { TableName: config.tableName, Key: { pk, sk } } }))
  try {
    const reply = await client.send(new TransactGetCommand({ TransactItems, ReturnConsumedCapacity: 'TOTAL' }))
    charge(counts, 'read', reply.ConsumedCapacity)
    return keys.map((_, n) => reply.Responses?.[n]?.Item)
  } catch (error) {
    if (!isContended(error)) throw error
    if (tries >= MAX_TRIES) throw problem('UNAVAILABLE', { cause: error })
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 25 * 2 ** tries))
    return together(client, counts, keys, tries + 1)
  }
}

export function tableFor(tenant: string | undefined, counts: Meter): Table {
  const client = () => clientFor(tenant, counts)
  return {
    read: (keys) =>
      counts.during(async () => {
        const found = new Map<string, Item>()
        const distinct = [...new Map(keys.map((key) => [nameOf(key), { pk: key.pk, sk: key.sk }])).values()]
        const reader = await client()
        await Promise.all(chunks(distinct).map((chunk) => batch(reader, counts, chunk, found)))
        return keys.map((key) => found.get(nameOf(key)))
      }),
    snapshot: (keys) => counts.during(async () => together(await client(), counts, keys)),
    query: (input) =>
      counts.during(async () => {
        const reply = await (await client()).send(
          new QueryCommand({ ...input, TableName: config.tableName, ReturnConsumedCapacity: 'TOTAL' }),
        )
        charge(counts, 'read', reply.ConsumedCapacity)
        return { items: reply.Items ?? [], ...(reply.LastEvaluatedKey ? { lastKey: reply.LastEvaluatedKey } : {}) }
      }),
    transact: (items) =>
      counts.during(async () => {
        const reply = await (await client()).send(new TransactWriteCommand({ TransactItems: items, ReturnConsumedCapacity: 'TOTAL' }))
        charge(counts, 'write', reply.ConsumedCapacity)
      }),
    put: (input) =>
      counts.during(async () => {
        const reply = await (await client()).send(new PutCommand({ ...input, ReturnConsumedCapacity: 'TOTAL' }))
        charge(counts, 'write', reply.ConsumedCapacity)
      }),
    update: (input) =>
      counts.during(async () => {
        const reply = await (await client()).send(
          new UpdateCommand({ ...input, TableName: config.tableName, ReturnConsumedCapacity: 'TOTAL' }),
        )
        charge(counts, 'write', reply.ConsumedCapacity)
        return reply.Attributes
      }),
  }
}
