import { beforeAll, describe, expect, test } from '@jest/globals'
import type { AuditEntry } from '../../client/operations.ts'
import { anonymous, elsewhere, eventually, founder, freshMail, member, refusal, type Someone } from './journey.ts'

let ada: Someone
let grace: Someone
beforeAll(async () => {
  ada = await founder()
  grace = await member(ada)
})

type Query = NonNullable<NonNullable<Parameters<Someone['api']['listAuditLogs']>[0]>['query']>
const entriesOf = async (query: Query) => (await ada.api.listAuditLogs({ query: { limit: 100, ...query } })).data.items

/** The entry that a call leaves behind. */
const trace = async (query: Query): Promise<AuditEntry> => {
  const [entry] = await eventually(
    () => entriesOf(query),
    (found) => found.length > 0,
  )
  if (!entry) throw new Error('No entry.')
  return entry
}

describe('every change', () => {
  const changes: [action: string, make: (id: string) => Promise<unknown>][] = [
    ['user.updated', (id) => ada.api.updateUser({ params: { id }, body: { department: 'Compilers' } })],
    ['user.roles_changed', (id) => ada.api.setUserRoles({ params: { id }, body: { roleIds: ['rol_report_viewer'] } })],
    ['user.locked', (id) => ada.api.lockUser({ params: { id }, body: { reason: 'On leave' } })],
    ['user.unlocked', (id) => ada.api.unlockUser({ params: { id } })],
    ['user.deactivated', (id) => ada.api.deactivateUser({ params: { id } })],
    ['user.activated', (id) => ada.api.activateUser({ params: { id } })],
    ['user.password_reset_requested', (id) => ada.api.resetUserPassword({ params: { id } })],
    ['user.deleted', (id) => ada.api.deleteUser({ params: { id } })],
    ['user.restored', (id) => ada.api.restoreUser({ params: { id } })],
  ]

  test('of a user becomes an entry with who did it and what changed', async () => {
    const joan = await member(ada)
    for (const [, make] of changes) await make(joan.userId)
    const actions = ['user.created', 'user.joined', ...changes.map(([action]) => action)]
    const found = await eventually(
      () => entriesOf({ resourceType: 'user', resourceId: joan.userId }),
      (entries) => actions.every((action) => entries.some((entry) => entry.action === action)),
    )
    for (const [action] of changes) {
      const entry = found.find((each) => each.action === action)
      expect(entry).toMatchObject({ success: true, errorMessage: null, actor: { id: ada.userId, kind: 'member', name: 'Ada Lovelace' } })
      expect(entry?.sessionId).toBeTruthy()
    }
    expect(found.find(({ action }) => action === 'user.locked')?.changes).toMatchObject({ status: { old: 'active', new: 'locked' } })
    expect(found.find(({ action }) => action === 'user.updated')?.changes).toEqual({ department: { new: 'Compilers' } })
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length)
  })

  test('of the organization becomes an entry', async () => {
    await ada.api.updateOrganization({ body: { name: 'Renamed' } })
    expect(await trace({ action: 'organization.updated' })).toMatchObject({ resource: { type: 'organization', id: ada.organizationId } })
    expect(await trace({ action: 'organization.created' })).toMatchObject({ resource: { id: ada.organizationId } })
  })

  test('carries the request it came from, and the correlation of its trace', async () => {
    const trailing = 'a'.repeat(32)
    const headers = { 'x-request-id': 'journey-42', traceparent: `00-${trailing}-${'b'.repeat(16)}-01` }
    await ada.api.updateUser({ params: { id: grace.userId }, body: { department: 'Traces' }, headers })
    const entry = await trace({ action: 'user.updated', resourceType: 'user', resourceId: grace.userId })
    expect(entry).toMatchObject({
      clientRequestId: 'journey-42',
      requestId: expect.stringMatching(/^[\da-f-]{36}$/),
      correlationId: trailing,
    })
    expect(entry.ipAddress).toBeTruthy()
  })
})

