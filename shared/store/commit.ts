import { isDeepStrictEqual } from 'node:util'
import {
  type CancellationReason,
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import { type ProblemKind, problem, typeOf } from '../errors.ts'
import type { Part, TransactItem, Write, WriteContext } from './part.ts'
import type { Item, Table } from './table.ts'

/** DynamoDB's limit for one transaction. */
const MAX_PARTS = 100
const MAX_TRIES = 4

/** A condition failed, of the part with this index; `stored` is what stood there, where DynamoDB returned it. */
export class Conflict extends Error {
  readonly kind: ProblemKind
  readonly code: string
  readonly index: number
  readonly stored: Item | undefined
  constructor(kind: ProblemKind, index: number, stored?: Item) {
    const { code } = typeOf(kind)
    super(code)
    this.kind = kind
    this.code = code
    this.index = index
    this.stored = stored
  }
}

const withOldValues = ({ item }: Part): TransactItem => {
  const [kind, body] = Object.entries(item)[0] as [string, object]
  return { [kind]: { ...body, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } }
}

/** Why nothing was written, part by part; a put by itself fails for the same reasons by other names. */
function reasonsOf(error: unknown): CancellationReason[] | undefined {
  if (error instanceof TransactionCanceledException) return error.CancellationReasons ?? []
  if (error instanceof ConditionalCheckFailedException) return [{ Code: 'ConditionalCheckFailed', Item: error.Item }]
  return error instanceof TransactionConflictException ? [{ Code: 'TransactionConflict' }] : undefined
}

function conflictOf(reasons: CancellationReason[], parts: Part[]): Conflict | undefined {
  const index = reasons.findIndex((reason) => reason.Code === 'ConditionalCheckFailed')
  if (index < 0) return undefined
  // The document client leaves what comes with an error in DynamoDB's own notation.
  const stored = reasons[index]?.Item
  return new Conflict(parts[index]?.conflict ?? 'CONFLICT', index, stored && unmarshall(stored))
}

const CONTENTION = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])

/** DynamoDB's way to say that an item would be above 400 KB. */
const isTooLarge = (error: unknown) => {
  return (
    error instanceof Error &&
    [error, ...(reasonsOf(error) ?? []).map(({ Message }) => ({ message: Message ?? '' }))].some(({ message }) => /Item size/.test(message))
  )
}

/** What a failed try means: throws it, unless another try may succeed. */
function weigh(error: unknown, parts: Part[], isLast: boolean): void {
  if (isTooLarge(error)) throw problem('PAYLOAD_TOO_LARGE', { message: 'This has become too large to be kept.', cause: error })
  const reasons = reasonsOf(error)
  if (!reasons) throw error
  const conflict = conflictOf(reasons, parts)
  if (conflict) throw conflict
  const index = reasons.findIndex(({ Code = '' }) => CONTENTION.has(Code))
  if (index < 0) throw error
  if (!isLast) return
  // The twin of a repeated request is still at work on it.
  if (parts[index]?.conflict === 'REQUEST_IN_PROGRESS') throw new Conflict('REQUEST_IN_PROGRESS', index)
  throw problem('UNAVAILABLE', { cause: error })
}

const withoutRepeats = (parts: Part[]) =>
  parts.filter(({ once }, n) => once === undefined || parts.findIndex((other) => other.once === once) === n)

/** The SDK sent a put again whose answer was lost: what stands in its way is itself. Of a transaction DynamoDB knows that by its token. */
function isOwn(error: unknown, item: Item): boolean {
  if (!(error instanceof ConditionalCheckFailedException) || (error.$metadata.attempts ?? 1) === 1) return false
  // A clone has plain bytes, whichever kind of them it was given.
  return isDeepStrictEqual(structuredClone(marshall(item, { removeUndefinedValues: true })), structuredClone(error.Item))
}

/** A put that may stand alone is all or nothing by itself, at half the price of a transaction. */
async function send(table: Table, parts: readonly Part[]): Promise<void> {
  const items = parts.map(withOldValues)
  const put = parts.length === 1 && parts[0]?.alone ? items[0]?.Put : undefined
  if (!put) return table.transact(items)
  await table.put(put).catch((error) => {
    if (!isOwn(error, put.Item ?? {})) throw error
  })
}

/**
 * Writes all or nothing. Throws `Conflict` for the first part whose condition fails; waits out other transactions on
 * the same items for a moment, then gives 503.
 */
export async function transact(table: Table, context: WriteContext, writes: readonly Write[]): Promise<void> {
  const parts = withoutRepeats(writes.flatMap((write) => write(context)))
  if (parts.length > MAX_PARTS) throw new Error(`A transaction of ${parts.length} parts: what fans out further is a job.`)
  for (let tries = 1; ; tries++) {
    try {
      return await send(table, parts)
    } catch (error) {
      weigh(error, parts, tries >= MAX_TRIES)
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 25 * 2 ** tries))
    }
  }
}
