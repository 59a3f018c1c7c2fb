import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Problem } from '../../shared/errors.ts'
import { attemptsKey } from '../../shared/store/keys.ts'
import { workbench } from '../../test/workbench.ts'
import { countFailure, releaseTry, reserveTry } from './attempts.ts'
import { read, table } from './test-people.ts'

workbench()

let number = 0
const newKey = () => attemptsKey(`address-${++number}`)
const NOW = '2026-01-01T00:00:00.000Z'
const later = (minutes: number) => new Date(Date.parse(NOW) + minutes * 60_000).toISOString()

const codeOf = (error: unknown) => (error instanceof Problem ? error.code : String(error))

describe('of tries at one address', () => {
  test('no more than five are judged wrong, however many come at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 6, max: 24 }), async (many) => {
        const key = newKey()
        let judged = 0
        const one = async () => {
          await reserveTry(table(), key, NOW)
          judged++
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 20))
          return countFailure(table(), key, NOW)
        }
        const outcomes = await Promise.allSettled(Array.from({ length: many }, one))
        expect(judged).toBe(5)
        const refused = outcomes.flatMap((each) => (each.status === 'rejected' ? [codeOf(each.reason)] : []))
        expect(refused).toEqual(Array.from({ length: many - 5 }, () => 'ACCOUNT_LOCKED'))
        // Exactly one of them is told as the failure that locked.
        expect(outcomes.filter((each) => each.status === 'fulfilled' && each.value !== undefined)).toHaveLength(1)
      }),
      { numRuns: 8 },
    )
  })
  test('a burst of right ones all pass: a place is given back, and waited for', async () => {
    const key = newKey()
    const one = async () => {
      await reserveTry(table(), key, NOW)
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20))
      await releaseTry(table(), key)
    }
    await Promise.all(Array.from({ length: 16 }, one))
    expect(await read(key)).toMatchObject({ tries: 0, wrong: 0 })
  })
  test('the lock ends 15 minutes after the last wrong one, and the count begins anew', async () => {
    const key = newKey()
    for (let n = 0; n < 5; n++) {
      await reserveTry(table(), key, later(n))
      await countFailure(table(), key, later(n))
    }
    await expect(reserveTry(table(), key, later(18))).rejects.toMatchObject({ code: 'ACCOUNT_LOCKED', details: { retryAfter: 60 } })
    expect(await reserveTry(table(), key, later(20))).toMatchObject({ tries: 1, wrong: 0 })
  })
  test('those of a device that signed in before are counted apart from those of strangers', () => {
    expect(attemptsKey('address', 'device')).not.toEqual(attemptsKey('address'))
  })
  test('giving back what was forgotten meanwhile does nothing', async () => {
    const key = newKey()
    await releaseTry(table(), key)
    expect(await read(key)).toBeUndefined()
  })
})
