import { beforeEach, describe, expect, jest, test } from '@jest/globals'
import type { Assignment, Scope } from '../../shared/access/model.ts'
import { newId } from '../../shared/ids.ts'
import { relist } from '../../shared/resource/lists.ts'
import { itemKey, sessionKey } from '../../shared/store/keys.ts'
import { patch, putNew } from '../../shared/store/writes.ts'
import { sentBy } from '../../test/workbench/letters.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import { assignments as records } from '../access/assignment.ts'
import { getDenial } from '../decisions/contract.ts'
import { handler as getDenialHandler } from '../decisions/get-denial.ts'
import { handler as onNews } from '../notifications/on-news.ts'
import { handler as tellDeciders } from '../notifications/tell-deciders.ts'
import { getUser } from '../users/contract.ts'
import { users } from '../users/door.ts'
import { handler as getUserHandler } from '../users/get-user.ts'
import { type AccessRequest, accessRequests } from './access-request.ts'
import { handler as approve } from './approve-access-request.ts'
import * as contract from './contract.ts'
import { handler as create } from './create-access-request.ts'
import { handler as get } from './get-access-request.ts'
import { handler as list } from './list-access-requests.ts'
import { handler as onDue } from './on-access-request-due.ts'
import { handler as refuse } from './refuse-access-request.ts'

const bench = workbench()
let ada: Person
let grace: Person
beforeEach(async () => {
  ada = await bench.founder()
  grace = await bench.member(ada)
})

const EVERYWHERE: Scope = { type: 'organization' }
const own = () => bench.tenant(ada.organizationId)
const setUser = ({ userId }: Person, fields: Record<string, unknown>) =>
  own().commit(patch(itemKey(ada.organizationId, 'USER', userId), fields))
const grant = (permission: string, scope: Scope = EVERYWHERE, more: Partial<Assignment> = {}): Assignment => ({
  id: newId('asg'),
  permission,
  scope,
  ...more,
  grantedBy: ada.userId,
  createdAt: new Date().toISOString(),
})
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()

const ask = (body: object = {}, as = grace) =>
  bench.request(create, contract.createAccessRequest, { as, body: { permission: 'users:read', reason: 'Night shift', ...body } })
const asked = async (body: object = {}, as = grace): Promise<string> => (await ask(body, as)).body.data.id
const decideBy =
  (handler: typeof approve, endpoint: typeof contract.approveAccessRequest | typeof contract.refuseAccessRequest) =>
  (id: string, as: Person = ada, body: object = {}) =>
    bench.request(handler, endpoint, { as, params: { id }, body })
const approving = decideBy(approve, contract.approveAccessRequest)
const refusing = (id: string, as: Person = ada) => decideBy(refuse, contract.refuseAccessRequest)(id, as, { reason: 'Not needed' })
const eventsOf = (id: string) => own().events(accessRequests, id)
const seen = (as = grace) => bench.request(getUserHandler, getUser, { as, params: { id: ada.userId } })
/** By a clock that stands at this moment. */
async function by<T>(now: number, work: () => Promise<T>): Promise<T> {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'setInterval', 'queueMicrotask'], now })
  try {
    return await work()
  } finally {
    jest.useRealTimers()
  }
}
const codeOf = ({ status, body }: { status: number; body: { code?: string } }) => body.code ?? status
const listed = async (as: Person, view: string): Promise<string[]> =>
  (await bench.request(list, contract.listAccessRequests, { as, query: { view } })).body.data.map(({ id }: { id: string }) => id)

