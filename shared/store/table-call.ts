import type * as DynamoDB from '@aws-sdk/client-dynamodb'
import type { AwsCredentialIdentity } from '@aws-sdk/types'
import { AwsCallError, callJson } from '../aws-call.ts'
import { type Attributes, fromAttributes, toAttributes } from './attributes.ts'

/** What DynamoDB is asked, in the types of the SDK; of its client nothing is loaded (`aws-call.ts`). */
interface Operations {
  PutItem: DynamoDB.PutItemCommandOutput
  BatchGetItem: DynamoDB.BatchGetItemCommandOutput
  Query: DynamoDB.QueryCommandOutput
  TransactGetItems: DynamoDB.TransactGetItemsCommandOutput
  TransactWriteItems: DynamoDB.TransactWriteItemsCommandOutput
  UpdateItem: DynamoDB.UpdateItemCommandOutput
}

export type Operation = keyof Operations
export type Answered<O extends Operation> = Omit<Operations[O], '$metadata'>

/** Three tries of it end before a function does. */
const SILENCE_MS = 8_000

/** One operation, in DynamoDB's own notation. */
export const callTable = <O extends Operation>(operation: O, input: object, credentials?: AwsCredentialIdentity): Promise<Answered<O>> =>
  callJson({
    service: 'dynamodb',
    target: `DynamoDB_20120810.${operation}`,
    version: '1.0',
    input,
    silenceMs: SILENCE_MS,
    ...(credentials ? { credentials } : {}),
  })

/** The fields of a command that hold an item, a key, or values by name. */
const HOLDERS = ['Key', 'Item', 'ExpressionAttributeValues', 'ExclusiveStartKey'] as const

/** A command, or a part of one, with what it holds in DynamoDB's own notation. */
export function inNotation(command: Partial<Record<(typeof HOLDERS)[number], object | undefined>>): object {
  const written: Record<string, unknown> = { ...command }
  for (const name of HOLDERS) if (command[name]) written[name] = toAttributes(command[name])
  return written
}

export const itemOf = (attributes: object): Record<string, unknown> => fromAttributes(attributes as Attributes)

/** Why a transaction was cancelled: one reason for each part. */
export interface Reason {
  Code?: string
  Message?: string
  /** What stood there, where that was asked for. */
  Item?: object
}

/** The reasons, where that is why a command failed. */
export function cancellationOf(error: unknown): Reason[] | undefined {
  if (!(error instanceof AwsCallError) || error.name !== 'TransactionCanceledException') return undefined
  return (error.details.CancellationReasons ?? []) as Reason[]
}

/** Did a command fail by its own condition? */
export const isRefused = (error: unknown): error is AwsCallError =>
  error instanceof AwsCallError && error.name === 'ConditionalCheckFailedException'

/** Is a transaction under way on the item that a command by itself is of? */
export const isContended = (error: unknown) => error instanceof AwsCallError && error.name === 'TransactionConflictException'

/** What stood where a condition failed, where that was asked for. */
export const stoodBefore = ({ details }: AwsCallError): Record<string, unknown> | undefined =>
  details.Item === undefined ? undefined : itemOf(details.Item as object)
