import { beforeAll, describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import { type Person, type RequestOptions, workbench } from '../../test/workbench.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { idempotencyKey, itemKey } from '../store/keys.ts'
import type { WriteContext } from '../store/part.ts'
import { change, type Note, notes, write } from '../store/test-notes.ts'
import { patch, save } from '../store/writes.ts'
import type { Incoming } from './call.ts'
import { idempotencyOf } from './idempotency.ts'
import { serve } from './serve.ts'

const Reply = z.object({ id: z.string(), title: z.string(), version: z.number() })
const createNote = endpoint({
  route: 'POST /api/v1/notes',
  summary: 'x',
  permission: 'users:create',
  status: 201,
  body: z.object({ title: z.string(), tags: z.array(z.string()).optional() }),
  reply: Reply,
})
const created = serve(createNote, ({ body, tenant, now }) => {
  const made = write(tenant.id, body.title, {}, now)
  return tenant.commit(save(notes, made), made.after)
})
const pinNote = endpoint({
  route: 'POST /api/v1/notes/{id}/pin',
  summary: 'x',
  permission: 'users:update',
  params: z.object({ id: z.string() }),
  status: 204,
})
const pinned = serve(pinNote, { resource: notes }, ({ resource, tenant, now }) =>
  tenant.commit(save(notes, change(resource, { pinned: !resource.pinned }, now))),
)
const copyNotes = endpoint({
  route: 'POST /api/v1/notes/copies',
  summary: 'x',
  permission: 'users:create',
  body: z.object({ titles: z.array(z.string()) }),
  reply: Reply,
  list: true,
  status: 202,
})
const copied = serve(copyNotes, async ({ body, tenant, now, answer }) => {
  const made = body.titles.map((title) => write(tenant.id, title, {}, now))
  const page = { items: made.map(({ after }) => after), nextCursor: null, total: made.length }
  answer.headers.location = '/api/v1/jobs/1'
  return tenant.commit(
    made.map((each) => save(notes, each)),
    page,
  )
})

const bench = workbench()
let ada: Person
beforeAll(async () => {
  ada = await bench.founder()
})

let keys = 0
const freshKey = () => `key-${keys++}`
const post = (title: string, key: string, more: RequestOptions = {}) =>
  bench.request(created, createNote, { as: ada, body: { title }, ...more, headers: { 'idempotency-key': key, ...more.headers } })
const titled = async (title: string, of = ada) => {
  const { items } = await bench.tenant(of.organizationId).list<Note>({ partitions: ['NOTES'], index: 'g1', limit: 100 })
  return items.filter((note) => note.title === title)
}
test('the same key and body give the first answer again, and make nothing', async () => {
  const key = freshKey()
  const first = await post('Once', key)
  const again = await post('Once', key)
  expect(first.status).toBe(201)
  expect(first.headers).not.toHaveProperty('idempotency-replayed')
  expect(again).toMatchObject({ status: 201, body: first.body, headers: { 'idempotency-replayed': 'true' } })
  for (const header of ['etag', 'location']) expect(again.headers[header]).toBe(first.headers[header])
  expect(again.headers['x-request-id']).not.toBe(first.headers['x-request-id'])
  expect(await titled('Once')).toHaveLength(1)
  expect(again.cost).toMatchObject({ waves: 1, wru: 0 })
})

test('the same body written differently is the same', async () => {
  const key = freshKey()
  const first = await post('x', key, { body: '{"title":"Spaced","tags":["a"]}' })
  const again = await post('x', key, { body: '{ "tags": ["a"],\n "title": "Spaced" }' })
  expect(again.body).toEqual(first.body)
})

test('the same key with another body is refused', async () => {
  const key = freshKey()
  await post('This', key)
  expect(await post('That', key)).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } })
  expect(await titled('That')).toEqual([])
})

test('a key belongs to one caller, one tenant and one route', async () => {
  const key = freshKey()
  await post('Mine', key)
  const colleague = await bench.member(ada, { roleIds: ['rol_admin'] })
  const stranger = await bench.founder()
  expect((await post('Theirs', key, { as: colleague })).status).toBe(201)
  expect((await post('Mine', key, { as: stranger })).status).toBe(201)
  expect((await bench.request(copied, copyNotes, { as: ada, body: { titles: [] }, headers: { 'idempotency-key': key } })).status).toBe(202)
})

test('of 20 at once one is made, and the others get its answer or 409', async () => {
  const key = freshKey()
  const all = await Promise.all(Array.from({ length: 20 }, () => post('Raced', key)))
  const [made] = await titled('Raced')
  expect(await titled('Raced')).toHaveLength(1)
  const fresh = all.filter(({ status, headers }) => status === 201 && !headers['idempotency-replayed'])
  expect(fresh).toHaveLength(1)
  for (const { status, body } of all) {
    if (status === 201) expect(body.data.id).toBe(made?.id)
    else expect([status, body.code]).toEqual([409, 'REQUEST_IN_PROGRESS'])
  }
})

