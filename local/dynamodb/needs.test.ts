import { describe, expect, test } from '@jest/globals'
import { sampleDeployment, tableArn, tableName } from '../aws/test-deployment.ts'
import type { AwsRequest } from '../types.ts'
import { namedAttributes } from './expressions.ts'
import { needsOf } from './needs.ts'
import { readTables } from './tables.ts'

const TableName = tableName
const tables = readTables(sampleDeployment())
const catalogue = {
  table: (name: string) => tables.find((each) => each.name === name),
  arn: (name: string) => tableArn.replace(tableName, name),
}
const Key = { PK: { S: 'p' }, SK: { S: 's' } }

function needs(operation: string, input: Record<string, unknown>) {
  const caller = { roleArn: '', tags: {}, accessKeyId: '' }
  const request: AwsRequest = {
    service: 'dynamodb',
    operation,
    input,
    method: 'POST',
    path: '/',
    headers: {},
    body: Buffer.alloc(0),
    caller,
  }
  return needsOf(request, catalogue)
}
const contextOf = (operation: string, input: Record<string, unknown>) => needs(operation, input)[0]?.context

// Service Authorization Reference, "Actions, resources, and condition keys for Amazon DynamoDB".
describe('what a request needs', () => {
  test('a transaction needs the action of each of its items', () => {
    const update = {
      Update: {
        TableName,
        Key,
        UpdateExpression: 'SET #n.a = if_not_exists(b, :v) REMOVE c[0].d',
        ExpressionAttributeNames: { '#n': 'name' },
      },
    }
    const items = [{ Put: { TableName, Item: Key } }, update, { Delete: { TableName, Key } }, { ConditionCheck: { TableName, Key } }]
    const wanted = needs('TransactWriteItems', { TransactItems: items, ReturnConsumedCapacity: 'TOTAL' })
    expect(wanted.map((need) => need.action)).toEqual(
      ['PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'].map((name) => `dynamodb:${name}`),
    )
    expect(wanted[1]).toEqual({
      action: 'dynamodb:UpdateItem',
      resource: tableArn,
      context: {
        'dynamodb:LeadingKeys': ['p'],
        'dynamodb:Attributes': ['PK', 'SK', 'name', 'b', 'c'],
        'dynamodb:EnclosingOperation': ['TransactWriteItems'],
        'dynamodb:ReturnConsumedCapacity': ['TOTAL'],
      },
    })
    expect(needs('TransactGetItems', { TransactItems: [{ Get: { TableName, Key } }] })[0]).toMatchObject({ action: 'dynamodb:GetItem' })
    expect(() => needs('TransactWriteItems', { TransactItems: [{ Merge: { TableName, Key } }] })).toThrow('a transaction knows no Merge')
  })

  test('a batch names the keys of every table', () => {
    const other = { PK: { N: '7' } }
    const wanted = needs('BatchGetItem', {
      RequestItems: { [TableName]: { Keys: [Key, { PK: { B: 'YQ==' } }] }, unknown: { Keys: [other] } },
    })
    expect(wanted.map((need) => [need.resource, need.context['dynamodb:LeadingKeys']])).toEqual([
      [tableArn, ['p', 'YQ==']],
      [tableArn.replace(tableName, 'unknown'), undefined],
    ])
    const writes = [{ PutRequest: { Item: Key } }, { DeleteRequest: { Key: { ...Key, PK: { S: 'q' } } } }]
    expect(contextOf('BatchWriteItem', { RequestItems: { [TableName]: writes }, ReturnConsumedCapacity: 'INDEXES' })).toEqual({
      'dynamodb:LeadingKeys': ['p', 'q'],
      'dynamodb:Attributes': ['PK', 'SK'],
      'dynamodb:ReturnConsumedCapacity': ['INDEXES'],
    })
    expect(() => needs('BatchWriteItem', { RequestItems: { [TableName]: [{}] } })).toThrow('does not match the schema')
  })

  test.each([
    ['PK = :a', {}, ['x']],
    ['(#p=:a)', { '#p': 'PK' }, ['x']],
    [':a = PK', {}, ['x']],
    ['SK = :b AND PK = :a', {}, ['x']],
    ['#s BETWEEN :b AND :c\nAND\n#p\t=\t:a', { '#p': 'PK', '#s': 'SK' }, ['x']],
    ['PK = :a AND PK = :c', {}, ['x', 'z']],
  ])('a query by %j asks for its partition', (KeyConditionExpression, ExpressionAttributeNames, leading) => {
    const values = { ':a': { S: 'x' }, ':b': { S: 'y' }, ':c': { S: 'z' } }
    const input = { TableName, KeyConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues: values }
    expect(contextOf('Query', input)?.['dynamodb:LeadingKeys']).toEqual(leading)
  })

  test('a query of the older form asks for its partition', () => {
    const KeyConditions = { PK: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'x' }] } }
    expect(contextOf('Query', { TableName, KeyConditions })).toEqual({
      'dynamodb:LeadingKeys': ['x'],
      'dynamodb:Attributes': ['PK'],
      'dynamodb:Select': ['ALL_ATTRIBUTES'],
    })
  })

  test('a search says what it selects', () => {
    expect(contextOf('Scan', { TableName })).toEqual({ 'dynamodb:Select': ['ALL_ATTRIBUTES'] })
    expect(contextOf('Scan', { TableName, IndexName: 'IX1' })).toEqual({ 'dynamodb:Select': ['ALL_PROJECTED_ATTRIBUTES'] })
    expect(contextOf('Scan', { TableName, Select: 'COUNT' })).toEqual({ 'dynamodb:Select': ['COUNT'] })
    expect(contextOf('Scan', { TableName, AttributesToGet: ['a'] })).toEqual({
      'dynamodb:Select': ['SPECIFIC_ATTRIBUTES'],
      'dynamodb:Attributes': ['a'],
    })
    expect(needs('Scan', { TableName: 'unknown', IndexName: 'IX' })[0]?.resource).toBe(`${tableArn.replace(tableName, 'unknown')}/index/IX`)
  })

  test('an item operation says what it returns', () => {
    const context = contextOf('PutItem', {
      TableName,
      Item: Key,
      ReturnValues: 'ALL_OLD',
      ConditionExpression: 'attribute_not_exists(PK) AND #v < :v',
    })
    expect(context).toEqual({
      'dynamodb:LeadingKeys': ['p'],
      'dynamodb:Attributes': ['PK', 'SK', '#v'],
      'dynamodb:ReturnValues': ['ALL_OLD'],
    })
    expect(() => needs('GetItem', { TableName, Key: { PK: { M: {} } } })).toThrow('The provided key element does not match the schema')
  })

  // Developer Guide, "Using IAM policy conditions": an attribute is named wherever the request writes, reads, compares or counts it.
  test.each<[string, Record<string, unknown>, string[]]>([
    ['Put', { Item: { ...Key, a: { S: 'x' }, 'b.c': { M: { d: { S: 'x' } } } } }, ['a', 'b.c']],
    ['Put', { Item: { ...Key, a: { S: 'x' } }, ConditionExpression: 'attribute_not_exists(PK) OR begins_with(e, :v)' }, ['a', 'e']],
    [
      'Update',
      { Key, UpdateExpression: 'SET #0 = :0, #1.x = if_not_exists(f, :1) ADD g :1 REMOVE h[0] DELETE i :0' },
      ['a b', 'json:c', 'f', 'g', 'h', 'i'],
    ],
    ['Update', { Key, UpdateExpression: 'SET j = k + :1', ConditionExpression: '#0 = :0 AND size(l) > :1' }, ['a b', 'l', 'j', 'k']],
    [
      'Update',
      { Key, UpdateExpression: 'SET m=list_append(n,:0)', ConditionExpression: 'NOT(o IN(:0,:1))AND(p BETWEEN :0 AND :1)' },
      ['o', 'p', 'm', 'n'],
    ],
    ['Update', { Key, AttributeUpdates: { q: {} }, Expected: { r: {} } }, ['q', 'r']],
    ['Delete', { Key, ConditionExpression: '#1 <> :0' }, ['json:c']],
    ['Delete', { Key }, []],
    ['ConditionCheck', { Key, ConditionExpression: 'attribute_exists(s) AND t.u <= :0' }, ['s', 't']],
    ['ConditionCheck', { Key, ConditionExpression: 'contains(#0, w)' }, ['a b', 'w']],
  ])('%s %j names every attribute that it touches', (kind, input, attributes) => {
    const entry = { TableName, ExpressionAttributeNames: { '#0': 'a b', '#1': 'json:c' }, ...input }
    const alone = kind === 'ConditionCheck' ? [] : [contextOf(`${kind}Item`, entry)]
    for (const context of [...alone, contextOf('TransactWriteItems', { TransactItems: [{ [kind]: entry }] })]) {
      expect(context?.['dynamodb:Attributes']).toEqual(['PK', 'SK', ...attributes])
    }
  })

  test('a search by the older filters names their attributes', () => {
    expect(contextOf('Scan', { TableName, ScanFilter: { a: {} } })?.['dynamodb:Attributes']).toEqual(['a'])
    expect(contextOf('Scan', { TableName, QueryFilter: { b: {} } })?.['dynamodb:Attributes']).toEqual(['b'])
  })

  test('tables, streams and the account have their own resources', () => {
    expect(needs('DescribeTable', { TableName })).toEqual([{ action: 'dynamodb:DescribeTable', resource: tableArn, context: {} }])
    expect(needs('GetRecords', { ShardIterator: 'arn:stream|1|x' })[0]?.resource).toBe('arn:stream')
    expect(needs('GetShardIterator', { StreamArn: 'arn:stream' })[0]?.resource).toBe('arn:stream')
    expect(needs('ListTables', {})[0]?.resource).toBe('*')
  })
})

test('attributes are named by their top level, without words and functions of the language', () => {
  const names = namedAttributes({
    ProjectionExpression: 'a.b[0].c, #x.d',
    FilterExpression: 'NOT contains(e, :f) and size(g) IN (:h, :i)',
    ExpressionAttributeNames: { '#x': 'y z' },
  })
  expect(names).toEqual(['a', 'y z', 'e', 'g'])
})
