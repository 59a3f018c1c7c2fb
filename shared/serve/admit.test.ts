import { beforeEach, describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import { type Person, type RequestOptions, workbench } from '../../test/workbench.ts'
import { endpoint } from '../endpoint.ts'
import { problems } from '../errors.ts'
import { fromRecord } from '../event.ts'
import { newId } from '../ids.ts'
import { denialPartition, itemKey, type Key, organizationKey, sessionKey } from '../store/keys.ts'
import { change, type Note, notes, write } from '../store/test-notes.ts'
import { patch, putNew, remove, save } from '../store/writes.ts'
import { claimsOf } from './admit.ts'
import { serve } from './serve.ts'

const Shown = z.object({ id: z.string(), title: z.string(), version: z.number() })
const shape = { summary: 'x', permission: 'users:update', params: z.object({ id: z.string() }), reply: Shown } as const
const getNote = endpoint({ ...shape, route: 'GET /api/v1/notes/{id}' })
const patchNote = endpoint({ ...shape, route: 'PATCH /api/v1/notes/{id}', body: z.object({ title: z.string().optional() }) })
const restoreNote = endpoint({ ...shape, route: 'POST /api/v1/notes/{id}/restore' })
const me = endpoint({ route: 'GET /api/v1/auth/note', summary: 'x', self: true, reply: z.object({ org: z.string(), may: z.boolean() }) })

const got = serve(getNote, { resource: notes }, ({ resource }) => resource)
const patched = serve(patchNote, { resource: notes }, async ({ resource, body, tenant, now }) => {
  const made = change(resource, body, now)
  return tenant.commit(save(notes, made), made.after)
})
const restored = serve(restoreNote, { resource: notes, deleted: 'allowed' }, ({ resource }) => resource)
const mine = serve(me, async ({ tenant, access }) => ({ org: tenant.id, may: await access.allowed('users:update') }))

const bench = workbench()
let ada: Person
let note: Note
beforeEach(async () => {
  ada = await bench.founder()
  const made = write(ada.organizationId, 'First')
  await own().commit(save(notes, made))
  note = made.after
})

const own = (of = ada) => bench.tenant(of.organizationId)
const set = (key: Key, fields: Record<string, unknown>) => own().commit(patch(key, fields))
const setUser = (fields: Record<string, unknown>, of = ada) => set(itemKey(ada.organizationId, 'USER', of.userId), fields)
const setOrganization = (fields: Record<string, unknown>) => set(organizationKey(ada.organizationId), fields)
const setSession = (fields: Record<string, unknown>) => set(sessionKey(ada.userId, ada.sessionId), fields)
const get = (more: RequestOptions = {}) => bench.request(got, getNote, { as: ada, params: { id: note.id }, ...more })
const update = (more: RequestOptions = {}) =>
  bench.request(patched, patchNote, { as: ada, params: { id: note.id }, body: { title: 'New' }, ...more })
const codeOf = async (reply: ReturnType<typeof get>) => (await reply).body.code ?? (await reply).status
const denials = async () => {
  const today = new Date().toISOString().slice(0, 10)
  const { items } = await own().list<Record<string, unknown>>({ partitions: [denialPartition(today)], limit: 100 })
  return items.map(fromRecord)
}

describe('who is refused', () => {
  test('without a token is asked to sign in; with one that opens no API is told so, and neither costs anything', async () => {
    const reply = await bench.request(got, getNote, { params: { id: note.id } })
    expect([reply.status, reply.body.code]).toEqual([401, 'AUTHENTICATION_REQUIRED'])
    expect(reply.cost).toEqual({ waves: 0, sts: 0, rru: 0, wru: 0 })
    for (const claims of [{ token_use: 'id' }, { token_use: 'access', username: ada.userId }, { token_use: 'access', origin_jti: 's' }]) {
      expect(() => claimsOf(claims)).toThrow(problems.INVALID_TOKEN[1])
    }
  })

  // Each state is added to the ones before: the last one set decides, so this is their order.
  test('is told first what weighs most', async () => {
    expect(await codeOf(get())).toBe(200)
    await setUser({ assignments: [] })
    expect(await codeOf(get())).toBe('FORBIDDEN')
    await setOrganization({ settings: { mfaRequired: true } })
    expect(await codeOf(get())).toBe('MFA_REQUIRED')
    await setOrganization({ status: 'suspended' })
    expect(await codeOf(get())).toBe('ORGANIZATION_SUSPENDED')
    await setUser({ status: 'disabled' })
    expect(await codeOf(get())).toBe('ACCOUNT_DISABLED')
    await setUser({ status: 'locked', lockReason: 'Lost laptop' })
    expect((await get()).body).toMatchObject({ code: 'ACCOUNT_LOCKED', details: { reason: 'Lost laptop' } })
    await setUser({ status: 'invited' })
    expect(await codeOf(get())).toBe('NOT_FOUND')
    await setSession({ status: 'revoked' })
    expect(await codeOf(get())).toBe('INVALID_SESSION')
  })

  test('by an ended, an expired or an unknown session is at once', async () => {
    await setSession({ expiresAt: new Date(Date.now() - 1).toISOString() })
    expect(await codeOf(get())).toBe('INVALID_SESSION')
    await own().commit(remove(sessionKey(ada.userId, ada.sessionId)))
    expect(await codeOf(get())).toBe('INVALID_SESSION')
  })

  test('by a removed membership finds nothing, nor does who never was a member', async () => {
    expect(await codeOf(get({ as: await bench.founder(), headers: { 'x-organization-id': ada.organizationId } }))).toBe('NOT_FOUND')
    await setUser({ deletedAt: new Date().toISOString() })
    expect(await codeOf(get())).toBe('NOT_FOUND')
  })

  test('hears about wrong input only after access', async () => {
    const basic = await bench.member(ada)
    expect(await codeOf(update({ as: basic, body: { nonsense: 1 } }))).toBe('FORBIDDEN')
    expect(await codeOf(update({ body: { nonsense: 1 } }))).toBe('VALIDATION_ERROR')
    expect(await codeOf(update({ params: { id: newId('ntf') }, body: { nonsense: 1 } }))).toBe('NOT_FOUND')
  })
})

test('where a second factor is demanded and not given, only /auth stays open', async () => {
  await setOrganization({ settings: { mfaRequired: true } })
  expect(await codeOf(bench.request(mine, me, { as: ada }))).toBe(200)
  expect(await codeOf(get())).toBe('MFA_REQUIRED')
  await setSession({ mfa: true })
  expect(await codeOf(get())).toBe(200)
})

describe('the tenant', () => {
  test('is the one of the header, where the caller is a member, else the token’s', async () => {
    const guest = await bench.founder()
    const [user] = await own(guest).read<Record<string, unknown>>(itemKey(guest.organizationId, 'USER', guest.userId))
    await own().commit(
      putNew(itemKey(ada.organizationId, 'USER', guest.userId), { ...user, organizationId: ada.organizationId }, 'CONFLICT'),
    )
    const orgOf = async (headers: Record<string, string>) => (await bench.request(mine, me, { as: guest, headers })).body.data?.org
    expect(await orgOf({ 'x-organization-id': ada.organizationId })).toBe(ada.organizationId)
    expect(await orgOf({})).toBe(guest.organizationId)
    expect(await orgOf({ 'x-organization-id': '' })).toBe(guest.organizationId)
  })

  test('that is no organization of the caller is not found, in whatever form', async () => {
    const other = newId('org')
    for (const header of [
      'org_1',
      'TENANT#x',
      other,
      `${ada.organizationId},${other}`,
      ada.organizationId.toUpperCase(),
      'x'.repeat(8_000),
    ]) {
      expect(await codeOf(get({ headers: { 'x-organization-id': header } }))).toBe('NOT_FOUND')
    }
  })
})

describe('a denial', () => {
  test('leaves one trace per actor, endpoint and minute, with what was missing', async () => {
    const basic = await bench.member(ada)
    await Promise.all([get({ as: basic }), get({ as: basic }), get({ as: basic })])
    await update({ as: basic })
    const seen = (await denials()).filter(({ metadata }) => metadata.actorId === basic.userId)
    // The minute may turn while the test runs.
    expect(new Set(seen.map(({ data }) => data.route))).toEqual(new Set([getNote.route, patchNote.route]))
    expect(seen.length).toBeLessThanOrEqual(3)
    expect(seen[0]).toMatchObject({
      type: 'access.denied',
      aggregateId: basic.userId,
      data: { code: 'FORBIDDEN', missing: 'users:update' },
    })
  })

  test('by state leaves its trace too, and a request that is no member’s none', async () => {
    await setUser({ status: 'locked' })
    await get()
    await get({ as: await bench.founder(), headers: { 'x-organization-id': ada.organizationId } })
    const seen = await denials()
    expect(seen.map(({ metadata, data }) => [metadata.actorId, data.code])).toEqual([[ada.userId, 'ACCOUNT_LOCKED']])
  })

  test('in one organization does not hide the same in another', async () => {
    const basic = await bench.member(ada)
    await get({ as: basic })
    const other = await bench.founder()
    const [user] = await own().read<Record<string, unknown>>(itemKey(ada.organizationId, 'USER', basic.userId))
    await own(other).commit(putNew(itemKey(other.organizationId, 'USER', basic.userId), { ...user }, 'CONFLICT'))
    await get({ as: basic, headers: { 'x-organization-id': other.organizationId } })
    ada = other
    expect(await denials()).toHaveLength(1)
  })
})

describe('a resource', () => {
  test('that is deleted is gone, except for who may restore it', async () => {
    await own().commit(save(notes, change(note, { deletedAt: '2026-01-01T00:00:00.000Z' })))
    expect((await get()).body).toMatchObject({ code: 'DELETED', details: { deletedAt: '2026-01-01T00:00:00.000Z' } })
    expect((await get()).status).toBe(410)
    expect((await bench.request(restored, restoreNote, { as: ada, params: { id: note.id } })).status).toBe(200)
  })

  test.each(['', ' ', '..', 'ntf_1#ITEM', '👻', '%2e', 'ITEM'])('with the odd id %j is not found', async (id) => {
    expect(await codeOf(get({ params: { id } }))).toBe('NOT_FOUND')
  })

  test('is answered by 304 for who has it, weak tags and lists too', async () => {
    for (const known of ['"1"', 'W/"1"', '"7", "1"', '*']) {
      const reply = await get({ headers: { 'if-none-match': known } })
      expect([reply.status, reply.body, reply.headers.etag]).toEqual([304, undefined, '"1"'])
    }
    expect((await get({ headers: { 'if-none-match': '"2"' } })).status).toBe(200)
  })

  test('is changed only under the version that the caller names', async () => {
    const first = await update({ headers: { 'if-match': '"1"' } })
    expect([first.status, first.headers.etag]).toEqual([200, '"2"'])
    for (const stale of ['"1"', 'W/"2"', '', 'nonsense']) {
      expect(await codeOf(update({ headers: { 'if-match': stale } }))).toBe('PRECONDITION_FAILED')
    }
    for (const fresh of ['"2"', '"9", "3"', '*']) expect((await update({ headers: { 'if-match': fresh } })).status).toBe(200)
  })

  test('raced for by who named a version and who did not: the loser hears 412 or 409', async () => {
    const named = await Promise.all([update({ headers: { 'if-match': '"1"' } }), update({ headers: { 'if-match': '"1"' } })])
    expect(named.map(({ status }) => status).sort()).toEqual([200, 412])
    const unnamed = await Promise.all(Array.from({ length: 6 }, () => update()))
    for (const { status, body } of unnamed) if (status !== 200) expect([status, body.code]).toEqual([409, 'VERSION_CONFLICT'])
    expect(unnamed.some(({ status }) => status === 200)).toBe(true)
  })
})

test('past ten calls a minute a read still takes one wave, and tells the limit', async () => {
  const replies = []
  for (let n = 0; n < 12; n++) replies.push(await bench.request(mine, me, { as: ada }))
  expect(replies.map(({ cost }) => cost.waves)).toEqual(Array(12).fill(1))
  expect(replies.at(-1)?.headers).toMatchObject({
    'ratelimit-policy': '"default";q=300;w=60',
    ratelimit: expect.stringMatching(/^"default";r=\d+;t=\d+$/),
  })
})
