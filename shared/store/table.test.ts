import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { problem } from '../errors.ts'
import { transact } from './commit.ts'
import { meter } from './meter.ts'
import { tableFor } from './table.ts'
import { SLUG_TAKEN } from './test-notes.ts'
import { putNew } from './writes.ts'

/** DynamoDB as it is under load, which DynamoDB Local never is: answers what a test puts in line. */
type Reply = { status?: number; body: unknown }
const asked: { operation: string; input: unknown }[] = []
let replies: Reply[] = []
let server: Server

const KEYS = [
  { pk: 'TENANT#org_1#A', sk: 'ITEM' },
  { pk: 'TENANT#org_1#B', sk: 'ITEM' },
]
const wire = ({ pk, sk }: { pk: string; sk: string }) => ({ pk: { S: pk }, sk: { S: sk } })
const batch = (found: typeof KEYS, left: typeof KEYS): Reply => ({
  body: {
    Responses: { bench: found.map(wire) },
    UnprocessedKeys: left.length ? { bench: { Keys: left.map(wire), ConsistentRead: true } } : {},
    ConsumedCapacity: [{ TableName: 'bench', CapacityUnits: 1 }],
  },
})
const error = (type: string, more: object = {}): Reply => ({
  status: 400,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: type, ...more },
})
const cancelled = (...codes: string[]) =>
  error('TransactionCanceledException', { CancellationReasons: codes.map((Code) => ({ Code, Message: Code })) })

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const body = (await request.toArray()).join('')
    asked.push({ operation: String(request.headers['x-amz-target']).split('.')[1] ?? '', input: JSON.parse(body) })
    const { status = 200, body: reply } = (replies.length > 1 ? replies.shift() : replies[0]) ?? { body: {} }
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(reply))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  Object.assign(process.env, {
    TESSERA_TABLE: 'bench',
    TESSERA_TENANT_CREDENTIALS: 'false',
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  })
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  asked.length = 0
})

const table = (counts = meter()) => tableFor('org_1', counts)
const context = {
  tableName: 'bench',
  organizationId: 'org_1',
  now: '2026-01-01T00:00:00.000Z',
  metadata: { actorId: 'a', actorKind: 'system' as const, correlationId: 'c', requestId: 'r', source: 's' },
}
const key = { pk: 'TENANT#org_1#THING', sk: 'ITEM' }

test('keys that DynamoDB left unprocessed are asked for again, in the same wave', async () => {
  replies = [batch(KEYS.slice(0, 1), KEYS.slice(1)), batch(KEYS.slice(1), [])]
  const counts = meter()
  expect(await table(counts).read(KEYS)).toEqual(KEYS)
  expect(asked.map(({ input }) => (input as { RequestItems: { bench: { Keys: unknown[] } } }).RequestItems.bench.Keys.length)).toEqual([
    2, 1,
  ])
  expect(counts).toMatchObject({ waves: 1, readUnits: 2 })
})

test('a key that stays unprocessed is unavailable, never absent', async () => {
  replies = [batch(KEYS.slice(0, 1), KEYS.slice(1))]
  await expect(table().read(KEYS)).rejects.toThrow(problem('UNAVAILABLE').message)
})

test('another transaction on the same items is waited out', async () => {
  replies = [cancelled('TransactionConflict'), cancelled('ThrottlingError'), { body: {} }]
  await transact(table(), context, [putNew(key, {}, 'CONFLICT')])
  expect(asked.map(({ operation }) => operation)).toEqual(['TransactWriteItems', 'TransactWriteItems', 'TransactWriteItems'])
})

test('one that does not end gives 503, or 409 where it is the twin of this request', async () => {
  replies = [cancelled('None', 'TransactionConflict')]
  const other = putNew(key, {}, 'CONFLICT')
  await expect(transact(table(), context, [other, other])).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  await expect(transact(table(), context, [other, putNew(key, {}, 'REQUEST_IN_PROGRESS')])).rejects.toMatchObject({
    code: 'REQUEST_IN_PROGRESS',
  })
})

test('a failed condition is told at once, though another part met contention', async () => {
  replies = [cancelled('TransactionConflict', 'ConditionalCheckFailed')]
  const writes = [putNew(key, {}, 'CONFLICT'), putNew(key, {}, SLUG_TAKEN)]
  await expect(transact(table(), context, writes)).rejects.toMatchObject({ code: 'SLUG_TAKEN', index: 1 })
  expect(asked).toHaveLength(1)
})

test('any other reason to cancel is an error of ours, told at once', async () => {
  replies = [cancelled('ValidationError')]
  await expect(transact(table(), context, [putNew(key, {}, 'CONFLICT')])).rejects.toThrow('TransactionCanceledException')
  replies = [error('AccessDeniedException')]
  await expect(transact(table(), context, [putNew(key, {}, 'CONFLICT')])).rejects.toMatchObject({ name: 'AccessDeniedException' })
  expect(asked).toHaveLength(2)
})

test('a transaction whose answer was lost is sent again under the same token, so that it is done once', async () => {
  replies = [{ status: 500, body: {} }, { body: {} }]
  await transact(table(), context, [putNew(key, {}, 'CONFLICT')])
  const tokens = asked.map(({ input }) => (input as { ClientRequestToken: string }).ClientRequestToken)
  expect(tokens).toEqual([expect.stringMatching(/^[\da-f-]{36}$/), tokens[0]])
  await transact(table(), context, [putNew(key, {}, 'CONFLICT')])
  expect(tokens).not.toContain((asked.at(-1)?.input as { ClientRequestToken: string }).ClientRequestToken)
})

test.each([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'TransactionInProgressException',
])('%s is waited out', async (name) => {
  replies = [error(name), batch(KEYS, [])]
  expect(await table().read(KEYS)).toEqual(KEYS)
  expect(asked).toHaveLength(2)
})
