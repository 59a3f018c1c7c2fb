import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import { users } from '../../functions/users/user-store.ts'
import { endpoint } from '../../shared/endpoint.ts'
import { problem } from '../../shared/errors.ts'
import { Id, PageQuery } from '../../shared/schema.ts'
import type { LambdaHandler } from '../../shared/serve/serve.ts'
import { serve } from '../../shared/serve/serve.ts'
import { type Bench, openWorkbench, type Person } from '../workbench.ts'
import { type Caller, type Check, checks, resourceFor, type Subject } from './checks.ts'

/** Handlers that are wrong in one thing each: a derived check that lets one pass proves nothing. */

const thing = z.object({ id: z.string(), email: z.string() })
const params = z.object({ id: Id('usr') })
const about = { summary: 'x', permission: 'users:read' } as const
const get = endpoint({ route: 'GET /api/v1/things/{id}', ...about, params, reply: thing, reads: ['USER'] })
const list = endpoint({
  route: 'GET /api/v1/things',
  ...about,
  query: z.object({ ...PageQuery, ownerId: Id('usr').optional() }),
  reply: thing,
  list: true,
  reads: ['USER'],
})
const create = endpoint({
  route: 'POST /api/v1/things',
  ...about,
  body: z.object({ name: z.string(), ownerId: Id('usr').optional() }),
  reply: thing,
  reads: ['USER'],
})
const hook = endpoint({
  route: 'POST /api/v1/things/hook',
  summary: 'x',
  public: 'The signature is the proof.',
  rawBody: true,
  body: z.object({ name: z.string() }),
  reply: thing,
})

const answer =
  (data: unknown, status = 200) =>
  async () => ({
    statusCode: status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ success: true, data, meta: { limit: 20, nextCursor: null } }),
  })
const FOUND = { id: 'usr_1', email: 'ada@example.com' }

let bench: Bench
const people = {} as Record<Caller, Person>
beforeAll(async () => {
  bench = await openWorkbench()
  people.permitted = await bench.founder()
  people.unprivileged = await bench.member(people.permitted, { roleIds: [] })
  people.stranger = await bench.founder()
})
afterAll(() => bench.close())

const subject = (contract: Subject['contract'], handler: LambdaHandler): Subject => ({
  name: 'planted',
  contract,
  example: contract.body ? { body: { name: 'x' } } : {},
  resources: { usr: people.permitted.userId },
  send: ({ as, ...sent }) => bench.request(handler, contract, { ...sent, ...(as ? { as: people[as] } : {}) }),
})

const right = {
  get: serve(get, { resource: users }, ({ resource }) => resource),
  list: serve(list, async ({ query, tenant }) => {
    const owner = query.ownerId === undefined ? undefined : await tenant.get(users, query.ownerId)
    return { items: owner ? [owner] : [], nextCursor: null }
  }),
  create: serve(create, async ({ body, tenant }) => {
    const owner = await tenant.get(users, body.ownerId ?? people.permitted.userId)
    if (!owner) throw problem('NOT_FOUND')
    return owner
  }),
  hook: serve(hook, { verify: ({ headers }) => headers['x-signature'] }, () => FOUND),
}

const applying = (contract: Subject['contract']) =>
  Object.values(checks as Record<string, Check>).filter((check) => check.appliesTo(contract))

describe('a right handler', () => {
  test.each(applying(get))('of a reading passes: $name', (check) => check.run(subject(get, right.get)))
  test.each(applying(list))('of a list passes: $name', (check) => check.run(subject(list, right.list)))
  test.each(applying(hook))('of a signed call passes: $name', (check) => check.run(subject(hook, right.hook)))
  test.each(applying(create))('of a writing passes: $name', (check) => check.run(subject(create, right.create)))
})

/** Takes whatever comes, from whomever. */
const careless = answer(FOUND) as unknown as LambdaHandler
const loose = { ...create, body: z.looseObject({ name: z.any(), ownerId: z.any().optional() }) }
const taken = serve(loose, () => FOUND)

const planted: [keyof typeof checks, string, Subject['contract'], () => LambdaHandler][] = [
  ['signedOut', 'answers without a token', get, () => careless],
  ['signature', 'lets anybody in', hook, () => serve(hook, { verify: () => 'anybody' }, () => FOUND)],
  ['permission', 'asks for no permission', get, () => serve({ ...get, permission: 'roles:read' }, () => FOUND)],
  ['permission', 'is open to every member', get, () => careless],
  ['foreignPath', "answers anybody's id", get, () => serve(get, () => FOUND)],
  ['foreignBody', "takes anybody's id in the body", create, () => serve(create, () => FOUND)],
  ['foreignQuery', "finds by anybody's id in the query", list, () => serve(list, () => ({ items: [FOUND], nextCursor: null }))],
  ['malformedId', 'takes an id of any form', get, () => serve({ ...get, params: z.object({ id: z.string() }) }, () => FOUND)],
  ['unknownField', 'takes unknown fields', create, () => taken],
  ['wrongType', 'takes fields of any type', create, () => taken],
  [
    'unknownQuery',
    'takes unknown query parameters',
    list,
    () => serve({ ...list, query: z.looseObject({}) }, () => ({ items: [], nextCursor: null })),
  ],
  ['reply', 'answers without a field', get, () => answer({ id: 'usr_1' }) as unknown as LambdaHandler],
  ['reply', 'answers a field that its contract does not name', get, () => answer({ ...FOUND, secret: 'x' }) as unknown as LambdaHandler],
]

describe('a planted handler is caught', () => {
  test.each(planted)('%s: one that %s', async (name, _, contract, handler) => {
    await expect((checks[name] as Check).run(subject(contract, handler()))).rejects.toThrow()
  })

  test('for each check', () => {
    expect(new Set(planted.map(([name]) => name))).toEqual(new Set(Object.keys(checks)))
  })
})

test('an id of something that no example makes fails the check, and is not passed over', () => {
  expect(() => resourceFor('{id} of getGroup', Id('grp'), { usr: people.permitted.userId })).toThrow(/No example/)
})
