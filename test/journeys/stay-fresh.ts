import { beforeEach } from '@jest/globals'

/** However slow the machine, the session that a file's tests share stays fresh, unless a test lets it age. */

const STAYS_FRESH_MS = 120_000

/** How each proves who they are, and when they did so last. */
const proven = new Map<() => Promise<unknown>, number>()

export const staysFresh = (prove: () => Promise<unknown>) => proven.set(prove, Date.now())

beforeEach(async () => {
  for (const [prove, at] of proven) {
    if (Date.now() - at < STAYS_FRESH_MS) continue
    // Who has signed out, or has another password by now, is not asked again.
    await prove().then(
      () => proven.set(prove, Date.now()),
      () => proven.delete(prove),
    )
  }
})