describe('whoever was refused', () => {
  test('asks with the reference, is given it for a time in one write, and then may', async () => {
    const { reference } = (await seen()).body.details
    const { status, body } = await bench.request(create, contract.createAccessRequest, { as: grace, body: { reference, reason: 'Audit' } })
    const scope = { type: 'resource', resourceType: 'user', id: ada.userId }
    expect([status, body.data]).toMatchObject([
      201,
      { permission: 'users:read', scope, status: 'pending', requester: { id: grace.userId } },
    ])
    expect(codeOf(await seen())).toBe('FORBIDDEN')
    const approved = await approving(body.data.id, ada, { expiresAt: inDays(1) })
    expect(approved.body.data).toMatchObject({ status: 'approved', decidedBy: ada.userId, assignmentId: expect.stringMatching(/^asg_/) })
    expect([(await seen()).status, approved.cost.waves]).toEqual([200, 3])
    const [event] = (await own().events(users, grace.userId)).slice(-1)
    expect(event).toMatchObject({ type: 'user.roles_changed', data: { added: ['users:read'] } })
    expect(await own().get(records, approved.body.data.assignmentId)).toMatchObject({ permission: 'users:read', scope })
  })

  test('asks why, asks for it, is given it for an hour, and may for that hour and no longer', async () => {
    const { reference } = (await seen()).body.details
    const why = await bench.request(getDenialHandler, getDenial, { as: grace, params: { reference } })
    expect(why.body.data).toMatchObject({ permission: 'users:read', resource: { id: ada.userId }, now: { allowed: false } })
    const hour = Date.now() + 3_600_000
    await approving(await asked({ permission: undefined, reference }), ada, { expiresAt: new Date(hour).toISOString() })
    expect(codeOf(await seen())).toBe(200)
    expect(await by(hour - 1, async () => codeOf(await seen()))).toBe(200)
    expect(await by(hour, async () => codeOf(await seen()))).toBe('FORBIDDEN')
  })

  test('may no longer when the time is over', async () => {
    await approving(await asked())
    expect((await seen()).status).toBe(200)
    const user = await own().get(users, grace.userId)
    const assignments = user?.assignments.map((each) => (each.permission ? { ...each, expiresAt: new Date().toISOString() } : each))
    await setUser(grace, { assignments })
    expect(codeOf(await seen())).toBe('FORBIDDEN')
  })

  test('asks with no reference of somebody else, and not for what they may do already or asked for', async () => {
    const { reference } = (await seen()).body.details
    const eve = await bench.founder()
    expect(codeOf(await ask({ permission: undefined, reference }, ada))).toBe('NOT_FOUND')
    expect(codeOf(await ask({ permission: undefined, reference }, eve))).toBe('NOT_FOUND')
    expect(codeOf(await ask({}, ada))).toBe('ALREADY_ALLOWED')
    await asked()
    expect(codeOf(await ask())).toBe('ALREADY_ASKED')
  })

  test.each([
    ['no permission', { permission: undefined }, 'permission'],
    ['a wildcard', { permission: 'users:*' }, 'permission'],
    ['a time that is over', { until: '2020-01-01T00:00:00.000Z' }, 'until'],
    ['a time too far away', { until: inDays(91) }, 'until'],
    ['a scope and a resource', { scope: EVERYWHERE, resource: { type: 'order' } }, 'scope'],
  ])('is told what is wrong with %s', async (_, body, field) => {
    const reply = await ask(body)
    expect([codeOf(reply), Object.keys(reply.body.details)]).toEqual(['VALIDATION_ERROR', [field]])
  })

  test('asks for nothing in a unit of nobody here', async () => {
    expect(codeOf(await ask({ scope: { type: 'unit', id: newId('unit') } }))).toBe('NOT_FOUND')
  })
})

describe('who decides', () => {
  const manager = async (...assignments: Assignment[]) => {
    const person = await bench.member(ada)
    await setUser(person, { assignments })
    return person
  }

  test('is whoever could grant it: not the requester, nor who lacks it, nor who may not grant', async () => {
    const id = await asked({ permission: 'reports:read' })
    await setUser(grace, { assignments: [grant('role_assignments:create')] })
    const [lacking, idle] = [await manager(grant('role_assignments:*')), await manager(grant('reports:read'))]
    expect([codeOf(await approving(id, grace)), codeOf(await approving(id, lacking)), codeOf(await approving(id, idle))]).toEqual([
      'FORBIDDEN',
      'FORBIDDEN',
      'FORBIDDEN',
    ])
    expect(await Promise.all([ada, grace, lacking, idle].map((each) => listed(each, 'deciding')))).toEqual([[id], [], [], []])
    const holder = await manager(grant('role_assignments:create'), grant('reports:read'))
    expect((await approving(id, holder)).status).toBe(200)
  })

  test('gives nothing longer than they hold it', async () => {
    const until = inDays(3)
    const briefly = await manager(grant('role_assignments:create'), grant('users:read', EVERYWHERE, { expiresAt: until }))
    const id = await asked()
    expect(codeOf(await approving(id, briefly, { expiresAt: inDays(4) }))).toBe('FORBIDDEN')
    expect((await approving(id, briefly, { expiresAt: inDays(2) })).status).toBe(200)
  })

  test('decides in their unit alone', async () => {
    const [mine, other] = [newId('unit'), newId('unit')]
    for (const id of [mine, other]) await own().commit(putNew(itemKey(ada.organizationId, 'UNIT', id), { id, path: [id] }, 'CONFLICT'))
    const scope = { type: 'unit' as const, id: mine }
    const head = await manager(grant('role_assignments:create', scope), grant('users:update', scope))
    const [here, there] = [
      await asked({ permission: 'users:update', scope }),
      await asked({ permission: 'users:update', scope: { type: 'unit', id: other } }),
    ]
    expect(await listed(head, 'deciding')).toEqual([here])
    expect([codeOf(await approving(there, head)), (await approving(here, head)).status]).toEqual(['FORBIDDEN', 200])
  })

  test('is shown full pages of what they may decide, whatever else waits', async () => {
    const unit = newId('unit')
    await own().commit(putNew(itemKey(ada.organizationId, 'UNIT', unit), { id: unit, path: [unit] }, 'CONFLICT'))
    const scope = { type: 'unit' as const, id: unit }
    const head = await manager(grant('role_assignments:create', scope), grant('users:update', scope), grant('users:delete', scope))
    const mine: string[] = []
    const others = { 'users:update': ['reports:read', 'units:read'], 'users:delete': ['groups:read', 'roles:read', 'audit:read'] }
    for (const [permission, waiting] of Object.entries(others)) {
      mine.unshift(await asked({ permission, scope }))
      for (const other of waiting) await asked({ permission: other, scope })
    }
    const page = (query: object) => bench.request(list, contract.listAccessRequests, { as: head, query: { view: 'deciding', ...query } })
    const first = await page({ limit: '1' })
    const second = await page({ limit: '1', cursor: first.body.meta.nextCursor })
    expect([first, second].map(({ body }) => body.data.map(({ id }: { id: string }) => id))).toEqual([[mine[0]], [mine[1]]])
  })

  test('shows themselves anew for a permission over the organization and its people', async () => {
    const id = await asked({ permission: 'users:delete' })
    await own().commit(patch(sessionKey(ada.userId, ada.sessionId), { freshAt: '2020-01-01T00:00:00.000Z' }))
    expect(codeOf(await approving(id))).toBe('STEP_UP_REQUIRED')
    const other = await asked({ permission: 'reports:read' })
    expect((await approving(other)).status).toBe(200)
  })

  test('decides once, also where two do at the same moment', async () => {
    const bob = await bench.member(ada, { roleIds: ['rol_admin'] })
    const id = await asked()
    const replies = await Promise.all([approving(id), refusing(id, bob), approving(id, bob)])
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(codeOf(await refusing(id))).toBe('INVALID_TRANSITION')
    expect(await eventsOf(id)).toHaveLength(2)
  })

  test('cannot give a fifty-first grant', async () => {
    await setUser(grace, { assignments: Array.from({ length: 50 }, () => grant('dashboard:read')) })
    expect(codeOf(await approving(await asked()))).toBe('TOO_MANY_ASSIGNMENTS')
  })

  test('gives no permission that there is not', async () => {
    await setUser(ada, { assignments: [grant('*:*')] })
    expect(codeOf(await approving(await asked({ permission: 'orders:update' })))).toBe('PERMISSION_UNKNOWN')
  })
})