describe('every sign-in', () => {
  test('that succeeds becomes an entry', async () => {
    await elsewhere(grace)
    expect(await trace({ action: 'auth.login.success', actorId: grace.userId })).toMatchObject({ success: true })
  })

  test('that fails becomes an entry with the reason', async () => {
    await refusal(anonymous.login({ body: { email: grace.email, password: 'Wrong-Horse-9-Battery' } }))
    const entry = await trace({ action: 'auth.login.failed', success: 'false' })
    expect(entry).toMatchObject({ resource: { type: 'user', id: grace.userId }, success: false })
    expect(entry.errorMessage).toBeTruthy()
  })

  test('that ends becomes an entry', async () => {
    await (await elsewhere(grace)).api.logout()
    expect(await trace({ action: 'auth.session.revoked', actorId: grace.userId })).toMatchObject({ success: true })
  })
})

describe('an entry', () => {
  test('is read by its id, shares it with its event, and is not there for others', async () => {
    const [listed] = await entriesOf({})
    const params = { id: listed?.id ?? '' }
    expect((await ada.api.getAuditLog({ params })).data).toEqual(listed)
    expect(listed?.eventId.slice(4)).toBe(listed?.id.slice(4))
    const eve = await founder()
    expect((await refusal(eve.api.getAuditLog({ params }))).code).toBe('NOT_FOUND')
  })

  test('of another organization appears in no list', async () => {
    const eve = await founder()
    for (const query of [{ actorId: ada.userId }, { resourceType: 'user', resourceId: ada.userId }, {}]) {
      const found = (await eve.api.listAuditLogs({ query })).data.items
      expect(found.filter(({ actor, resource }) => actor.id === ada.userId || resource.id === ada.userId)).toEqual([])
    }
  })
})

describe('filters', () => {
  test('combine, and pages of them hold nothing else', async () => {
    await ada.api.createUser({ body: { email: freshMail(), firstName: 'Karen', lastName: 'Jones' } })
    await trace({ action: 'user.created', actorId: ada.userId })
    const found = await entriesOf({ actorId: ada.userId, action: 'user.created', success: 'true' })
    expect(found.length).toBeGreaterThan(0)
    expect(found.every(({ actor, action, success }) => actor.id === ada.userId && action === 'user.created' && success)).toBe(true)
    expect(await entriesOf({ resourceType: 'organization' })).toEqual(
      (await entriesOf({})).filter(({ resource }) => resource.type === 'organization'),
    )
  })

  test('by time take both bounds with them', async () => {
    const [newest] = await entriesOf({ action: 'user.created' })
    const at = newest?.timestamp ?? ''
    expect((await entriesOf({ from: at, to: at })).map(({ id }) => id)).toContain(newest?.id)
    const before = new Date(Date.parse(at) - 1).toISOString()
    expect((await entriesOf({ action: 'user.created', to: before })).map(({ id }) => id)).not.toContain(newest?.id)
    expect((await refusal(ada.api.listAuditLogs({ query: { from: 'yesterday' } }))).details).toHaveProperty('from')
  })

  test('by address', async () => {
    const [newest] = await entriesOf({ actorId: ada.userId })
    const ip = newest?.ipAddress ?? ''
    expect((await entriesOf({ ip })).every(({ ipAddress }) => ipAddress === ip)).toBe(true)
    expect(await entriesOf({ ip: '203.0.113.9' })).toEqual([])
  })

  test('pages go back in time without gaps or doubles', async () => {
    const all = (await entriesOf({ to: new Date().toISOString() })).map(({ id }) => id)
    const to = new Date().toISOString()
    const walked: string[] = []
    let cursor: string | undefined
    do {
      const { data } = await ada.api.listAuditLogs({ query: { limit: 3, to, ...(cursor ? { cursor } : {}) } })
      walked.push(...data.items.map(({ id }) => id))
      cursor = data.nextCursor ?? undefined
    } while (cursor)
    expect(walked.slice(-all.length)).toEqual(all)
    expect(walked).toEqual([...walked].sort().reverse())
  })
})

test('history and activity of a user tell the same story', async () => {
  const params = { id: grace.userId }
  const history = (await ada.api.listUserHistory({ params, query: { limit: 100 } })).data.items
  expect(history.map(({ version }) => version)).toEqual(history.map((_, n) => history.length - n))
  expect(history.at(-1)).toMatchObject({ type: 'user.created', actor: { id: ada.userId } })
  const activity = (await ada.api.listUserActivity({ params })).data.items
  expect(activity.length).toBeGreaterThan(0)
  expect(activity.every(({ actor }) => actor.id === grace.userId)).toBe(true)
})
