export type AttributeValue = Record<string, unknown>
export type Item = Record<string, AttributeValue>

/** The parts of a request's input that this module reads. */
export interface Expressions {
  ExpressionAttributeNames?: Record<string, string>
  ExpressionAttributeValues?: Record<string, AttributeValue>
  KeyConditionExpression?: string
  KeyConditions?: Record<string, { ComparisonOperator: string; AttributeValueList: AttributeValue[] }>
  ProjectionExpression?: string
  FilterExpression?: string
  ConditionExpression?: string
  UpdateExpression?: string
  AttributesToGet?: string[]
  AttributeUpdates?: Record<string, unknown>
  Expected?: Record<string, unknown>
  QueryFilter?: Record<string, unknown>
  ScanFilter?: Record<string, unknown>
}

/** A key's value as `dynamodb:LeadingKeys` shows it. */
export function keyText(value: AttributeValue | undefined): string | undefined {
  const inner = value?.S ?? value?.N ?? value?.B
  return typeof inner === 'string' ? inner : undefined
}

const comparison = /([#\w.-]+)\s*=\s*(:[\w.-]+)|(:[\w.-]+)\s*=\s*([#\w.-]+)/g

/** The values a key condition compares the partition key with: one, unless the condition is one that DynamoDB refuses. */
export function queriedKeys(input: Expressions, partitionKey: string): string[] {
  const legacy = input.KeyConditions?.[partitionKey]?.AttributeValueList ?? []
  const pairs = [...(input.KeyConditionExpression ?? '').matchAll(comparison)].map(([, left, right, rightFirst, leftSecond]) => ({
    name: left ?? leftSecond ?? '',
    placeholder: right ?? rightFirst ?? '',
  }))
  const values = pairs
    .filter(({ name }) => (input.ExpressionAttributeNames?.[name] ?? name) === partitionKey)
    .map(({ placeholder }) => input.ExpressionAttributeValues?.[placeholder])
  return [...legacy, ...values].flatMap((value) => keyText(value) ?? [])
}

const words = new Set('SET REMOVE ADD DELETE AND OR NOT BETWEEN IN'.split(' '))

/** Top-level attributes that the request names, as `dynamodb:Attributes` lists them. */
export function namedAttributes(input: Expressions): string[] {
  const text = [
    input.KeyConditionExpression,
    input.ProjectionExpression,
    input.FilterExpression,
    input.ConditionExpression,
    input.UpdateExpression,
  ].join(' ')
  const names = [...text.matchAll(/(?<![:\w.#\-\]])(#?[A-Za-z_][\w-]*|#[\w-]+)(?![\w-])(?!\s*\()/g)]
    .map(([, name = '']) => name)
    .filter((name) => !words.has(name.toUpperCase()))
    .map((name) => input.ExpressionAttributeNames?.[name] ?? name)
  const { KeyConditions, AttributeUpdates, Expected, QueryFilter, ScanFilter } = input
  const older = [KeyConditions, AttributeUpdates, Expected, QueryFilter, ScanFilter].flatMap((named) => Object.keys(named ?? {}))
  return [...names, ...older, ...(input.AttributesToGet ?? [])]
}
