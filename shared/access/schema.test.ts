import { describe, expect, test } from '@jest/globals'
import type { Condition as Stored } from './model.ts'
import { Condition, Scope } from './schema.ts'

const hours = { timeZone: 'Pacific/Auckland', days: [5, 1, 1], from: '22:00', to: '06:00' }

describe('a condition is taken', () => {
  test.each<[string, unknown]>([
    ['with a value', { attribute: 'resource.status', operator: 'equals', value: 'open' }],
    ['with another attribute', { attribute: 'resource.ownerId', operator: 'equals', value: { attribute: 'subject.id' } }],
    ['of an amount', { attribute: 'resource.amount', operator: 'at_most', value: 100_000 }],
    ['of a time', { attribute: 'resource.dueAt', operator: 'less_than', value: '2026-06-01T00:00:00.000Z' }],
    [
      'of networks of both families',
      { attribute: 'environment.ip', operator: 'in_network', value: ['10.0.0.0/8', '::1', '2001:db8::/32'] },
    ],
  ])('%s', (_, condition) => {
    const taken: Stored = Condition.parse(condition)
    expect(taken).toEqual(condition)
  })

  test('with weekly hours, whose days are put in order', () => {
    const taken = Condition.parse({ attribute: 'environment.time', operator: 'during', value: hours })
    expect(taken.value).toEqual({ ...hours, days: [1, 5] })
  })
})

describe('a condition is refused', () => {
  test.each([
    ['of an attribute that nothing has', { attribute: 'environment.weather', operator: 'equals', value: 'fair' }],
    ['of what is no attribute', { attribute: 'resource.__proto__', operator: 'equals', value: 'x' }],
    ['with an unknown comparison', { attribute: 'resource.status', operator: 'matches', value: '.*' }],
    ['of networks that are none', { attribute: 'environment.ip', operator: 'in_network', value: ['10.0.0.0/33'] }],
    ['of networks, asked of something else', { attribute: 'resource.status', operator: 'in_network', value: ['10.0.0.0/8'] }],
    ['of hours in no time zone', { attribute: 'environment.time', operator: 'during', value: { ...hours, timeZone: 'Mars/Olympus' } }],
    ['of hours on no day', { attribute: 'environment.time', operator: 'during', value: { ...hours, days: [] } }],
    ['of hours that no clock shows', { attribute: 'environment.time', operator: 'during', value: { ...hours, from: '24:00' } }],
    ['of a number that no item holds', { attribute: 'resource.amount', operator: 'at_most', value: 1e300 }],
    ['of a number too small to be kept', { attribute: 'resource.amount', operator: 'equals', value: 5e-324 }],
    ['of a list of nothing', { attribute: 'resource.status', operator: 'in', value: [] }],
    ['of a time that could be read in two ways', { attribute: 'resource.dueAt', operator: 'less_than', value: '2026-06-01' }],
  ])('%s', (_, condition) => {
    expect(Condition.safeParse(condition).success).toBe(false)
  })
})

test('a scope names what it is of, and nothing where it is everywhere', () => {
  expect(Scope.safeParse({ type: 'organization' }).success).toBe(true)
  expect(Scope.safeParse({ type: 'unit', id: 'grp_01j9z0s6n6r3v7t4q2m8k5w1xa' }).success).toBe(false)
  expect(Scope.safeParse({ type: 'resource', resourceType: 'Invoice', id: 'x' }).success).toBe(false)
})
