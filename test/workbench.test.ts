import { beforeAll, expect, test } from '@jest/globals'
import * as z from 'zod'
import { users } from '../functions/users/user-store.ts'
import { endpoint } from '../shared/endpoint.ts'
import { serve } from '../shared/serve/serve.ts'
import { type Person, workbench } from './workbench.ts'

const bench = workbench()
let ada: Person
beforeAll(async () => {
  ada = await bench.founder()
})

const probe = endpoint({
  route: 'GET /api/v1/probe/{id}',
  summary: 'x',
  permission: 'users:read',
  params: z.object({ id: z.string() }),
  reply: z.object({ id: z.string(), version: z.number() }),
  reads: ['USER'],
})
const handler = serve(probe, { resource: users }, ({ resource }) => resource)

test('a read by id takes one wave and at most 4 read units', async () => {
  const reply = await bench.request(handler, probe, { params: { id: ada.userId }, as: ada })
  expect(reply.body).toEqual({ success: true, data: { id: ada.userId, version: 1 } })
  expect(reply.cost).toEqual({ waves: 1, sts: 0, rru: 3, wru: 0 })
  expect(reply.headers.etag).toBe('"1"')
})

test('who has the current version already gets 304', async () => {
  const reply = await bench.request(handler, probe, { params: { id: ada.userId }, as: ada, headers: { 'if-none-match': '"1"' } })
  expect(reply.status).toBe(304)
})

test("another tenant's user is not found", async () => {
  const eve = await bench.founder()
  expect((await bench.request(handler, probe, { params: { id: ada.userId }, as: eve })).status).toBe(404)
})

test('without the permission it is refused, naming what is missing', async () => {
  const basic = await bench.member(ada)
  const reply = await bench.request(handler, probe, { params: { id: ada.userId }, as: basic })
  expect(reply.status).toBe(403)
  expect(reply.body.details).toEqual({ missing: 'users:read', reference: expect.any(String) })
})
