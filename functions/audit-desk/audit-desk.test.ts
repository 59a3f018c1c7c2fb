import { beforeEach, describe, expect, test } from '@jest/globals'
import { applicationRecorded } from '../../events/audit.ts'
import { loginFailed, loginSucceeded } from '../../events/identity.ts'
import type { DomainEvent } from '../../shared/event.ts'
import { newId } from '../../shared/ids.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import { listAuditLogs, recordAuditLog } from '../audit/contract.ts'
import { handler as listEntries } from '../audit/list-audit-logs.ts'
import { handler as onAnyEvent } from '../audit/on-any-event.ts'
import { handler as record } from '../audit/record-audit-log.ts'
import {
  createAuditSearch,
  createLegalHold,
  deleteAuditSearch,
  listActivityLogs,
  listAuditSearches,
  releaseLegalHold,
  updateAuditSearch,
} from './contract.ts'
import { handler as createSearch } from './create-audit-search.ts'
import { handler as createHold } from './create-legal-hold.ts'
import { handler as deleteSearch } from './delete-audit-search.ts'
import { handler as listActivity } from './list-activity-logs.ts'
import { handler as listSearches } from './list-audit-searches.ts'
import { handler as releaseHold } from './release-legal-hold.ts'
import { handler as updateSearch } from './update-audit-search.ts'

const bench = workbench()
let ada: Person
let bob: Person
beforeEach(async () => {
  ada = await bench.founder()
  bob = await bench.member(ada, { roleIds: ['rol_admin'] })
})

const eventOf = (over: Partial<DomainEvent>): DomainEvent => ({
  id: newId('evt'),
  type: 'user.updated',
  version: 1,
  schemaVersion: 1,
  aggregateType: 'user',
  aggregateId: ada.userId,
  organizationId: ada.organizationId,
  timestamp: new Date().toISOString(),
  data: {},
  changes: {},
  metadata: { actorId: ada.userId, actorKind: 'member', correlationId: 'c', requestId: 'r', source: 's', ipAddress: '192.0.2.1' },
  ...over,
})

describe('saved searches', () => {
  const body = { name: 'Refusals', filter: { action: 'auth.login.failed', success: false } }
  const save = async (as: Person, more = {}) => bench.request(createSearch, createAuditSearch, { as, body: { ...body, ...more } })
  const names = async (as: Person) =>
    (await bench.request(listSearches, listAuditSearches, { as })).body.data.map(({ name }: { name: string }) => name)

  test('are seen by whoever saved them, and by the others where they are shared', async () => {
    expect((await save(ada)).body.data).toMatchObject({ ...body, ownerId: ada.userId, isShared: false })
    expect((await save(ada, { name: 'Ours', isShared: true })).status).toBe(201)
    expect(await names(ada)).toEqual(['Refusals', 'Ours'])
    expect(await names(bob)).toEqual(['Ours'])
  })

  test('of others are neither changed nor removed, and nobody learns that they are there', async () => {
    const { id } = (await save(ada)).body.data
    const patch = await bench.request(updateSearch, updateAuditSearch, { as: bob, params: { id }, body: { name: 'Mine' } })
    expect(patch.body.code).toBe('NOT_FOUND')
    expect((await bench.request(deleteSearch, deleteAuditSearch, { as: bob, params: { id } })).body.code).toBe('NOT_FOUND')
    expect((await bench.request(deleteSearch, deleteAuditSearch, { as: ada, params: { id } })).status).toBe(204)
  })

  test('change name and filter; who shares them stays their owner', async () => {
    const { id } = (await save(ada, { isShared: true })).body.data
    const changes = { name: 'Sign-ins', filter: { resourceType: 'session' } }
    const reply = await bench.request(updateSearch, updateAuditSearch, { as: bob, params: { id }, body: changes })
    expect(reply.body.data).toMatchObject({ ...changes, ownerId: ada.userId, version: 2 })
  })
})

