import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { DomainEvent } from '../../shared/event.ts'
import { newId } from '../../shared/ids.ts'
import { events } from '../catalogue.ts'
import { toEntry } from './audit-entry.ts'
import { fromStored, putEntry, toStored } from './audit-store.ts'
import { AuditEntry } from './contract.ts'

const event = (over: Partial<DomainEvent> = {}): DomainEvent => ({
  id: newId('evt'),
  type: 'user.updated',
  version: 2,
  schemaVersion: 1,
  aggregateType: 'user',
  aggregateId: 'usr_1',
  aggregateName: 'Ada Lovelace',
  organizationId: 'org_1',
  timestamp: '2026-01-31T09:30:00.000Z',
  data: {},
  changes: {},
  metadata: {
    actorId: 'usr_2',
    actorKind: 'member',
    actorName: 'Grace Hopper',
    sessionId: 's',
    correlationId: 'c',
    requestId: 'r',
    ipAddress: '192.0.2.1',
    userAgent: 'jest',
    source: 'PATCH /api/v1/users/{id}',
  },
  ...over,
})

test.each(events.map(({ type }) => type.name))('%s becomes an entry that its contract takes', (type) => {
  const entry = toEntry(event({ type }))
  expect(AuditEntry.parse(entry)).toEqual(entry)
  expect(entry).toMatchObject({
    action: type,
    actor: { id: 'usr_2', name: 'Grace Hopper' },
    resource: { type: 'user', id: 'usr_1', name: 'Ada Lovelace' },
  })
})

test('every changed field appears, with both its values', () => {
  const change = fc.oneof(
    fc.record({ old: fc.jsonValue(), new: fc.jsonValue() }),
    fc.record({ new: fc.jsonValue() }),
    fc.record({ old: fc.jsonValue() }),
  )
  const field = fc.string({ minLength: 1 }).filter((name) => name !== '__proto__' && !/(key|hash|secret|token|password)$/i.test(name))
  fc.assert(fc.property(fc.dictionary(field, change), (changes) => expect(toEntry(event({ changes })).changes).toEqual({ ...changes })))
})

test('an entry is given back from the store as it was written', () => {
  const whole = toEntry(event({ changes: { phone: { new: '+64211234567' } }, data: { how: 'invited' } }))
  const { ipAddress: _ip, userAgent: _agent, ...metadata } = event().metadata
  const bare = toEntry(event({ metadata }))
  for (const entry of [whole, bare]) expect(fromStored(toStored('org_1', entry))).toEqual(entry)
})

test('a secret that changed is told, its value is not', () => {
  const { changes } = toEntry(event({ changes: { cursorKey: { old: 'abc', new: 'def' }, name: { new: 'Tessera' } } }))
  expect(changes).toEqual({ cursorKey: { old: '***', new: '***' }, name: { new: 'Tessera' } })
})

describe('the actor is always named', () => {
  const named = (metadata: Partial<DomainEvent['metadata']>, over: Partial<DomainEvent> = {}) =>
    toEntry(event({ metadata: { ...event().metadata, actorName: undefined, ...metadata } as never, ...over })).actor.name

  test.each([
    ['as the event says', { actorName: 'Grace Hopper' }, 'Grace Hopper'],
    ['as the product itself', { actorId: 'system', actorKind: 'system' as const }, 'Tessera'],
    ['as not signed in', { actorId: 'anonymous', actorKind: 'anonymous' as const }, 'Not signed in'],
    ['as what was changed, where that is the actor', { actorId: 'usr_1' }, 'Ada Lovelace'],
    ['by the id, where nothing else is known', {}, 'usr_2'],
    ['by the id, where the name is empty', { actorName: '' }, 'usr_2'],
  ])('%s', (_, metadata, name) => expect(named(metadata)).toBe(name))

  test('by the id, where what was changed has no name', () => {
    const { aggregateName: _, ...nameless } = event()
    expect(
      toEntry({ ...nameless, metadata: { actorId: 'usr_1', actorKind: 'member', correlationId: 'c', requestId: 'r', source: 's' } }).actor
        .name,
    ).toBe('usr_1')
  })
})

test('what the caller calls the request stands beside our own id', () => {
  const entry = toEntry(event({ metadata: { ...event().metadata, clientRequestId: 'mine' } }))
  expect(entry).toMatchObject({ requestId: 'r', clientRequestId: 'mine' })
  expect(fromStored(toStored('org_1', entry))).toEqual(entry)
  expect(toEntry(event()).clientRequestId).toBeNull()
})

test('an entry stays for good, unless its event says for how many days', () => {
  const context = { tableName: 't', organizationId: 'org_1', now: event().timestamp, metadata: event().metadata }
  const ttlOf = (type: string): unknown => putEntry('org_1', toEntry(event({ type })))(context)[0]?.item.Put?.Item?.ttl
  const began = Date.parse(event().timestamp) / 1000
  for (const { name, keptDays } of events.map(({ type }) => type)) {
    expect([name, ttlOf(name)]).toEqual([name, keptDays === undefined ? undefined : began + keptDays * 86_400])
  }
  expect(events.some(({ type }) => type.keptDays !== undefined)).toBe(true)
})

test('an entry shares the sortable part of the id of its event', () => {
  const { id, eventId } = toEntry(event())
  expect(id).toBe(eventId.replace('evt_', 'aud_'))
})

describe('what was refused is no success, and says why', () => {
  test.each([
    ['auth.login.failed', { userId: 'usr_1', reason: 'Invalid credentials' }, 'Invalid credentials'],
    ['access.denied', { route: 'GET /api/v1/users', code: 'FORBIDDEN', missing: 'users:read' }, 'It takes the permission users:read.'],
    ['access.denied', { route: 'GET /api/v1/users', code: 'FORBIDDEN' }, 'FORBIDDEN'],
    ['access.escalation_attempted', { missing: ['users:*', 'roles:*'] }, 'It takes the permission users:*, roles:*.'],
    ['something.failed', {}, 'It was refused.'],
  ])('%s %j', (type, data, errorMessage) => expect(toEntry(event({ type, data }))).toMatchObject({ success: false, errorMessage }))

  test('everything else is a success', () => expect(toEntry(event())).toMatchObject({ success: true, errorMessage: null }))
})
