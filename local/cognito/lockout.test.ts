import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { attemptedWhileLocked, failedAttempt, isLocked, NO_FAILURES } from './lockout.ts'

const MINUTE = 60_000

/** Developer guide, "Lockout behavior for failed sign-in attempts": 2^(n-5) seconds after the n-th failure, about 15 minutes at most. */
test.each([
  [1, 0],
  [4, 0],
  [5, 1],
  [6, 2],
  [7, 4],
  [10, 32],
  [14, 512],
  [15, 900],
  [40, 900],
])('failure %i locks for %i seconds', (count, seconds) => {
  const failures = failedAttempt({ count: count - 1, lastAttemptAt: 1000, lockedUntil: 0 }, 2000)
  expect(failures.lockedUntil - 2000).toBe(seconds * 1000)
  expect(isLocked(failures, 2000 + seconds * 1000)).toBe(false)
  expect(isLocked(failures, 2000)).toBe(seconds > 0)
})

test('a quarter of an hour without any attempt forgets all failures', () => {
  const many = { count: 9, lastAttemptAt: 0, lockedUntil: 16_000 }
  expect(failedAttempt(many, 15 * MINUTE).count).toBe(1)
  expect(failedAttempt(many, 15 * MINUTE - 1).count).toBe(10)
})

test('an attempt during the lockout prolongs nothing, and the quarter of an hour begins again', () => {
  const locked = { count: 9, lastAttemptAt: 0, lockedUntil: 16_000 }
  const after = attemptedWhileLocked(locked, 10_000)
  expect(after).toEqual({ ...locked, lastAttemptAt: 10_000 })
  expect(failedAttempt(after, 15 * MINUTE).count).toBe(10)
})

test('whatever the pauses, nobody is locked longer than 15 minutes or guesses faster than the rule allows', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 * MINUTE }), { maxLength: 60 }), (pauses) => {
      let [now, failures] = [MINUTE, NO_FAILURES]
      for (const pause of pauses) {
        now = Math.max(now + pause, failures.lockedUntil)
        failures = failedAttempt(failures, now)
        expect(failures.lockedUntil - now).toBeLessThanOrEqual(15 * MINUTE)
        expect(isLocked(failures, now)).toBe(failures.count >= 5)
      }
    }),
  )
})
