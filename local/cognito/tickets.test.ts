import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createTickets } from './tickets.ts'

test('a ticket is good until its time is over, once', () => {
  let now = 0
  const tickets = createTickets<string>(() => now)
  const [first, second] = [tickets.issue('a', 10), tickets.issue('b', 20)]
  expect(first).toMatch(/^[\w-]{64}$/)
  expect([tickets.look(first), tickets.look(first), tickets.take(first), tickets.take(first)]).toEqual(['a', 'a', 'a', undefined])
  now = 20_000
  expect([tickets.look(second), tickets.take(second)]).toEqual([undefined, undefined])
  expect(tickets.look(tickets.issue('c', 1))).toBe('c')
})

test('no text but a ticket opens anything', () => {
  const tickets = createTickets<string>(() => 0)
  const ticket = tickets.issue('a', 10)
  fc.assert(fc.property(fc.string(), (text) => expect(tickets.look(text)).toBe(text === ticket ? 'a' : undefined)))
  for (const near of [ticket.slice(1), `${ticket} `, ticket.toLowerCase(), '__proto__']) expect(tickets.look(near)).toBeUndefined()
})