test('an answer without a body is given again, though the resource has moved on', async () => {
  const { body } = await post('Pinned', freshKey())
  const headers = { 'idempotency-key': freshKey(), 'if-match': '"1"' }
  const pin = () => bench.request(pinned, pinNote, { as: ada, params: { id: body.data.id }, headers })
  expect(await pin()).toMatchObject({ status: 204, body: undefined })
  expect(await pin()).toMatchObject({ status: 204, body: undefined, headers: { 'idempotency-replayed': 'true' } })
  expect((await bench.tenant(ada.organizationId).get(notes, body.data.id))?.version).toBe(2)
})

test('a list is given again whole: status, meta and headers', async () => {
  const request = { as: ada, body: { titles: ['c1', 'c2'] }, headers: { 'idempotency-key': freshKey() } }
  const first = await bench.request(copied, copyNotes, request)
  const again = await bench.request(copied, copyNotes, request)
  expect(first).toMatchObject({ status: 202, body: { meta: { total: 2, nextCursor: null } } })
  expect(again).toMatchObject({ status: 202, body: first.body, headers: { location: '/api/v1/jobs/1', 'idempotency-replayed': 'true' } })
})

test('a request that failed leaves its key free', async () => {
  const key = freshKey()
  await post('Taken', freshKey())
  expect(await post('Taken', key)).toMatchObject({ status: 409, body: { code: 'NAME_TAKEN' } })
  expect(await post('Free', key)).toMatchObject({ status: 201 })
})

test('a record is met for 24 hours, and not a millisecond longer', () => {
  const at = (now: string) =>
    idempotencyOf(createNote, { now, idempotencyKey: 'k', body: { title: 'x' } } as unknown as Incoming<Endpoint>, 'org_1', 'usr_1')
  const [part] = at('2026-01-01T00:00:00.000Z')?.record({ status: 201, headers: {}, body: 1 })({} as WriteContext) ?? []
  const stored = part?.item.Put?.Item
  expect(() => at('2026-01-01T23:59:59.999Z')?.meet(stored)).toThrow('replayed')
  expect(() => at('2026-01-02T00:00:00.000Z')?.meet(stored)).not.toThrow()
})

test('a key older than 24 hours is new, though its record has not been cleaned away', async () => {
  const key = freshKey()
  const first = await post('Day one', key)
  const record = idempotencyKey(ada.organizationId, ada.userId, createNote.route, key)
  await bench.tenant(ada.organizationId).commit(patch(record, { createdAt: new Date(Date.now() - 24 * 3_600_000).toISOString() }))
  const next = await post('Day two', key)
  expect(next).toMatchObject({ status: 201, body: { data: { title: 'Day two' } } })
  expect(next.body.data.id).not.toBe(first.body.data.id)
  expect((await post('Day two', key)).body).toEqual(next.body)
})

test('who lost the permission gets no replay; the refusal does not become the answer', async () => {
  const fallen = await bench.member(ada, { roleIds: ['rol_admin'] })
  const key = freshKey()
  await post('Before', key, { as: fallen })
  const user = itemKey(ada.organizationId, 'USER', fallen.userId)
  const own = bench.tenant(ada.organizationId)
  const [{ assignments } = { assignments: [] }] = await own.read<{ assignments: unknown[] }>(user)
  await own.commit(patch(user, { assignments: [] }))
  expect((await post('Before', key, { as: fallen })).status).toBe(403)
  const other = freshKey()
  expect((await post('Denied', other, { as: fallen })).status).toBe(403)
  await own.commit(patch(user, { assignments }))
  expect(await post('Denied', other, { as: fallen })).toMatchObject({ status: 201 })
  expect((await post('Before', key, { as: fallen })).headers).toMatchObject({ 'idempotency-replayed': 'true' })
})

describe('the key is ignored', () => {
  test.each([
    ['under /auth', { route: 'POST /api/v1/auth/notes' } as const],
    ['where the answer is a secret', { route: 'POST /api/v1/secrets', secret: true } as const],
    ['for other methods than POST', { route: 'PUT /api/v1/notes' } as const],
  ])('%s', async (_, other) => {
    const contract = { ...createNote, ...other }
    const handler = serve(contract, ({ body, tenant, now }) => {
      const made = write(tenant.id, body.title, {}, now)
      return tenant.commit(save(notes, made), made.after)
    })
    const send = (title: string) => bench.request(handler, contract, { as: ada, body: { title }, headers: { 'idempotency-key': 'same' } })
    const replies = [await send(`${other.route} 1`), await send(`${other.route} 2`)]
    expect(replies.map(({ status, headers }) => [status, headers['idempotency-replayed']])).toEqual([
      [201, undefined],
      [201, undefined],
    ])
  })
})

test('an unusable key is told after access is decided', async () => {
  const basic = await bench.member(ada)
  expect((await post('x', 'two words')).status).toBe(400)
  expect((await post('x', 'two words', { as: basic })).status).toBe(403)
})