test('a request is seen by whoever made it and whoever may decide, and by nobody else', async () => {
  const [bob, eve] = [await bench.member(ada), await bench.founder()]
  const id = await asked()
  const read = async (as: Person) => codeOf(await bench.request(get, contract.getAccessRequest, { as, params: { id } }))
  expect(await Promise.all([grace, ada, bob, eve].map(read))).toEqual([200, 200, 'NOT_FOUND', 'NOT_FOUND'])
  expect(await Promise.all([listed(grace, 'own'), listed(bob, 'own'), listed(bob, 'deciding')])).toEqual([[id], [], []])
})

test('a request that nobody decides ends after 14 days by itself, and can be decided no more from that moment on', async () => {
  const id = await asked()
  const [due] = (await bench.handOutDue(inDays(15))).filter(({ aggregateId }) => aggregateId === id)
  expect(due).toBeDefined()
  await own().commit(patch(itemKey(ada.organizationId, 'ACCESS_REQUEST', id), { closesAt: new Date().toISOString() }))
  expect(codeOf(await approving(id))).toBe('INVALID_TRANSITION')
  await bench.react(onDue, due as NonNullable<typeof due>)
  expect((await own().get<AccessRequest>(accessRequests, id))?.status).toBe('expired')
  expect((await eventsOf(id)).map(({ type }) => type)).toEqual(['access_request.created', 'access_request.expired'])
})

describe('told are', () => {
  const mailed = async (handler: typeof onNews, id: string) => {
    const before = bench.mails.length
    await bench.react(handler, ...(await eventsOf(id)).slice(-1))
    return sentBy(bench)
      .slice(before)
      .map(({ to, subject }) => [to, subject])
  }

  test('the administrators who could grant it, in their language', async () => {
    await setUser(ada, { locale: 'de' })
    await setUser(await bench.member(ada, { roleIds: ['rol_admin'] }), { assignments: [] })
    await relist(own(), users, ada.userId)
    const id = await asked()
    expect(await mailed(tellDeciders, id)).toEqual([[ada.email, expect.stringMatching(/^Ada Lovelace bittet um users:read/)]])
  })

  test('the requester, of what was decided', async () => {
    const [given, denied] = [await asked(), await asked({ permission: 'users:update' })]
    await approving(given)
    await refusing(denied)
    expect(await mailed(onNews, given)).toEqual([[grace.email, expect.stringMatching(/^You were given users:read/)]])
    expect(await mailed(onNews, denied)).toEqual([[grace.email, expect.stringMatching(/^You were not given users:update/)]])
  })
})
