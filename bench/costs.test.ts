import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { catalogue } from '../functions/catalogue.ts'
import { costs, KEYED, kindOf, PROMISED, type Row, rows } from './costs.ts'
import { GOALS, million } from './million.ts'
import { costsPage } from './table.ts'

/** What the numbers themselves must satisfy; that they are true is shown by `test/journeys/costs.test.ts`. */

const READ_UNITS = 4
const CREATE_UNITS = 8
const INDEX_ENTRY_UNITS = 2
const KEY_UNITS = 2
/** The one write that acts in a tenant of its own making. */
const MAKES_TENANT = 'createCustomerOrganization'
/** The customer itself, with its side of the link, and what its tenant reads besides. */
const AT_CUSTOMER = { waves: 1, rru: 2 }

test('every endpoint has its row, and nothing else has one', () => {
  const names = catalogue.map(({ name }) => name)
  expect([...new Set(Object.keys(costs).map((name) => name.replace(KEYED, '')))].sort()).toEqual(names.sort())
})

test.each(rows())('$name takes the trips that its kind is promised, or says why not', ({ kind, cost }) => {
  expect(cost.waves <= (PROMISED[kind] ?? (kind === 'sign-in' ? 2 : 1)) || cost.why).toBeTruthy()
})

const byId = catalogue.filter(({ contract }) => kindOf(contract) === 'read' && contract.params?.shape.id && !contract.customer)
test.each(byId)('$name, a read by id, takes one trip and at most 4 read units', ({ name }) => {
  expect(costs[name]).toMatchObject({ waves: 1, wru: 0 })
  expect(costs[name]?.rru).toBeLessThanOrEqual(READ_UNITS)
})

const atCustomer = catalogue.filter(({ contract }) => contract.customer)
test.each(atCustomer)('$name takes one trip and at most 2 read units more than a provider does at home', ({ name, contract }) => {
  const waves = (PROMISED[kindOf(contract)] ?? 0) + AT_CUSTOMER.waves
  expect(costs[name]?.waves).toBe(waves)
  expect(costs[name]?.rru).toBeLessThanOrEqual(READ_UNITS + AT_CUSTOMER.rru)
})

const writes = rows().filter(({ kind }) => kind === 'write')
test.each(writes)('$name writes at most 8 units for each aggregate, 2 for each index entry and 2 for a key', ({ name, cost }) => {
  const most = CREATE_UNITS * (cost.aggregates ?? 1) + INDEX_ENTRY_UNITS * (cost.indexEntries ?? 0) + (name.endsWith(KEYED) ? KEY_UNITS : 0)
  expect(cost.wru).toBeLessThanOrEqual(most)
})

test('reads and lists write nothing', () => {
  const wrong = rows().filter(({ kind, cost }) => (kind === 'read' || kind === 'list') && cost.wru > 0)
  expect(wrong).toEqual([])
})

test('credentials are asked for only where a new tenant is met, and that is said', () => {
  const asking = rows().filter(({ cost }) => cost.sts > 0)
  const mayMeet = ({ kind, name }: Row) => kind === 'sign-in' || name.replace(KEYED, '') === MAKES_TENANT
  expect(asking.filter((row) => !mayMeet(row) || !row.cost.note?.includes('not met before'))).toEqual([])
})

test('a million reads by id cost no more than promised, with logs and traces', () => {
  expect(million('getUser').total).toBeLessThanOrEqual(GOALS.getUser)
})

describe('docs/costs.md', () => {
  test('is what follows from the numbers; `npm run costs` writes it', () => {
    expect(readFileSync('docs/costs.md', 'utf8')).toBe(costsPage())
  })
})
