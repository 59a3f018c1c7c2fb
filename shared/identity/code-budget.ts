import { problem } from '../errors.ts'
import { type Budget, release, reserve } from '../store/budget.ts'
import { codeBudgetKey } from '../store/keys.ts'
import type { Table } from '../store/table.ts'

/** Wrong codes that an address, or a person signed in, gets on a UTC day over every kind of code: six digits in so few tries are not guessed. */
const MOST_WRONG = 10

const DAY_MS = 86_400_000

const budgetOf = (countedFor: string, now: string): Budget => ({
  key: codeBudgetKey(countedFor, now.slice(0, 10)),
  most: MOST_WRONG,
  expiresAt: new Date(Date.parse(now) + 2 * DAY_MS).toISOString(),
})

/** Takes one try before a code is judged; throws `TOO_MANY_CODES` when none is left today. */
export async function reserveCode(table: Pick<Table, 'update'>, countedFor: string, now: string): Promise<void> {
  if (!(await reserve(table, budgetOf(countedFor, now)))) throw problem('TOO_MANY_CODES')
}

/** The code was right, so the try does not count. */
export const releaseCode = (table: Pick<Table, 'update'>, countedFor: string, now: string): Promise<void> =>
  release(table, budgetOf(countedFor, now))
