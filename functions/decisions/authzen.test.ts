import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { newId } from '../../shared/ids.ts'
import { type Bench, openWorkbench, type Person } from '../../test/workbench.ts'
import { evaluateAuthzen, evaluateAuthzenMany, getAuthzenConfiguration } from './contract.ts'
import { handler as evaluate } from './evaluate-authzen.ts'
import { handler as evaluateMany } from './evaluate-authzen-many.ts'
import { handler as configuration } from './get-authzen-configuration.ts'
import { grant, worldOf } from './test-people.ts'

/** Cases from OpenID AuthZEN Authorization API 1.0; sections by their names. */

let bench: Bench
let ada: Person
let grace: Person
let world: ReturnType<typeof worldOf>
beforeAll(async () => {
  bench = await openWorkbench()
  ada = await bench.founder()
  grace = await bench.member(ada)
  world = worldOf(bench, ada.organizationId)
}, 60_000)
afterAll(() => bench.close())

const user = (person: Person) => ({ type: 'user', id: person.userId })
const send = (body: unknown, as = ada, headers = {}) => bench.request(evaluate, evaluateAuthzen, { as, body, headers })
const sendMany = (body: unknown, as = ada) => bench.request(evaluateMany, evaluateAuthzenMany, { as, body })
const question = () => ({ subject: user(ada), action: { name: 'users:read' }, resource: user(grace) })

describe('Access Evaluation API', () => {
  test('answers 200 with a decision, be it a permit or a denial', async () => {
    const { status, headers, body } = await send(question())
    expect([status, headers['content-type'], body]).toEqual([200, expect.stringMatching(/^application\/json/), { decision: true }])
    const denied = await send({ ...question(), subject: user(grace) })
    expect([denied.status, denied.body]).toEqual([200, { decision: false, context: { reason: 'It takes the permission users:read.' } }])
  })

  test.each([
    'subject',
    'action',
    'resource',
  ])('a request without its %s is a Bad Request, and so is one that names it half', async (key) => {
    const { [key as 'subject']: _, ...rest } = question()
    expect((await send(rest)).status).toBe(400)
    expect((await send({ ...rest, [key]: {} })).status).toBe(400)
    expect((await send({ ...rest, [key]: 'text' })).status).toBe(400)
  })

  test('a body that is no object, and no JSON, is a Bad Request', async () => {
    for (const body of ['[]', '"text"', '{"subject":']) expect((await send(body)).status).toBe(400)
  })

  test('unknown fields are ignored, in the request and in its entities', async () => {
    const { subject, action, resource } = question()
    const more = { surprise: { deep: [1] } }
    const body = { subject: { ...subject, ...more }, action: { ...action, ...more }, resource: { ...resource, ...more }, ...more }
    expect((await send({ ...body, context: more })).body).toEqual({ decision: true })
  })

  test('a subject, a resource or an action that nobody knows is denied, not an error', async () => {
    const strange = [
      { subject: { type: 'user', id: newId('usr') } },
      { subject: { type: 'machine', id: 'm-1' } },
      { subject: { type: 'user', id: 'alice@acmecorp.com#' } },
      { action: { name: 'users:read:more' } },
      { action: { name: 'alerts:constructor' } },
    ]
    for (const each of strange) {
      const { status, body } = await send({ ...question(), ...each })
      expect([status, body.decision]).toEqual([200, false])
    }
    const unknown = { ...question(), subject: user(grace), resource: { type: '__proto__', id: '\u0000☃' } }
    expect([(await send(unknown)).status, (await send(unknown)).body.decision]).toEqual([200, false])
  })

  test('properties are what conditions ask about, where they are not known', async () => {
    const isOwner = { attribute: 'resource.ownerId', operator: 'equals' as const, value: { attribute: 'subject.id' } }
    await world.holds(grace, grant({ permission: 'todo:update', conditions: [isOwner] }))
    const about = (ownerId: string) =>
      send({
        subject: user(grace),
        action: { name: 'update' },
        resource: { type: 'todo', id: '1', properties: { ownerId, list: { a: 1 } } },
      })
    expect([(await about(grace.userId)).body.decision, (await about(ada.userId)).body.decision]).toEqual([true, false])
  })

  test('the context’s time may be of any zone', async () => {
    await world.holds(grace, grant({ permission: 'todo:read', expiresAt: '2126-06-01T00:00:00.000Z' }))
    const at = (time: string) =>
      send({ subject: user(grace), action: { name: 'read' }, resource: { type: 'todo', id: '1' }, context: { time } })
    const [before, after] = [await at('2126-06-01T01:59+02:00'), await at('2126-06-01T02:00+02:00')]
    expect([before.body.decision, after.body.decision]).toEqual([true, false])
  })

  test('without a token it is 401, and whoever may not ask about others is told 403', async () => {
    expect((await bench.request(evaluate, evaluateAuthzen, { body: question() })).status).toBe(401)
    expect((await send(question(), grace)).status).toBe(403)
    expect((await send({ ...question(), subject: user(grace) }, grace)).body).toMatchObject({ decision: false })
  })

  test('the request identifier comes back', async () => {
    const id = 'bfe9eb29-ab87-4ca3-be83-a1d5d8305716'
    expect((await send(question(), ada, { 'x-request-id': id })).headers['x-request-id']).toBe(id)
    expect((await send({}, ada, { 'x-request-id': id })).headers['x-request-id']).toBe(id)
  })
})

