import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Endpoint } from '../../shared/endpoint.ts'
import { relist } from '../../shared/resource/lists.ts'
import { type Bench, type Person, workbench } from '../../test/workbench.ts'
import { createResource, createResourceType } from '../resources/contract.ts'
import { handler as createThing } from '../resources/create-resource.ts'
import { handler as createType } from '../resources/create-resource-type.ts'
import { users } from '../users/user-store.ts'
import { evaluateAuthzen, searchAuthzenActions, searchAuthzenResources, searchAuthzenSubjects } from './contract.ts'
import { handler as evaluate } from './evaluate-authzen.ts'
import { handler as actions } from './search-authzen-actions.ts'
import { handler as resources } from './search-authzen-resources.ts'
import { handler as subjects } from './search-authzen-subjects.ts'
import { grant, worldOf } from './test-people.ts'

/** The Search APIs of OpenID AuthZEN Authorization API 1.0, as the specification says. */

const bench = workbench()
let ada: Person
let grace: Person
let bea: Person
beforeAll(async () => {
  ada = await bench.founder()
  grace = await bench.member(ada, { roleIds: ['rol_admin'] })
  bea = await bench.member(ada, { roleIds: [] })
  await worldOf(bench, ada.organizationId).holds(bea, grant({ permission: 'order:approve' }))
  await bench.request(createType, createResourceType, {
    as: ada,
    body: { type: 'order', displayName: 'Order', actions: [{ name: 'approve' }, { name: 'send' }] },
  })
  for (const key of ['PO-1', 'PO-2', 'PO-3']) await bench.request(createThing, createResource, { as: ada, body: { type: 'order', key } })
  for (const { userId } of [ada, grace, bea]) await relist(bench.tenant(ada.organizationId), users, userId)
})

const user = ({ userId }: Person) => ({ type: 'user', id: userId })
const order = (id: string) => ({ type: 'order', id })
type Handler = Parameters<Bench['request']>[0]
const SEARCHES: Record<string, [Handler, Endpoint, () => Record<string, unknown>]> = {
  subject: [subjects, searchAuthzenSubjects, () => ({ subject: { type: 'user' }, action: { name: 'users:read' }, resource: user(bea) })],
  resource: [resources, searchAuthzenResources, () => ({ subject: user(bea), action: { name: 'approve' }, resource: { type: 'order' } })],
  action: [actions, searchAuthzenActions, () => ({ subject: user(grace), resource: user(bea) })],
}
const send = (kind: string, more: object = {}, as: Person = ada, headers = {}) => {
  const [handler, contract, question] = SEARCHES[kind] as [Handler, Endpoint, () => object]
  return bench.request(handler, contract, { as, headers, body: { ...question(), ...more } })
}

async function all(kind: string, limit: number, more: object = {}): Promise<unknown[]> {
  const found: unknown[] = []
  for (let token: string | undefined, pages = 0; token !== ''; pages++) {
    const { status, body } = await send(kind, { ...more, page: { limit, ...(token ? { token } : {}) } })
    expect([status, body.page.count, pages < 100]).toEqual([200, body.results.length, true])
    expect(body.results.length).toBeLessThanOrEqual(limit)
    found.push(...body.results)
    token = body.page.next_token
  }
  return found
}
const sorted = (results: unknown[]) => results.map((each) => JSON.stringify(each)).sort()

