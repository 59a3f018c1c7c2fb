import { isDeepStrictEqual } from 'node:util'
import { type ProblemKind, problem, typeOf } from '../errors.ts'
import { toAttributes } from './attributes.ts'
import type { Part, TransactItem, Write, WriteContext } from './part.ts'
import type { Item, Table } from './table.ts'
import { cancellationOf, isContended, isRefused, itemOf, type Reason } from './table-call.ts'

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
function reasonsOf(error: unknown): Reason[] | undefined {
  if (isRefused(error)) return [{ Code: 'ConditionalCheckFailed', ...error.details }]
  return isContended(error) ? [{ Code: 'TransactionConflict' }] : cancellationOf(error)
}

function conflictOf(reasons: Reason[], parts: Part[]): Conflict | undefined {
  const index = reasons.findIndex(({ Code }) => Code === 'ConditionalCheckFailed')
  if (index < 0) return undefined
  const stored = reasons[index]?.Item
  return new Conflict(parts[index]?.conflict ?? 'CONFLICT', index, stored && itemOf(stored))
}

const CONTENTION = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])

/** DynamoDB's way to say that an item would be above 400 KB. */
const isTooLarge = (error: unknown, reasons: Reason[] = []) =>
  error instanceof Error && [error.message, ...reasons.map(({ Message = '' }) => Message)].some((text) => /Item size/.test(text))

/** What a failed try means: throws it, unless another try may succeed. */
function weigh(error: unknown, parts: Part[], isLast: boolean): void {
  const reasons = reasonsOf(error)
  if (isTooLarge(error, reasons)) throw problem('PAYLOAD_TOO_LARGE', { message: 'This has become too large to be kept.', cause: error })
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

/** A put whose answer was lost was sent again: what stands in its way is itself. Of a transaction DynamoDB knows that by its token. */
const isOwn = (error: unknown, item: Item) =>
  isRefused(error) && error.attempts > 1 && isDeepStrictEqual(JSON.parse(JSON.stringify(toAttributes(item))), error.details.Item)

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
