import { randomUUID } from 'node:crypto'
import { problem } from '../../shared/errors.ts'
import { Conflict } from '../../shared/store/commit.ts'
import { holdKey } from '../../shared/store/keys.ts'
import { transactOutside } from '../../shared/store/outside.ts'
import type { Table } from '../../shared/store/table.ts'
import { put, remove, type Write } from '../../shared/store/writes.ts'

/** Longer than any function lives, so that whoever took a hold that has run out is not at work any more. */
const HOLD_MS = 60_000
const PATIENCE_MS = 12_000
const PAUSE_MS = 150

const BUSY = 'Your password or second factor is being changed at this moment. Try again in a minute.'

/** Takes the hold on these grounds; says false while somebody else has it. */
async function take(lookups: Table, personId: string, holder: string, grounds: readonly Write[]): Promise<boolean> {
  const now = new Date().toISOString()
  const expiresAt = new Date(Date.parse(now) + HOLD_MS).toISOString()
  const free = { expression: 'attribute_not_exists(pk) OR expiresAt <= :now', values: { ':now': now } }
  try {
    await transactOutside(lookups, now, [put(holdKey(personId), { holder, expiresAt }, free, 'REQUEST_IN_PROGRESS', expiresAt), ...grounds])
    return true
  } catch (error) {
    if (!(error instanceof Conflict)) throw error
    if (error.kind === 'REQUEST_IN_PROGRESS') return false
    throw problem(error.kind, { cause: error })
  }
}

async function letGo(lookups: Table, personId: string, holder: string): Promise<void> {
  const mine = { expression: 'holder = :holder', values: { ':holder': holder } }
  await transactOutside(lookups, new Date().toISOString(), [remove(holdKey(personId), mine, 'CONFLICT')])
}

/**
 * Lets one at a time change what a person proves themselves with. Cognito takes a password or a factor on no condition, so of two at once
 * the one that our record refuses could be the one that Cognito keeps; here the record decides first: on these grounds, which are
 * checked as the hold is taken. Waits a while for whoever has it, then gives 503.
 */
export async function holding<T>(
  { lookups }: { lookups: Table },
  personId: string,
  grounds: readonly Write[],
  work: () => Promise<T>,
): Promise<T> {
  const holder = randomUUID()
  for (const until = Date.now() + PATIENCE_MS; !(await take(lookups, personId, holder, grounds)); ) {
    if (Date.now() > until) throw problem('UNAVAILABLE', { message: BUSY })
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS / 2 + Math.random() * PAUSE_MS))
  }
  try {
    return await work()
  } finally {
    // A hold that stays behind runs out; what was done is done.
    await letGo(lookups, personId, holder).catch(() => undefined)
  }
}