describe('what is found', () => {
  test('are subjects of the type, by whatever way they may', async () => {
    expect(sorted((await send('subject')).body.results)).toEqual(sorted([user(ada), user(grace)]))
    expect((await send('subject', { subject: { type: 'machine' } })).body).toEqual({ page: { next_token: '', count: 0 }, results: [] })
    expect((await send('subject', { subject: { type: 'api_key' } })).body.results).toEqual([])
  })

  test('are resources of the type, by what their application calls them', async () => {
    expect(sorted((await send('resource', {}, ada)).body.results)).toEqual(sorted([order('PO-1'), order('PO-2'), order('PO-3')]))
    expect((await send('resource', { resource: { type: 'unit' }, action: { name: 'read' } })).body.results).toEqual([])
  })

  test('are the actions by their permissions, the product’s and the organization’s own', async () => {
    const { body } = await send('action')
    expect(body.results).toEqual(['create', 'delete', 'read', 'update'].map((action) => ({ name: `users:${action}` })))
    expect((await send('action', { subject: user(bea), resource: order('PO-1') })).body.results).toEqual([{ name: 'order:approve' }])
    expect((await send('action', { subject: { type: 'user', id: 'nobody' } })).body.results).toEqual([])
  })

  test('is what an evaluation permits', async () => {
    for (const kind of Object.keys(SEARCHES)) {
      const asked = (SEARCHES[kind] as [Handler, Endpoint, () => Record<string, unknown>])[2]()
      for (const result of (await send(kind)).body.results) {
        const body = { ...asked, [kind]: result }
        expect((await bench.request(evaluate, evaluateAuthzen, { as: ada, body })).body.decision).toBe(true)
      }
    }
  })

  test('comes page by page, the last with an empty token, nothing twice', async () => {
    for (const kind of Object.keys(SEARCHES)) {
      const whole = sorted((await send(kind)).body.results)
      for (const limit of [1, 2]) expect(sorted(await all(kind, limit))).toEqual(whole)
    }
  })
})

describe.each(Object.keys(SEARCHES))('a search for each %s', (kind) => {
  let token: string
  beforeEach(async () => {
    const first = await send(kind, { page: { limit: 1 } })
    token = first.body.page.next_token
    expect(token).not.toBe('')
  })

  test('names the page first', async () => {
    expect(Object.keys((await send(kind)).body)).toEqual(['page', 'results'])
  })

  test('goes on by its token, with the limit or without, and by no other question’s or limit', async () => {
    const answers = [
      await send(kind, { page: { token, limit: 1 } }),
      await send(kind, { page: { token } }),
      await send(kind, { page: { token, limit: 2 } }),
      await send(kind, { page: { token }, context: { mfa: true } }),
      await send(kind, { page: { token: 'a3M9NDU2O3N6PTI=' } }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 400, 400, 400])
  })

  test('takes no page of less than nothing, and shows nothing on one of nothing', async () => {
    expect((await send(kind, { page: { limit: -1 } })).status).toBe(400)
    expect((await send(kind, { page: { limit: 1.5 } })).status).toBe(400)
    const { status, body } = await send(kind, { page: { limit: 0 } })
    expect([status, body.results, body.page.next_token !== '']).toEqual([200, [], true])
  })

  test('ignores the id of what is looked for, and what nobody knows', async () => {
    const asked = (SEARCHES[kind] as [Handler, Endpoint, () => Record<string, object>])[2]()
    const named = kind === 'action' ? {} : { [kind]: { ...asked[kind], id: { of: 'nothing' } } }
    const { status, body } = await send(kind, { ...named, surprise: { deep: [1] }, page: { properties: { sort: 'id' }, more: 1 } })
    expect([status, sorted(body.results)]).toEqual([200, sorted((await send(kind)).body.results)])
  })

  test('is a Bad Request without what it is asked by, and Unauthorized without a token', async () => {
    const [handler, contract, question] = SEARCHES[kind] as [Handler, Endpoint, () => Record<string, unknown>]
    for (const missing of Object.keys(question())) {
      const { [missing]: _, ...rest } = question()
      expect((await bench.request(handler, contract, { as: ada, body: rest })).status).toBe(400)
    }
    expect((await bench.request(handler, contract, { body: question() })).status).toBe(401)
  })

  test('about others is refused to whoever may not ask about them, and the request identifier comes back', async () => {
    const id = 'bfe9eb29-ab87-4ca3-be83-a1d5d8305716'
    const { status, headers } = await send(kind, kind === 'subject' ? {} : { subject: user(ada) }, bea, { 'x-request-id': id })
    expect([status, headers['x-request-id']]).toEqual([403, id])
  })

  test('for what is written strangely finds nothing, and fails nobody', async () => {
    const strange = ['__proto__', '\u0000☃', '☃'.repeat(990), 'a:b:c']
    for (const text of strange) {
      const answers = [
        await send(kind, { action: { name: text } }),
        await send(kind, { action: { name: `${text}:read` } }),
        await send(kind, { resource: { type: text, id: text } }),
        await send(kind, { subject: { type: text, id: text } }),
      ]
      for (const { status } of answers) expect(status).toBe(200)
    }
  })
})
