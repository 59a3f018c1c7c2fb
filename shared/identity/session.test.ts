import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { diff, fold } from '../store/changes.ts'
import type { Change } from '../store/entity.ts'
import {
  begin,
  hasIdled,
  hasOutlived,
  isLive,
  isUseDue,
  newestFirst,
  refreshed,
  revoke,
  type Session,
  surplusOf,
  viewOf,
} from './session.ts'

const AT = Date.UTC(2026, 0, 1)
const at = (minutes: number) => new Date(AT + minutes * 60_000).toISOString()

const start = (id = 's-1', minutes = 0, organizationId = 'org_1') =>
  begin({
    id,
    organizationId,
    personId: 'usr_1',
    device: 'Firefox on Linux',
    ipAddress: '192.0.2.1',
    userAgent: 'x',
    mfa: false,
    method: 'password',
    at: at(minutes),
    expiresAt: at(minutes + 7 * 1440),
    epoch: 1,
    generation: 1,
  })

/** Events as the store numbers them. */
const stored = (changes: Change<Session>[]) =>
  changes.map(({ before, after: item }) => ({ version: item.version, timestamp: item.updatedAt, changes: diff(before, item) }))

test('folding the events of a session gives the session, whatever happened to it', () => {
  const command = fc.oneof(fc.constant('refresh' as const), fc.constant('revoke' as const))
  fc.assert(
    fc.property(fc.array(command, { maxLength: 12 }), (commands) => {
      const changes = [start()]
      for (const [n, name] of commands.entries()) {
        const now = changes.at(-1)?.after as Session
        changes.push(name === 'refresh' ? refreshed(now, at(n + 1)) : revoke(now, `reason ${n}`, at(n + 1)))
      }
      expect(fold<Session>(stored(changes))).toEqual(changes.at(-1)?.after)
    }),
  )
})

test('a session is live until it is revoked or its time is over', () => {
  const { after: session } = start()
  expect(isLive(session, at(1))).toBe(true)
  expect(isLive(session, session.expiresAt)).toBe(false)
  expect(isLive(revoke(session, 'x', at(1)).after, at(2))).toBe(false)
})

test('a session past its time is shown as expired, a revoked one as revoked with the reason', () => {
  const { after: session } = start()
  expect(viewOf(session, at(1), 's-1')).toMatchObject({ status: 'active', current: true, revokedReason: null })
  expect(viewOf(session, session.expiresAt)).toMatchObject({ status: 'expired', current: false })
  expect(viewOf(revoke(session, 'lost phone', at(1)).after, session.expiresAt)).toMatchObject({
    status: 'revoked',
    revokedReason: 'lost phone',
  })
})

test('sessions sort newest first, and by id within a moment', () => {
  const list = [start('a', 1), start('c', 2), start('b', 2)].map((change) => change.after)
  expect([...list].sort(newestFirst).map(({ id }) => id)).toEqual(['c', 'b', 'a'])
  const one = start('a').after
  expect(newestFirst(one, { ...one })).toBe(0)
})

test('the fifty-first session takes the place of the oldest live one of its organization', () => {
  const fifty = Array.from({ length: 50 }, (_, n) => start(`s-${n}`, n).after)
  expect(surplusOf(fifty, 'org_1', at(60)).map(({ id }) => id)).toEqual(['s-0'])
  expect(surplusOf(fifty.slice(1), 'org_1', at(60))).toEqual([])
  expect(surplusOf([revoke(fifty[0] as Session, 'x', at(1)).after, ...fifty.slice(1)], 'org_1', at(60))).toEqual([])
  expect(surplusOf([start('elsewhere', 0, 'org_2').after, ...fifty.slice(1)], 'org_1', at(60))).toEqual([])
})

test('a session lasts as long as its organization lets it, from the proof of who the person is', () => {
  const { after: session } = start()
  const policy = { lifetimeMinutes: 30 }
  expect([29, 30].map((minutes) => hasOutlived(session, policy, at(minutes)))).toEqual([false, true])
  const hosted = { ...session, authTime: (AT - 20 * 60_000) / 1000 }
  expect([9, 10].map((minutes) => hasOutlived(hosted, policy, at(minutes)))).toEqual([false, true])
  expect(hasOutlived(session, {}, at(9_999))).toBe(false)
})

test('a session is idle only when its last access token had run out for so long', () => {
  const { after: session } = refreshed(start().after, at(10))
  const policy = { idleMinutes: 15 }
  expect([70, 85, 86].map((minutes) => hasIdled(session, policy, at(minutes)))).toEqual([false, false, true])
  expect(hasIdled(session, {}, at(9_999))).toBe(false)
})

describe('an idle session', () => {
  const { after: session } = start()
  const used = (minutes: number): Session => ({ ...session, seenAt: at(minutes) })
  test('ends as soon as it was not used for as long as the organization allows', () => {
    expect(hasIdled(used(100), { idleMinutes: 15 }, at(115))).toBe(false)
    expect(hasIdled(used(100), { idleMinutes: 15 }, at(115.1))).toBe(true)
  })
  test('of which no use was noted yet has the life of its access token on top, so that nobody at work is shut out', () => {
    expect(hasIdled(session, { idleMinutes: 15 }, at(75))).toBe(false)
    expect(hasIdled(session, { idleMinutes: 15 }, at(75.1))).toBe(true)
  })
  test('is noted at most once a minute, and not at all where nobody asks', () => {
    expect(isUseDue(session, { idleMinutes: 15 }, at(0))).toBe(true)
    expect(isUseDue(used(100), { idleMinutes: 15 }, at(100.9))).toBe(false)
    expect(isUseDue(used(100), { idleMinutes: 15 }, at(101))).toBe(true)
    expect(isUseDue(session, {}, at(100))).toBe(false)
  })
  test('shows when it was used last', () => {
    expect(viewOf(used(100), at(101)).lastActivityAt).toBe(at(100))
  })
})
