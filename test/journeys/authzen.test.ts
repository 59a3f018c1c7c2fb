import { beforeAll, describe, expect, test } from '@jest/globals'
import { baseUrl, eventually, founder, member, type Someone } from './journey.ts'

/**
 * A policy enforcement point that knows nothing of this product but what OpenID AuthZEN Authorization API 1.0 says: it reads the
 * configuration, and asks where that tells it to.
 */

let ada: Someone
let grace: Someone
let bea: Someone
let cleo: Someone
let endpoints: Record<string, string>

/** What of the specification's replies is looked at. */
interface Reply {
  decision: boolean
  evaluations: { decision: boolean }[]
  page: { next_token: string; count: number }
  results: unknown[]
}

async function post(endpoint: string, body: unknown, headers: Record<string, string> = {}) {
  const authorization = `Bearer ${ada.tokens?.accessToken}`
  const init = { method: 'POST', headers: { 'content-type': 'application/json', authorization, ...headers }, body: JSON.stringify(body) }
  const response = await fetch(endpoints[endpoint] ?? '', init)
  return { status: response.status, headers: response.headers, body: (await response.json()) as Reply }
}

const user = ({ userId: id }: Someone) => ({ type: 'user', id })
const order = (id: string) => ({ type: 'order', id })
const ORDERS = ['PO-1', 'PO-2', 'PO-3', 'PO-4', 'PO-5']

/** All that a search finds, by pages of so many. */
async function found(endpoint: string, question: object, limit: number): Promise<unknown[]> {
  const results: unknown[] = []
  for (let token = ''; ; ) {
    const { status, body } = await post(endpoint, { ...question, page: { limit, ...(token ? { token } : {}) } })
    expect({ status, body }).toMatchObject({ status: 200, body: { page: { count: body.results?.length } } })
    expect(body.results.length).toBeLessThanOrEqual(limit)
    results.push(...body.results)
    token = body.page.next_token
    if (!token) return results
  }
}
const sorted = (results: unknown[]) => results.map((each) => JSON.stringify(each)).sort()

beforeAll(async () => {
  const response = await fetch(`${baseUrl}/.well-known/authzen-configuration`)
  expect([response.status, response.headers.get('content-type')]).toEqual([200, expect.stringContaining('application/json')])
  endpoints = (await response.json()) as Record<string, string>
  expect(new URL(endpoints.policy_decision_point ?? '').origin).toBe(baseUrl)

  ada = await founder()
  grace = await member(ada)
  bea = await member(ada)
  cleo = await member(ada)
  await ada.api.createResourceType({
    body: { type: 'order', displayName: 'Order', actions: [{ name: 'approve' }, { name: 'send' }] },
  })
  for (const [n, key] of ORDERS.entries())
    await ada.api.createResource({ body: { type: 'order', key, attributes: { amount: 400 * (n + 1) } } })
  await ada.api.createRoleAssignment({
    body: { subject: { type: 'user', id: bea.userId }, permission: 'order:*', scope: { type: 'organization' } },
  })
  await ada.api.createRoleAssignment({
    body: {
      subject: { type: 'user', id: grace.userId },
      permission: 'order:approve',
      scope: { type: 'organization' },
      conditions: [{ attribute: 'resource.amount', operator: 'at_most', value: 1_000 }],
    },
  })
})

