import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  ExecuteStatementCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { tableArn, tableName } from '../aws/test-deployment.ts'
import { startTestTable, type TestTable } from './test-table.ts'

const TableName = tableName
const key = (pk: string) => ({ PK: { S: pk }, SK: { S: 'ITEM' } })
const mine = 'TENANT#org1#USER#1'
const theirs = 'TENANT#org2#USER#1'
const item = (pk: string) => ({ ...key(pk), IX1PK: { S: pk.replace(/USER#.*/, 'USERS') }, IX1SK: { S: '1' } })
let table: TestTable
let org1: DynamoDBClient

beforeAll(async () => {
  table = await startTestTable()
  org1 = await table.as('org1')
  for (const pk of [mine, theirs]) await table.root.send(new PutItemCommand({ TableName, Item: item(pk) }))
})
afterAll(() => table.close())

const send = (client: DynamoDBClient, command: unknown) => client.send(command as GetItemCommand)
const byIndex = (pk: string) => ({
  TableName,
  IndexName: 'IX1',
  KeyConditionExpression: '#pk = :pk AND begins_with(IX1SK, :sk)',
  ExpressionAttributeNames: { '#pk': 'IX1PK' },
  ExpressionAttributeValues: { ':pk': { S: pk }, ':sk': { S: '1' } },
})
const byTable = (pk: string) => ({ TableName, KeyConditionExpression: 'PK = :pk', ExpressionAttributeValues: { ':pk': { S: pk } } })
const transaction = (...items: TransactWriteItem[]) => new TransactWriteItemsCommand({ TransactItems: items })
const put = (pk: string): TransactWriteItem => ({ Put: { TableName, Item: item(pk) } })
const check = (pk: string): TransactWriteItem => ({
  ConditionCheck: { TableName, Key: key(pk), ConditionExpression: 'attribute_exists(PK)' },
})

describe("a tenant's credentials reach its own items", () => {
  test.each([
    ['by key', new GetItemCommand({ TableName, Key: key(mine) })],
    ['in a batch', new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [key(mine), key('TENANT#org1#GUARD#mail')] } } })],
    ['by query', new QueryCommand(byTable(mine))],
    ['through an index', new QueryCommand(byIndex('TENANT#org1#USERS'))],
    ['in a transaction', transaction(put('TENANT#org1#USER#2'), check(mine))],
  ])('%s', async (_how, command) => {
    await expect(send(org1, command)).resolves.toMatchObject({ $metadata: { httpStatusCode: 200 } })
  })
})

describe("a tenant's credentials are refused", () => {
  test.each([
    ["another tenant's key", new GetItemCommand({ TableName, Key: key(theirs) }), 'GetItem', tableArn],
    ["a write to another tenant's key", new PutItemCommand({ TableName, Item: item(theirs) }), 'PutItem', tableArn],
    [
      'a batch with one foreign key',
      new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [key(mine), key(theirs)] } } }),
      'BatchGetItem',
      tableArn,
    ],
    ["a query of another tenant's partition", new QueryCommand(byTable(theirs)), 'Query', tableArn],
    ['a foreign key through an index', new QueryCommand(byIndex('TENANT#org2#USERS')), 'Query', `${tableArn}/index/IX1`],
    ['an entity its contract does not name', new GetItemCommand({ TableName, Key: key('TENANT#org1#ROLE#1') }), 'GetItem', tableArn],
    ['a look-up outside every tenant', new GetItemCommand({ TableName, Key: key('LOGIN#1') }), 'GetItem', tableArn],
    ['an operation its contract does not name', new DeleteItemCommand({ TableName, Key: key(mine) }), 'DeleteItem', tableArn],
    ['a scan', new ScanCommand({ TableName }), 'Scan', tableArn],
    [
      'a batch write',
      new BatchWriteItemCommand({ RequestItems: { [TableName]: [{ PutRequest: { Item: item(mine) } }] } }),
      'BatchWriteItem',
      tableArn,
    ],
    [
      'an update inside a transaction',
      transaction(put(mine), {
        Update: {
          TableName,
          Key: key('TENANT#org1#USER#9'),
          UpdateExpression: 'SET a = :a',
          ExpressionAttributeValues: { ':a': { S: '' } },
        },
      }),
      'UpdateItem',
      tableArn,
    ],
    [
      'a table that is not there',
      new GetItemCommand({ TableName: 'other', Key: key(mine) }),
      'GetItem',
      tableArn.replace(tableName, 'other'),
    ],
  ])('%s', async (_what, command, action, resource) => {
    await expect(send(org1, command)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: `User: arn:aws:sts::000000000000:assumed-role/create-user-data/test is not authorized to perform: dynamodb:${action} on resource: ${resource} because no identity-based policy allows the dynamodb:${action} action`,
    })
    expect(table.lines.at(-1)).toContain(`denied: create-user-data tenant=org1 dynamodb:${action} on ${resource}`)
  })

  test('a transaction with one foreign item, of which nothing is written', async () => {
    await expect(send(org1, transaction(put('TENANT#org1#USER#3'), put('TENANT#org2#USER#3')))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    })
    await expect(send(org1, transaction(put('TENANT#org1#USER#3'), check(theirs)))).rejects.toMatchObject({ name: 'AccessDeniedException' })
    const found = await table.root.send(new GetItemCommand({ TableName, Key: key('TENANT#org1#USER#3') }))
    expect(found.Item).toBeUndefined()
  })

  test('PartiQL, whoever asks', async () => {
    const statement = new ExecuteStatementCommand({ Statement: `SELECT * FROM "${TableName}"` })
    await expect(table.root.send(statement)).rejects.toMatchObject({ name: 'UnknownOperationException' })
  })

  test('a query whose partition cannot be told', async () => {
    const query = new QueryCommand({ ...byTable(mine), KeyConditionExpression: 'SK = :pk' })
    await expect(org1.send(query)).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Query condition missed key schema element: PK',
    })
  })
})

test('without the tag a data role reaches nothing, and a function by its own role neither', async () => {
  const untagged = await table.as(undefined)
  for (const client of [untagged, table.own]) {
    await expect(client.send(new GetItemCommand({ TableName, Key: key(mine) }))).rejects.toMatchObject({ name: 'AccessDeniedException' })
    await expect(client.send(new GetItemCommand({ TableName, Key: key('TENANT##USER#1') }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    })
  }
})

test('a tag cannot be a wildcard', async () => {
  await expect(table.as('*')).rejects.toMatchObject({ name: 'ValidationError' })
})

test('the stack itself may update what it likes', async () => {
  const update = { TableName, Key: key('LOGIN#1'), UpdateExpression: 'SET a = :a', ExpressionAttributeValues: { ':a': { S: 'b' } } }
  await expect(table.root.send(new UpdateItemCommand(update))).resolves.toMatchObject({ $metadata: { httpStatusCode: 200 } })
})
