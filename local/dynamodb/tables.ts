import type { Deployment, Resource } from '../types.ts'
import { AwsError } from '../types.ts'
import type { LocalClient } from './local-client.ts'

export interface KeyElement {
  AttributeName: string
  KeyType: 'HASH' | 'RANGE'
}

export interface Index {
  IndexName: string
  KeySchema: KeyElement[]
  Projection: { ProjectionType: 'ALL' | 'KEYS_ONLY' | 'INCLUDE'; NonKeyAttributes?: string[] }
}

/** A table as the template describes it. */
export interface Table {
  name: string
  arn: string
  keys: KeyElement[]
  globalIndexes: Index[]
  localIndexes: Index[]
  attributes: Array<{ AttributeName: string; AttributeType: string }>
  /** Attribute that holds the time of expiry, in epoch seconds. */
  ttlAttribute: string | undefined
  streamViewType: string | undefined
  /** Under the template's ARN; DynamoDB Local gives it another. */
  streamArn: string | undefined
}

export function readTables(deployment: Deployment): Table[] {
  return [...deployment.ofType('AWS::DynamoDB::Table'), ...deployment.ofType('AWS::DynamoDB::GlobalTable')].map((resource) =>
    readTable(deployment, resource),
  )
}

function readTable(deployment: Deployment, resource: Resource): Table {
  const { properties } = resource
  const ttl = properties.TimeToLiveSpecification as { AttributeName: string; Enabled: boolean } | undefined
  const stream = properties.StreamSpecification as { StreamViewType: string } | undefined
  return {
    name: resource.ref,
    arn: deployment.attribute(resource, 'Arn'),
    keys: properties.KeySchema as KeyElement[],
    attributes: properties.AttributeDefinitions as Table['attributes'],
    globalIndexes: ((properties.GlobalSecondaryIndexes ?? []) as Index[]).map(bare),
    localIndexes: ((properties.LocalSecondaryIndexes ?? []) as Index[]).map(bare),
    ttlAttribute: ttl && String(ttl.Enabled) === 'true' ? ttl.AttributeName : undefined,
    streamViewType: stream?.StreamViewType,
    streamArn: stream && deployment.attribute(resource, 'StreamArn'),
  }
}

function bare({ IndexName, KeySchema, Projection }: Index): Index {
  return { IndexName, KeySchema, Projection }
}

export function partitionKey(schema: KeyElement[]): string {
  return schema.find((key) => key.KeyType === 'HASH')?.AttributeName ?? ''
}

interface Described {
  TableArn: string
  KeySchema: KeyElement[]
  GlobalSecondaryIndexes?: Index[]
  LatestStreamArn?: string
}

/** Creates the table if it is absent, or adds the indexes it lacks; gives DynamoDB Local's own ARNs of it and its stream. */
export async function ensureTable(client: LocalClient, table: Table): Promise<{ tableArn: string; streamArn: string | undefined }> {
  const existing = await describe(client, table.name)
  if (!existing) await create(client, table)
  else await addMissingIndexes(client, table, existing)
  const now = await describe(client, table.name)
  return { tableArn: now?.TableArn ?? '', streamArn: now?.LatestStreamArn }
}

async function describe(client: LocalClient, name: string): Promise<Described | undefined> {
  try {
    return (await client.ask<{ Table: Described }>('DescribeTable', { TableName: name })).Table
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ResourceNotFoundException') return undefined
    throw error
  }
}

async function create(client: LocalClient, table: Table): Promise<void> {
  await client.ask('CreateTable', {
    TableName: table.name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: table.keys,
    AttributeDefinitions: table.attributes,
    ...(table.globalIndexes.length > 0 && { GlobalSecondaryIndexes: table.globalIndexes }),
    ...(table.localIndexes.length > 0 && { LocalSecondaryIndexes: table.localIndexes }),
    ...(table.streamViewType && { StreamSpecification: { StreamEnabled: true, StreamViewType: table.streamViewType } }),
  })
}

async function addMissingIndexes(client: LocalClient, table: Table, existing: Described): Promise<void> {
  const text = (keys: KeyElement[]) =>
    keys
      .map((key) => `${key.KeyType} ${key.AttributeName}`)
      .sort()
      .join()
  if (text(existing.KeySchema) !== text(table.keys)) {
    throw new Error(`the keys of table ${table.name} have changed since its data was stored: start once with --fresh`)
  }
  for (const index of table.globalIndexes) {
    if (existing.GlobalSecondaryIndexes?.some((known) => known.IndexName === index.IndexName)) continue
    await client.ask('UpdateTable', {
      TableName: table.name,
      AttributeDefinitions: table.attributes,
      GlobalSecondaryIndexUpdates: [{ Create: index }],
    })
  }
}
