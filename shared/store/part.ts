import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb'
import type { ProblemKind } from '../errors.ts'
import type { EventMetadata } from '../event.ts'

export type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number]

/** What events written by one request or reaction have in common. */
export interface WriteContext {
  tableName: string
  organizationId: string
  now: string
  metadata: EventMetadata
}

/** One part of a transaction, and what it means when its condition fails. */
export interface Part {
  item: TransactItem
  conflict: ProblemKind
  /** Of the parts that share it the first stands for all: DynamoDB takes an item once a transaction. */
  once?: string
  /** It may be written by itself, as a plain put (`alone`). */
  alone?: true
}

/** Something to write, once it is known who writes it and when. */
export type Write = (context: WriteContext) => Part[]

/** Nothing stands there yet. */
export const ABSENT = 'attribute_not_exists(pk)'
