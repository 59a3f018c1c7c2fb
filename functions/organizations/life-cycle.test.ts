import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Problem } from '../../shared/errors.ts'
import { effectiveStatus } from '../../shared/identity/life-cycle.ts'
import { eventOf } from '../../shared/store/aggregate-parts.ts'
import { type Folded, fold } from '../../shared/store/changes.ts'
import type { Change } from '../../shared/store/entity.ts'
import { CLOSING_HOURS, cancelClosing, close, scheduleClosing } from './closing.ts'
import { type Move, move, moves } from './life-cycle.ts'
import { endProvider, found, type Organization } from './organization.ts'
import { organizations } from './organization-store.ts'

const at = '2026-03-01T09:00:00.000Z'
const founded = () =>
  found({
    id: 'org_1',
    name: 'Acme',
    slug: 'acme',
    type: 'customer',
    foundedBy: 'usr_1',
    cursorKey: 'key',
    at,
    providerId: 'org_9',
    details: { domain: 'acme.example' },
  })
const inState = (status: Organization['status']): Organization => ({ ...founded().after, status })

const codeOf = (run: () => unknown) => {
  try {
    run()
    return 'done'
  } catch (error) {
    return error instanceof Problem ? error.code : error
  }
}

describe('the life of an organization', () => {
  const table: [Organization['status'], Record<Move, boolean>][] = [
    ['trial', { activate: true, suspend: true, offboard: true }],
    ['active', { activate: false, suspend: true, offboard: true }],
    ['suspended', { activate: true, suspend: false, offboard: true }],
    ['offboarding', { activate: false, suspend: false, offboard: false }],
    ['closed', { activate: false, suspend: false, offboard: false }],
  ]
  test.each(table)('from %s leads on where it may, and nowhere else', (status, allowed) => {
    for (const [by, may] of Object.entries(allowed) as [Move, boolean][]) {
      expect([by, codeOf(() => move(inState(status), by, at))]).toEqual([by, may ? 'done' : 'INVALID_TRANSITION'])
    }
  })

  test('tells in a refusal what stands in the way and what it takes', () => {
    expect(() => scheduleClosing(inState('active'), at)).toThrow('the organization is active. It takes one that is being offboarded.')
  })

  test('keeps the reason with the state that it explains', () => {
    const { after, data } = move(inState('active'), 'suspend', at, 'Unpaid')
    expect([after.statusReason, data]).toEqual(['Unpaid', { reason: 'Unpaid' }])
    expect(move(after, 'activate', at).after.statusReason).toBeUndefined()
  })
})

describe('closing', () => {
  const hours = (count: number) => new Date(Date.parse(at) + count * 3_600_000).toISOString()
  const leaving = () => ({ ...inState('offboarding'), statusReason: 'Moves on' })

  test('waits so many hours, in which the organization goes on leaving', () => {
    const { after, data, event } = scheduleClosing(leaving(), at)
    expect([event.name, data]).toEqual(['organization.closing_scheduled', { closesAt: hours(CLOSING_HOURS) }])
    expect(after).toMatchObject({ status: 'offboarding', closesAt: hours(72), statusReason: 'Moves on' })
    expect(scheduleClosing(leaving(), at, 'Done').after.statusReason).toBe('Done')
  })

  test('counts from its moment on, whether or not that was written down', () => {
    const { after } = scheduleClosing(leaving(), at)
    expect([71.99, 72].map((count) => effectiveStatus(after, hours(count)))).toEqual(['offboarding', 'closed'])
    expect(close(after, hours(71.99))).toBeUndefined()
    const closed = close(after, hours(73))
    expect([closed?.event.name, closed?.after.status]).toEqual(['organization.closed', 'closed'])
    expect(close(closed?.after ?? after, hours(74))).toBeUndefined()
  })

  test('is called off before its moment, and not after', () => {
    const { after } = scheduleClosing(leaving(), at)
    expect(cancelClosing(after, hours(71)).after).not.toMatchObject({ closesAt: expect.anything() })
    expect(codeOf(() => cancelClosing(after, hours(72)))).toBe('INVALID_TRANSITION')
    expect(codeOf(() => cancelClosing(leaving(), at))).toBe('INVALID_TRANSITION')
    expect(() => cancelClosing(after, hours(72))).toThrow('the organization is closed')
  })

  test('is not begun twice, nor anywhere but where the organization is leaving', () => {
    expect(codeOf(() => scheduleClosing(scheduleClosing(leaving(), at).after, hours(1)))).toBe('INVALID_TRANSITION')
    const others: Organization['status'][] = ['trial', 'active', 'suspended', 'closed']
    expect(others.map((status) => codeOf(() => scheduleClosing(inState(status), at)))).toEqual(others.map(() => 'INVALID_TRANSITION'))
  })
})

test('a link to a provider is ended once, and where there is none nothing is to be ended', () => {
  const ended = endProvider(founded().after, at)
  expect(ended.after.provider).toEqual({ organizationId: 'org_9', since: at, endedAt: at })
  expect(codeOf(() => endProvider(ended.after, at))).toBe('NOT_FOUND')
  const { provider: _none, ...alone } = founded().after
  expect(codeOf(() => endProvider(alone, at))).toBe('NOT_FOUND')
})

type Step = Move | 'end' | 'schedule' | 'cancel' | 'close'
function take(now: Organization, by: Step, time: string, reason: string | undefined): Change<Organization> | undefined {
  if (by === 'end') return endProvider(now, time)
  if (by === 'schedule') return scheduleClosing(now, time, reason)
  if (by === 'cancel') return cancelClosing(now, time)
  return by === 'close' ? close(now, time) : move(now, by, time, reason)
}

test('whatever is tried in whatever order, the events fold to the item, and the way led only forward', () => {
  const context = { tableName: 't', organizationId: 'org_1', now: at, metadata: {} as never }
  const folded = (change: Change<Organization>): Folded => eventOf(organizations, change, context)
  const step = fc.record({
    by: fc.constantFrom(...(Object.keys(moves) as Move[]), 'end' as const, 'schedule' as const, 'cancel' as const, 'close' as const),
    hoursLater: fc.integer({ min: 1, max: 100 }),
    why: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const first = founded()
      const events = [folded(first)]
      let now = first.after
      let time = at
      for (const { by, why, hoursLater } of steps) {
        time = new Date(Date.parse(time) + hoursLater * 3_600_000).toISOString()
        // A suspension always has one: its contract demands it.
        const reason = by === 'suspend' ? (why ?? 'Unpaid') : why
        const before = now.status
        try {
          const change = take(now, by, time, reason)
          if (!change) continue
          events.push(folded(change))
          now = change.after
        } catch (error) {
          expect(['INVALID_TRANSITION', 'NOT_FOUND']).toContain((error as Problem).code)
        }
        if (before === 'offboarding') expect(['offboarding', 'closed']).toContain(now.status)
        if (before === 'closed') expect(now.status).toBe('closed')
      }
      expect(fold(events)).toEqual(JSON.parse(JSON.stringify(now)))
    }),
  )
})