describe('Access Evaluations API', () => {
  const read = { name: 'users:read' }
  const create = { name: 'organizations:create' }

  test('answers each in order, with what the request itself says in place of what they do not', async () => {
    const evaluations = [{ action: read }, {}, { subject: user(grace) }, { action: create, subject: user(ada) }]
    const { status, body } = await sendMany({ ...question(), evaluations })
    expect(status).toBe(200)
    expect(body.evaluations.map(({ decision }: { decision: boolean }) => decision)).toEqual([true, true, false, false])
    expect(body.decision).toBeUndefined()
  })

  test.each([{}, { evaluations: [] }])('without evaluations it is a single one: %j', async (rest) => {
    expect((await sendMany({ ...question(), ...rest })).body).toEqual({ decision: true })
    expect((await sendMany({ subject: user(ada), ...rest })).status).toBe(400)
  })

  test('what is required and neither said nor given as a default makes a Bad Request', async () => {
    const { status, body } = await sendMany({ subject: user(ada), action: read, evaluations: [{ resource: user(grace) }, {}] })
    expect([status, body.details]).toEqual([400, { 'evaluations.1.resource': 'Required' }])
  })

  test.each([
    ['execute_all', [true, false, true, false]],
    ['deny_on_first_deny', [true, false]],
    ['permit_on_first_permit', [true]],
  ])('%s', async (evaluations_semantic, expected) => {
    const evaluations = [{ action: read }, { action: create }, { action: read }, { action: create }]
    const { body } = await sendMany({ ...question(), evaluations, options: { evaluations_semantic, another_option: 'value' } })
    expect(body.evaluations.map(({ decision }: { decision: boolean }) => decision)).toEqual(expected)
  })

  test('another semantic is a Bad Request, and so are more than 100', async () => {
    expect((await sendMany({ ...question(), evaluations: [{}], options: { evaluations_semantic: 'any' } })).status).toBe(400)
    expect((await sendMany({ ...question(), evaluations: Array(101).fill({}) })).status).toBe(400)
  })
})

test('the configuration names the point it was asked at, and its endpoints', async () => {
  const headers = { host: 'api.example.com' }
  const { status, body } = await bench.request(configuration, getAuthzenConfiguration, { headers })
  expect([status, body]).toMatchObject([
    200,
    {
      policy_decision_point: 'https://api.example.com',
      access_evaluation_endpoint: 'https://api.example.com/access/v1/evaluation',
      access_evaluations_endpoint: 'https://api.example.com/access/v1/evaluations',
      search_subject_endpoint: 'https://api.example.com/access/v1/search/subject',
      search_resource_endpoint: 'https://api.example.com/access/v1/search/resource',
      search_action_endpoint: 'https://api.example.com/access/v1/search/action',
    },
  ])
})
