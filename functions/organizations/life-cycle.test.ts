import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Problem } from '../../shared/errors.ts'
import { eventOf } from '../../shared/store/aggregate-parts.ts'
import { type Folded, fold } from '../../shared/store/changes.ts'
import type { Change } from '../../shared/store/entity.ts'
import { type Move, move, moves } from './life-cycle.ts'
import { endProvider, found, type Organization } from './organization.ts'
import { organizations } from './organization-store.ts'

const at = '2026-03-01T09:00:00.000Z'
const founded = () =>
  found({
    ...{ id: 'org_1', name: 'Acme', slug: 'acme', type: 'customer', foundedBy: 'usr_1', cursorKey: 'key', at },
    ...{ providerId: 'org_9', details: { domain: 'acme.example' } },
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
    ['trial', { activate: true, suspend: true, offboard: true, close: false }],
    ['active', { activate: false, suspend: true, offboard: true, close: false }],
    ['suspended', { activate: true, suspend: false, offboard: true, close: false }],
    ['offboarding', { activate: false, suspend: false, offboard: false, close: true }],
    ['closed', { activate: false, suspend: false, offboard: false, close: false }],
  ]
  test.each(table)('from %s leads on where it may, and nowhere else', (status, allowed) => {
    for (const [by, may] of Object.entries(allowed) as [Move, boolean][]) {
      expect([by, codeOf(() => move(inState(status), by, at))]).toEqual([by, may ? 'done' : 'INVALID_TRANSITION'])
    }
  })

  test('tells in a refusal what stands in the way and what it takes', () => {
    expect(() => move(inState('active'), 'close', at)).toThrow('the organization is active. It takes one that is being offboarded.')
  })

  test('keeps the reason with the state that it explains', () => {
    const { after, data } = move(inState('active'), 'suspend', at, 'Unpaid')
    expect([after.statusReason, data]).toEqual(['Unpaid', { reason: 'Unpaid' }])
    expect(move(after, 'activate', at).after.statusReason).toBeUndefined()
  })
})

test('a link to a provider is ended once, and where there is none nothing is to be ended', () => {
  const ended = endProvider(founded().after, at)
  expect(ended.after.provider).toEqual({ organizationId: 'org_9', since: at, endedAt: at })
  expect(codeOf(() => endProvider(ended.after, at))).toBe('NOT_FOUND')
  const { provider: _none, ...alone } = founded().after
  expect(codeOf(() => endProvider(alone, at))).toBe('NOT_FOUND')
})

test('whatever is tried in whatever order, the events fold to the item, and the way led only forward', () => {
  const context = { tableName: 't', organizationId: 'org_1', now: at, metadata: {} as never }
  const folded = (change: Change<Organization>): Folded => eventOf(organizations, change, context)
  const step = fc.record({
    by: fc.constantFrom(...(Object.keys(moves) as Move[]), 'end' as const),
    why: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const first = founded()
      const events = [folded(first)]
      let now = first.after
      for (const { by, why } of steps) {
        // A suspension always has one: its contract demands it.
        const reason = by === 'suspend' ? (why ?? 'Unpaid') : why
        const before = now.status
        try {
          const change = by === 'end' ? endProvider(now, at) : move(now, by, at, reason)
          events.push(folded(change))
          now = change.after
        } catch (error) {
          expect(['INVALID_TRANSITION', 'NOT_FOUND']).toContain((error as Problem).code)
        }
        if (before === 'offboarding') expect(['offboarding', 'closed']).toContain(now.status)
        if (before === 'closed') expect(now.status).toBe('closed')
      }
      const { statusReason, ...rest } = now
      expect(fold(events)).toEqual(statusReason === undefined ? rest : now)
    }),
  )
})
