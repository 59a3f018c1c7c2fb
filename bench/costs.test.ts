import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { catalogue } from '../functions/catalogue.ts'
import { costs, KEYED, kindOf, PROMISED, rows } from './costs.ts'
import { costsPage } from './table.ts'

/** What the numbers themselves must satisfy; that they are true is shown by `test/journeys/costs.test.ts`. */

const READ_UNITS = 4
const CREATE_UNITS = 8
const INDEX_ENTRY_UNITS = 2
const KEY_UNITS = 2

test('every endpoint has its row, and nothing else has one', () => {
  const names = catalogue.map(({ name }) => name)
  expect([...new Set(Object.keys(costs).map((name) => name.replace(KEYED, '')))].sort()).toEqual(names.sort())
})

test.each(rows())('$name takes the trips that its kind is promised, or says why not', ({ kind, cost }) => {
  expect(cost.waves <= (PROMISED[kind] ?? (kind === 'sign-in' ? 2 : 1)) || cost.why).toBeTruthy()
})

const byId = catalogue.filter(({ contract }) => kindOf(contract) === 'read' && contract.params)
test.each(byId)('$name, a read by id, takes one trip and at most 4 read units', ({ name }) => {
  expect(costs[name]).toMatchObject({ waves: 1, wru: 0 })
  expect(costs[name]?.rru).toBeLessThanOrEqual(READ_UNITS)
})

const writes = rows().filter(({ kind }) => kind === 'write')
test.each(writes)('$name writes at most 8 units, 2 for each index entry and 2 for a key', ({ name, cost }) => {
  const most = CREATE_UNITS + INDEX_ENTRY_UNITS * (cost.indexEntries ?? 0) + (name.endsWith(KEYED) ? KEY_UNITS : 0)
  expect(cost.wru).toBeLessThanOrEqual(most)
})

test('reads and lists write nothing', () => {
  const wrong = rows().filter(({ kind, cost }) => (kind === 'read' || kind === 'list') && cost.wru > 0)
  expect(wrong).toEqual([])
})

test('credentials are asked for only where a new tenant is met, and that is said', () => {
  const asking = rows().filter(({ cost }) => cost.sts > 0)
  expect(asking.filter(({ kind, cost }) => kind !== 'sign-in' || !cost.note?.includes('not met before'))).toEqual([])
})

describe('docs/costs.md', () => {
  test('is what follows from the numbers; `npm run costs` writes it', () => {
    expect(readFileSync('docs/costs.md', 'utf8')).toBe(costsPage())
  })
})