describe('an evaluation', () => {
  const may = (subject: Someone, name: string, key: string) => ({ subject: user(subject), action: { name }, resource: order(key) })

  test('is a decision about one subject, action and resource, by what is registered of it', async () => {
    const small = await post('access_evaluation_endpoint', may(grace, 'approve', 'PO-1'), { 'x-request-id': 'pep-1' })
    expect([small.status, small.body.decision, small.headers.get('x-request-id')]).toEqual([200, true, 'pep-1'])
    const answers = [may(grace, 'approve', 'PO-3'), may(grace, 'send', 'PO-1'), may(cleo, 'approve', 'PO-1'), may(bea, 'approve', 'PO-5')]
    const decisions: boolean[] = []
    for (const question of answers) decisions.push((await post('access_evaluation_endpoint', question)).body.decision)
    expect(decisions).toEqual([false, false, false, true])
  })

  test('cannot be asked to believe of a registered resource what is not so', async () => {
    const question = may(grace, 'approve', 'PO-3')
    const claimed = { ...question, resource: { ...question.resource, properties: { amount: 1 } } }
    expect((await post('access_evaluation_endpoint', claimed)).body.decision).toBe(false)
  })

  test('without a subject, an action or a resource is a Bad Request, and without a token Unauthorized', async () => {
    for (const part of ['subject', 'action', 'resource'] as const) {
      const { [part]: _, ...rest } = may(grace, 'approve', 'PO-1')
      expect((await post('access_evaluation_endpoint', rest)).status).toBe(400)
    }
    expect((await post('access_evaluation_endpoint', may(grace, 'approve', 'PO-1'), { authorization: '' })).status).toBe(401)
  })
})

test.each([
  [undefined, [true, true, false, true, false]],
  ['execute_all', [true, true, false, true, false]],
  ['deny_on_first_deny', [true, true, false]],
  ['permit_on_first_permit', [true]],
])('evaluations by the semantic %s answer in order, as far as it goes', async (evaluations_semantic, expected) => {
  const question = { subject: user(grace), action: { name: 'approve' } }
  const evaluations = [
    ...['PO-1', 'PO-2', 'PO-3'].map((key) => ({ resource: order(key) })),
    { resource: order('PO-4'), subject: user(bea) },
    { resource: order('PO-1'), action: { name: 'send' } },
  ]
  const options = evaluations_semantic ? { options: { evaluations_semantic } } : {}
  const { status, body } = await post('access_evaluations_endpoint', { ...question, evaluations, ...options })
  expect([status, body.evaluations.map(({ decision }: { decision: boolean }) => decision)]).toEqual([200, expected])
})

describe('a search', () => {
  test.each([1, 2, 50])('for subjects finds, by pages of %d, who may', async (limit) => {
    const question = (key: string) => ({ subject: { type: 'user' }, action: { name: 'approve' }, resource: order(key) })
    // Lists trail what was given by about a second.
    await eventually(
      () => found('search_subject_endpoint', question('PO-1'), limit),
      (subjects) => subjects.length === 2,
    )
    expect(sorted(await found('search_subject_endpoint', question('PO-1'), limit))).toEqual(sorted([user(bea), user(grace)]))
    expect(await found('search_subject_endpoint', question('PO-3'), limit)).toEqual([user(bea)])
  })

  test.each([1, 2, 50])('for resources finds, by pages of %d, with which', async (limit) => {
    const question = (subject: Someone) => ({ subject: user(subject), action: { name: 'approve' }, resource: { type: 'order' } })
    await eventually(
      () => found('search_resource_endpoint', question(bea), limit),
      (resources) => resources.length === ORDERS.length,
    )
    expect(sorted(await found('search_resource_endpoint', question(grace), limit))).toEqual(sorted([order('PO-1'), order('PO-2')]))
    expect(await found('search_resource_endpoint', question(cleo), limit)).toEqual([])
  })

  test.each([1, 50])('for actions finds, by pages of %d, what', async (limit) => {
    const question = (subject: Someone, key: string) => ({ subject: user(subject), resource: order(key) })
    expect(sorted(await found('search_action_endpoint', question(bea, 'PO-1'), limit))).toEqual(
      sorted([{ name: 'order:approve' }, { name: 'order:send' }]),
    )
    expect(await found('search_action_endpoint', question(grace, 'PO-2'), limit)).toEqual([{ name: 'order:approve' }])
    expect(await found('search_action_endpoint', question(grace, 'PO-3'), limit)).toEqual([])
  })

  test('goes on for the same question alone', async () => {
    const question = { subject: user(bea), action: { name: 'approve' }, resource: { type: 'order' } }
    const first = await post('search_resource_endpoint', { ...question, page: { limit: 2 } })
    const token = first.body.page.next_token
    const other = await post('search_resource_endpoint', { ...question, subject: user(grace), page: { token } })
    expect([first.status, other.status]).toEqual([200, 400])
  })
})
