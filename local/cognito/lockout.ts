import * as z from 'zod'

/** A user's failed sign-ins since the last success. */
export const Failures = z.object({ count: z.number(), lastAttemptAt: z.number(), lockedUntil: z.number() })
export type Failures = z.output<typeof Failures>

export const NO_FAILURES: Failures = { count: 0, lastAttemptAt: 0, lockedUntil: 0 }
const FREE_FAILURES = 5
const FORGET_MS = 15 * 60_000

/** True while even the right password is refused. */
export const isLocked = (failures: Failures, now: number): boolean => now < failures.lockedUntil

/** An attempt during a lockout: it prolongs nothing, but it is an attempt, so the quarter of an hour of silence begins again. */
export const attemptedWhileLocked = (failures: Failures, now: number): Failures => ({ ...failures, lastAttemptAt: now })

/** The rule of Cognito's "Lockout behavior for failed sign-in attempts": after the n-th failure 2^(n-5) seconds, at most 15 minutes. */
export function failedAttempt(failures: Failures, now: number): Failures {
  const count = now - failures.lastAttemptAt >= FORGET_MS ? 1 : failures.count + 1
  const lockMs = count < FREE_FAILURES ? 0 : Math.min(2 ** (count - FREE_FAILURES) * 1000, FORGET_MS)
  return { count, lastAttemptAt: now, lockedUntil: now + lockMs }
}
