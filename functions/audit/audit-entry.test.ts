import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { eventCatalogue } from '../../events/catalogue.ts'
import type { DomainEvent } from '../../shared/event.ts'
import { newId } from '../../shared/ids.ts'
import { toEntry } from './audit-entry.ts'
import { fromStored, toStored } from './audit-store.ts'
import { AuditEntry } from './contract.ts'

const event = (over: Partial<DomainEvent> = {}): DomainEvent => ({
  ...{ id: newId('evt'), type: 'user.updated', version: 2, schemaVersion: 1, aggregateType: 'user', aggregateId: 'usr_1' },
  ...{ aggregateName: 'Ada Lovelace', organizationId: 'org_1', timestamp: '2026-01-31T09:30:00.000Z', data: {}, changes: {} },
  metadata: {
    ...{ actorId: 'usr_2', actorKind: 'member', actorName: 'Grace Hopper', sessionId: 's', correlationId: 'c', requestId: 'r' },
    ...{ ipAddress: '192.0.2.1', userAgent: 'jest', source: 'PATCH /api/v1/users/{id}' },
  },
  ...over,
})

test.each(eventCatalogue.map(({ type }) => type.name))('%s becomes an entry that its contract takes', (type) => {
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
