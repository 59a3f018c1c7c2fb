import { AwsError, type AwsRequest, type IamRequest } from '../types.ts'
import { type Expressions, type Item, keyText, namedAttributes, queriedKeys } from './expressions.ts'
import { type Index, partitionKey, type Table } from './tables.ts'

/** Where the tables are found and named. */
export interface Catalogue {
  table(name: string): Table | undefined
  /** ARN of a table by its name, also of one that does not exist. */
  arn(name: string): string
}

interface ItemInput extends Expressions {
  TableName: string
  IndexName?: string
  Key?: Item
  Item?: Item
  Select?: string
  ReturnValues?: string
  ReturnConsumedCapacity?: string
}

const itemOperations = ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem']
const tableOperations = ['DescribeTable', 'DescribeTimeToLive', 'DescribeContinuousBackups']
const streamOperations = ['DescribeStream', 'GetShardIterator', 'GetRecords']
const accountOperations = ['ListTables', 'ListStreams', 'DescribeLimits']
const transacted: Record<string, string> = {
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
}

/** What IAM must allow for a DynamoDB request, with the condition keys of the Service Authorization Reference. */
export function needsOf(request: AwsRequest, catalogue: Catalogue): IamRequest[] {
  const { operation, input } = request
  const item = input as unknown as ItemInput
  const requested = input as Record<string, Record<string, unknown>>
  if (itemOperations.includes(operation)) return [itemNeed(operation, item, catalogue)]
  if (operation === 'Query' || operation === 'Scan') return [searchNeed(operation, item, catalogue)]
  if (operation === 'BatchGetItem' || operation === 'BatchWriteItem') {
    return Object.entries(requested.RequestItems ?? {}).map(([name, wanted]) => batchNeed(operation, name, wanted, item, catalogue))
  }
  if (operation === 'TransactGetItems' || operation === 'TransactWriteItems') return transactionNeeds(request, catalogue)
  if (tableOperations.includes(operation))
    return [{ action: `dynamodb:${operation}`, resource: catalogue.arn(item.TableName), context: {} }]
  if (streamOperations.includes(operation)) return [{ action: `dynamodb:${operation}`, resource: streamOf(input), context: {} }]
  if (accountOperations.includes(operation)) return [{ action: `dynamodb:${operation}`, resource: '*', context: {} }]
  throw new AwsError('UnknownOperationException', `the local table does not answer ${operation}`)
}

/** A shard iterator begins with the ARN of its stream. */
function streamOf(input: Record<string, unknown>): string {
  return String(input.StreamArn ?? String(input.ShardIterator).split('|')[0])
}

function transactionNeeds({ operation, input }: AwsRequest, catalogue: Catalogue): IamRequest[] {
  const items = (input.TransactItems ?? []) as Array<Record<string, ItemInput>>
  return items.flatMap((entry) =>
    Object.entries(entry).map(([kind, item]) => {
      const action = transacted[kind]
      if (!action) throw new AwsError('ValidationException', `a transaction knows no ${kind}`)
      const need = itemNeed(action, { ReturnConsumedCapacity: input.ReturnConsumedCapacity as string, ...item }, catalogue)
      return { ...need, context: { ...need.context, 'dynamodb:EnclosingOperation': [operation] } }
    }),
  )
}

function itemNeed(operation: string, input: ItemInput, catalogue: Catalogue): IamRequest {
  const table = catalogue.table(input.TableName)
  const subject = input.Key ?? input.Item ?? {}
  const attributes = [...Object.keys(subject), ...namedAttributes(input)]
  const leading = table ? [leadingKey(table, subject)] : []
  return { action: `dynamodb:${operation}`, resource: catalogue.arn(input.TableName), context: contextOf(input, leading, attributes) }
}

function searchNeed(operation: string, input: ItemInput, catalogue: Catalogue): IamRequest {
  const table = catalogue.table(input.TableName)
  const index = [...(table?.globalIndexes ?? []), ...(table?.localIndexes ?? [])].find((each: Index) => each.IndexName === input.IndexName)
  const key = partitionKey(index?.KeySchema ?? table?.keys ?? [])
  const leading = operation === 'Query' ? queriedKeys(input, key) : []
  // A query whose partition cannot be told must not pass as one that asks for none.
  if (operation === 'Query' && table && leading.length === 0)
    throw new AwsError('ValidationException', `Query condition missed key schema element: ${key}`)
  const specific = input.ProjectionExpression !== undefined || input.AttributesToGet !== undefined
  const select = input.Select ?? (specific ? 'SPECIFIC_ATTRIBUTES' : input.IndexName ? 'ALL_PROJECTED_ATTRIBUTES' : 'ALL_ATTRIBUTES')
  const context = { ...contextOf(input, leading, namedAttributes(input)), 'dynamodb:Select': [select] }
  const arn = catalogue.arn(input.TableName)
  return { action: `dynamodb:${operation}`, resource: input.IndexName ? `${arn}/index/${input.IndexName}` : arn, context }
}

function batchNeed(operation: string, name: string, wanted: unknown, request: ItemInput, catalogue: Catalogue): IamRequest {
  const table = catalogue.table(name)
  const reads = wanted as Expressions & { Keys?: Item[] }
  const writes = (Array.isArray(wanted) ? wanted : []) as Array<{ PutRequest?: { Item: Item }; DeleteRequest?: { Key: Item } }>
  const subjects = reads.Keys ?? writes.map((write) => write.PutRequest?.Item ?? write.DeleteRequest?.Key ?? {})
  const leading = table ? subjects.map((subject) => leadingKey(table, subject)) : []
  const attributes = [...subjects.flatMap((subject) => Object.keys(subject)), ...(reads.Keys ? namedAttributes(reads) : [])]
  const { ReturnConsumedCapacity } = request
  const context = contextOf({ TableName: name, ...(ReturnConsumedCapacity && { ReturnConsumedCapacity }) }, leading, attributes)
  return { action: `dynamodb:${operation}`, resource: catalogue.arn(name), context }
}

function leadingKey(table: Table, subject: Item): string {
  const value = keyText(subject[partitionKey(table.keys)])
  if (value === undefined) throw new AwsError('ValidationException', 'The provided key element does not match the schema')
  return value
}

function contextOf(input: ItemInput, leading: string[], attributes: string[]): IamRequest['context'] {
  return {
    ...(leading.length > 0 && { 'dynamodb:LeadingKeys': [...new Set(leading)] }),
    ...(attributes.length > 0 && { 'dynamodb:Attributes': [...new Set(attributes)] }),
    ...(input.ReturnValues && { 'dynamodb:ReturnValues': [input.ReturnValues] }),
    ...(input.ReturnConsumedCapacity && { 'dynamodb:ReturnConsumedCapacity': [input.ReturnConsumedCapacity] }),
  }
}
