import { TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { type Code, problem } from '../errors.ts'
import type { Item, Table } from './table.ts'
import type { Part, Write, WriteContext } from './writes.ts'

/** DynamoDB's limit for one transaction. */
const MAX_PARTS = 100
const MAX_TRIES = 4

/** A condition failed, of the part with this index; `stored` is what stood there, where DynamoDB returned it. */
export class Conflict extends Error {
  readonly code: Code
  readonly index: number
  readonly stored: Item | undefined
  constructor(code: Code, index: number, stored?: Item) {
    super(code)
    this.code = code
    this.index = index
    this.stored = stored
  }
}

const withOldValues = ({ item }: Part) => {
  const [kind, body] = Object.entries(item)[0] as [string, object]
  return { [kind]: { ...body, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } }
}

function conflictOf(error: TransactionCanceledException, parts: Part[]): Conflict | undefined {
  const reasons = error.CancellationReasons ?? []
  const index = reasons.findIndex((reason) => reason.Code === 'ConditionalCheckFailed')
  if (index < 0) return undefined
  // The document client leaves what comes with an error in DynamoDB's own notation.
  const stored = reasons[index]?.Item
  return new Conflict(parts[index]?.conflict ?? 'CONFLICT', index, stored && unmarshall(stored))
}

const isContention = (error: TransactionCanceledException) =>
  (error.CancellationReasons ?? []).some((reason) => reason.Code === 'TransactionConflict' || reason.Code === 'ThrottlingError')

/**
 * Writes all or nothing. Throws `Conflict` for the first part whose condition fails; waits out other transactions on
 * the same items for a moment, then gives 503.
 */
export async function transact(table: Table, context: WriteContext, writes: readonly Write[]): Promise<void> {
  const parts = writes.flatMap((write) => write(context))
  if (parts.length > MAX_PARTS) throw new Error(`A transaction of ${parts.length} parts: what fans out further is a job.`)
  for (let tries = 1; ; tries++) {
    try {
      return await table.transact(parts.map(withOldValues))
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error
      const conflict = conflictOf(error, parts)
      if (conflict) throw conflict
      if (!isContention(error)) throw error
      if (tries >= MAX_TRIES) throw problem('UNAVAILABLE', { cause: error })
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 25 * 2 ** tries))
    }
  }
}