describe('what an application tells', () => {
  const told = { action: 'invoice.approved', resource: { id: 'INV-1' }, actor: { id: 'usr_1', name: 'Tessera' }, ipAddress: '198.51.100.7' }

  test('is an entry that looks like none of ours, and names who sent it', async () => {
    const data = { ...told, success: true, details: { amount: 3 } }
    const event = { type: applicationRecorded.name, aggregateType: 'app.invoice', aggregateId: 'INV-1', data }
    expect(await bench.react(onAnyEvent, eventOf(event))).toEqual([])
    const query = { actorId: 'app:usr_1', action: 'app.invoice.approved' }
    const [entry, ...others] = (await bench.request(listEntries, listAuditLogs, { as: ada, query })).body.data
    expect(others).toEqual([])
    expect(entry).toMatchObject({
      action: 'app.invoice.approved',
      actor: { id: 'app:usr_1', kind: 'external', name: 'Tessera' },
      resource: { type: 'app.invoice', id: 'INV-1' },
      ipAddress: '198.51.100.7',
      details: { amount: 3, recordedBy: { id: ada.userId, ipAddress: '192.0.2.1' } },
    })
  })

  test('is refused under a name of ours', async () => {
    const reply = await bench.request(record, recordAuditLog, { as: ada, body: { ...told, action: 'user.deleted' } })
    expect(reply.body).toMatchObject({ code: 'VALIDATION_ERROR', details: { action: expect.stringContaining('Tessera itself') } })
  })

  test('turns round nothing that stands beside it: names and ids hold nothing unseen', async () => {
    for (const odd of ['A\u202ebob', 'A\u2028B', 'A\u200bB', 'A\nB'])
      for (const body of [
        { ...told, resource: { id: odd } },
        { ...told, resource: { id: 'INV-1', name: odd } },
        { ...told, actor: { id: odd } },
        { ...told, actor: { id: 'clerk-1', name: odd } },
      ])
        expect((await bench.request(record, recordAuditLog, { as: ada, body })).body.code).toBe('VALIDATION_ERROR')
  })

  test('is told once by one Idempotency-Key', async () => {
    const send = () => bench.request(record, recordAuditLog, { as: ada, body: told, headers: { 'idempotency-key': 'one' } })
    const [first, second] = [await send(), await send()]
    expect([first.status, second.status, second.headers['idempotency-replayed']]).toEqual([202, 202, 'true'])
    expect(second.body.data.id).toBe(first.body.data.id)
  })
})

test('a legal hold says why it stands and why it was lifted, once', async () => {
  const { id } = (await bench.request(createHold, createLegalHold, { as: ada, body: { reason: 'Case 12' } })).body.data
  const lift = () => bench.request(releaseHold, releaseLegalHold, { as: bob, params: { id }, body: { reason: 'Closed' } })
  const lifted = await lift()
  expect(lifted.body.data).toMatchObject({ reason: 'Case 12', createdBy: ada.userId, releasedBy: bob.userId, releaseReason: 'Closed' })
  expect((await lift()).body.code).toBe('INVALID_TRANSITION')
})

test('the activity log tells in words who signed in, or tried to, of all or of one', async () => {
  const session = { aggregateType: 'session', aggregateId: 'ses_1' }
  const of = (actorId: string) => ({ metadata: { ...eventOf({}).metadata, actorId } })
  const events = [
    eventOf({ type: loginSucceeded.name, ...session }),
    eventOf({ type: loginFailed.name, aggregateId: bob.userId, data: { reason: 'Wrong password' }, ...of('anonymous') }),
    eventOf({ type: 'user.updated' }),
  ]
  expect(await bench.react(onAnyEvent, ...events)).toEqual([])
  const list = async (query: Record<string, string>) => (await bench.request(listActivity, listActivityLogs, { as: ada, query })).body.data
  expect((await list({})).map(({ type }: { type: string }) => type).toSorted()).toEqual([loginFailed.name, loginSucceeded.name])
  expect(await list({ userId: bob.userId })).toMatchObject([
    { userId: bob.userId, description: 'Tried to sign in and was refused: Wrong password', location: null, success: false },
  ])
  expect(await list({ userId: ada.userId, type: loginFailed.name })).toEqual([])
  expect(await list({ type: loginSucceeded.name })).toMatchObject([{ userId: ada.userId, description: 'Signed in.' }])
  expect(await list({ from: '0001-01-01T00:00:00Z', to: '9999-12-31T23:59:59Z' })).toHaveLength(2)
  expect(await list({ from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' })).toEqual([])
  expect(await list({ to: '1969-01-01T00:00:00Z' })).toEqual([])
})
