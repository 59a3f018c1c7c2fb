import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { workbench } from '../../test/workbench.ts'
import { newId } from '../ids.ts'
import { release, reserve } from './budget.ts'
import { budgetKey } from './keys.ts'
import { meter } from './meter.ts'
import { tableFor } from './table.ts'

workbench()

const budget = (most: number) => ({ key: budgetKey(newId('org'), 'test'), most, expiresAt: '2030-01-01T00:00:00.000Z' })

test('gives out as much as there is, however many ask at once and whatever is given back between', async () => {
  const table = tableFor(undefined, meter())
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 10 }),
      fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 1, maxLength: 4 }),
      async (most, rounds) => {
        const one = budget(most)
        let held = 0
        for (const asking of rounds) {
          const given = (await Promise.all(Array.from({ length: asking }, () => reserve(table, one)))).filter(Boolean).length
          expect(given).toBe(Math.min(asking, most - held))
          held += given
          const back = Math.floor(held / 2)
          await Promise.all(Array.from({ length: back }, () => release(table, one)))
          held -= back
        }
      },
    ),
    { numRuns: 10 },
  )
})

test('takes back no more than was taken', async () => {
  const table = tableFor(undefined, meter())
  const one = budget(1)
  await release(table, one)
  expect([await reserve(table, one), await reserve(table, one)]).toEqual([true, false])
})
