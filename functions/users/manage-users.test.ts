import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { sessions } from '../../shared/identity/session-store.ts'
import { newId } from '../../shared/ids.ts'
import { save, patch as setFields } from '../../shared/store/writes.ts'
import { type Bench, openWorkbench, type Person, type RequestOptions } from '../../test/workbench.ts'
import { handler as activate } from './activate-user.ts'
import * as contracts from './contract.ts'
import { handler as remove } from './delete-user.ts'
import { handler as endSessions } from './end-user-sessions.ts'
import { handler as get } from './get-user.ts'
import { handler as listActivity } from './list-user-activity.ts'
import { handler as listHistory } from './list-user-history.ts'
import { handler as listPermissions } from './list-user-permissions.ts'
import { handler as listRoles } from './list-user-roles.ts'
import { handler as listSessions } from './list-user-sessions.ts'
import { handler as lock } from './lock-user.ts'
import { handler as replace } from './replace-user.ts'
import { handler as resetPassword } from './reset-user-password.ts'
import { handler as restore } from './restore-user.ts'
import { handler as setRoles } from './set-user-roles.ts'
import { handler as unlock } from './unlock-user.ts'
import { handler as update } from './update-user.ts'
import { remove as removed } from './user.ts'
import { users } from './user-store.ts'

let bench: Bench
let admin: Person
let member: Person
beforeAll(async () => {
  bench = await openWorkbench()
})
beforeEach(async () => {
  admin = await bench.founder()
  member = await bench.member(admin)
})
afterAll(() => bench.close())

const of = (id: string, options: RequestOptions = {}) => ({ params: { id }, as: admin, ...options })
const patch = (id: string, body: object, options: RequestOptions = {}) =>
  bench.request(update, contracts.updateUser, of(id, { body, ...options }))
const read = (id: string) => bench.request(get, contracts.getUser, of(id))

describe('changing a user', () => {
  test('merges a patch: null empties, absent keeps, objects merge', async () => {
    await patch(member.userId, { phone: '+6421123456', department: 'Research', metadata: { a: { b: 1, c: 2 } } })
    const reply = await patch(member.userId, { phone: null, metadata: { a: { b: null } } })
    expect(reply.body.data).toMatchObject({ phone: null, department: 'Research', metadata: { a: { c: 2 } }, version: 3 })
    expect(reply.headers.etag).toBe('"3"')
    expect((await read(member.userId)).body.data).toEqual(reply.body.data)
  })

  test('takes the language they read as a tag of BCP 47, in its canonical form, and English where there is none', async () => {
    expect((await read(member.userId)).body.data.locale).toBe('en')
    expect((await patch(member.userId, { locale: 'de-ch' })).body.data.locale).toBe('de-CH')
    expect((await patch(member.userId, { locale: null })).body.data.locale).toBe('en')
    for (const locale of ['Deutsch, bitte', 'de_DE', '', 'x'.repeat(40)]) {
      const reply = await patch(member.userId, { locale })
      expect([reply.status, Object.keys(reply.body.details)]).toEqual([400, ['locale']])
    }
  })

  test('that changes nothing writes nothing', async () => {
    const reply = await patch(member.userId, { firstName: 'Ada' })
    expect([reply.status, reply.body.data.version, reply.cost.wru]).toEqual([200, 1, 0])
  })

  test('costs two waves', async () => {
    expect((await patch(member.userId, { firstName: 'Augusta' })).cost.waves).toBe(2)
  })

  test('refuses what was read before somebody else changed it', async () => {
    await patch(member.userId, { firstName: 'Augusta' })
    const reply = await patch(member.userId, { firstName: 'Ada' }, { headers: { 'if-match': '"1"' } })
    expect([reply.status, reply.body.code]).toEqual([412, 'PRECONDITION_FAILED'])
  })

  test('replaces by PUT: what is left out is emptied', async () => {
    await patch(member.userId, { phone: '+6421123456', metadata: { team: 'blue' }, profileImage: 'https://example.com/a.png' })
    const body = { email: member.email, firstName: 'Augusta', lastName: 'King', department: 'Research' }
    const reply = await bench.request(replace, contracts.replaceUser, of(member.userId, { body }))
    expect(reply.body.data).toMatchObject({
      ...body,
      name: 'Augusta King',
      phone: null,
      metadata: {},
      profileImage: null,
      emailVerified: true,
    })
    const missing = await bench.request(replace, contracts.replaceUser, of(member.userId, { body: { firstName: 'Ada' } }))
    expect([missing.status, Object.keys(missing.body.details)]).toEqual([400, ['email', 'lastName']])
  })

  test('replaces by PUT what an application stores as it is sent, nulls inside of it too', async () => {
    await patch(member.userId, { metadata: { team: { name: 'blue', lead: 'ada' } }, preferences: { theme: 'dark' } })
    const metadata = { team: { name: 'red', lead: null }, open: null }
    const body = { email: member.email, firstName: 'Augusta', lastName: 'King', phone: null, metadata, preferences: { theme: null } }
    const reply = await bench.request(replace, contracts.replaceUser, of(member.userId, { body }))
    expect(reply.body.data).toMatchObject({ metadata, preferences: { theme: null }, phone: null })
    expect((await read(member.userId)).body.data).toEqual(reply.body.data)
  })

  test('keeps what an application stores within its bounds, also when patches add up', async () => {
    expect((await patch(member.userId, { metadata: { a: 'x'.repeat(7_000) } })).status).toBe(200)
    const reply = await patch(member.userId, { metadata: { b: 'x'.repeat(7_000) } })
    expect([reply.status, Object.keys(reply.body.details)]).toEqual([400, ['metadata']])
  })

  test('asks for a new password by an event', async () => {
    expect((await bench.request(resetPassword, contracts.resetUserPassword, of(member.userId))).status).toBe(200)
    const events = await bench.tenant(admin.organizationId).events(users, member.userId)
    expect(events.at(-1)).toMatchObject({ type: 'user.password_reset_requested', data: { userId: member.userId, email: member.email } })
  })
})

/** Their session was begun in another organization of theirs. */
const beginElsewhere = ({ organizationId, sessionId: id, userId: personId }: Person) =>
  bench.tenant(organizationId).commit(setFields(sessions.keyOf({ id, organizationId, personId }), { organizationId: newId('org') }))

describe('locking a user', () => {
  test('ends the session they have, keeps one that was begun elsewhere out, and tells both why while it lasts', async () => {
    const [as, other] = [await bench.member(admin, { roleIds: ['rol_admin'] }), await bench.member(admin)]
    await beginElsewhere(other)
    for (const { userId } of [as, other]) await bench.request(lock, contracts.lockUser, of(userId, { body: { reason: 'Lost laptop' } }))
    const next = (person: Person) => bench.request(get, contracts.getUser, of(person.userId, { as: person }))
    for (const person of [as, other])
      expect((await next(person)).body).toMatchObject({ code: 'ACCOUNT_LOCKED', details: { reason: 'Lost laptop' } })
    expect((await read(as.userId)).body.data).toMatchObject({ status: 'locked', lockReason: 'Lost laptop' })
    for (const { userId } of [as, other]) await bench.request(unlock, contracts.unlockUser, of(userId))
    expect((await next(as)).body.code).toBe('INVALID_SESSION')
  })

  test('says what stands in the way', async () => {
    const reply = await bench.request(activate, contracts.activateUser, of(member.userId))
    expect(reply.body).toMatchObject({ code: 'INVALID_TRANSITION', details: { status: 'active' } })
  })
})

describe('removing a user', () => {
  test('answers 410 from then on, and restoring brings them back', async () => {
    expect((await bench.request(remove, contracts.deleteUser, of(member.userId))).status).toBe(204)
    expect((await read(member.userId)).body.code).toBe('DELETED')
    expect((await patch(member.userId, { firstName: 'Augusta' })).status).toBe(410)
    const reply = await bench.request(restore, contracts.restoreUser, of(member.userId))
    expect(reply.body.data).toMatchObject({ status: 'active', deletedAt: null, version: 3 })
    expect((await bench.request(restore, contracts.restoreUser, of(member.userId))).body.code).toBe('INVALID_TRANSITION')
  })

  test('is for good after 30 days', async () => {
    const long = new Date(Date.now() - 31 * 86_400_000).toISOString()
    const tenant = bench.tenant(admin.organizationId)
    const user = await tenant.get(users, member.userId)
    if (!user) throw new Error('The member should be there')
    await tenant.commit(save(users, removed(user, long)))
    const reply = await bench.request(restore, contracts.restoreUser, of(member.userId))
    expect([reply.status, reply.body.code]).toEqual([410, 'DELETED'])
  })

  test('cannot be used to bring back roles that the restorer does not hold', async () => {
    const provider = await bench.founder({ type: 'mss_provider', roleIds: ['rol_super_admin'] })
    const boss = await bench.member(provider, { roleIds: ['rol_super_admin'] })
    const lesser = await bench.member(provider, { roleIds: ['rol_admin'] })
    await bench.request(remove, contracts.deleteUser, of(boss.userId, { as: provider }))
    const reply = await bench.request(restore, contracts.restoreUser, of(boss.userId, { as: lesser }))
    expect(reply.status).toBe(403)
  })
})

describe('the roles of a user', () => {
  const give = (id: string, roleIds: string[], as = admin) =>
    bench.request(setRoles, contracts.setUserRoles, of(id, { as, body: { roleIds } }))

  test('are exactly those given, and decide the next request', async () => {
    const reply = await give(member.userId, ['rol_admin', 'rol_report_viewer', 'rol_admin'])
    expect(reply.body.data.roles.map(({ id }: { id: string }) => id)).toEqual(['rol_admin', 'rol_report_viewer'])
    expect(reply.body.data.role).toBe('admin')
    expect((await bench.request(get, contracts.getUser, of(admin.userId, { as: member }))).status).toBe(200)
    await give(member.userId, [])
    expect((await bench.request(get, contracts.getUser, of(admin.userId, { as: member }))).status).toBe(403)
    expect((await give(member.userId, [])).cost.wru).toBe(0)
  })

  test('cannot be taken from somebody who may do more', async () => {
    const provider = await bench.founder({ type: 'mss_provider', roleIds: ['rol_super_admin'] })
    await bench.member(provider, { roleIds: ['rol_super_admin'] })
    const lesser = await bench.member(provider, { roleIds: ['rol_admin'] })
    expect((await give(provider.userId, ['rol_basic_user'], lesser)).status).toBe(403)
    expect((await give(provider.userId, ['rol_emperor'], lesser)).body.code).toBe('ROLE_UNKNOWN')
  })

  test('are told with their origin, and what they allow', async () => {
    const roles = await bench.request(listRoles, contracts.listUserRoles, of(member.userId))
    expect(roles.body.data).toMatchObject([{ id: 'rol_basic_user', displayName: 'Basic user', grantedBy: member.userId, expiresAt: null }])
    const permissions = await bench.request(listPermissions, contracts.listUserPermissions, of(member.userId))
    expect(permissions.body).toMatchObject({ data: ['dashboard:read'], meta: { nextCursor: null } })
  })
})

describe('the sessions of a user', () => {
  test('are those begun in this organization, and end at once', async () => {
    const list = () => bench.request(listSessions, contracts.listUserSessions, of(member.userId))
    expect((await list()).body.data).toMatchObject([{ id: member.sessionId, status: 'active', current: false, revokedReason: null }])
    expect((await bench.request(endSessions, contracts.endUserSessions, of(member.userId))).status).toBe(204)
    expect((await list()).body.data).toMatchObject([{ status: 'revoked', revokedReason: 'ended by an administrator' }])
    const own = await bench.request(listPermissions, contracts.listUserPermissions, of(member.userId, { as: member }))
    expect(own.body.code).toBe('INVALID_SESSION')
  })

  test('that were begun elsewhere are neither shown nor ended', async () => {
    const peer = await bench.member(admin, { roleIds: ['rol_admin'] })
    await beginElsewhere(peer)
    const list = await bench.request(listSessions, contracts.listUserSessions, of(peer.userId))
    expect(list.body.data).toEqual([])
    await bench.request(endSessions, contracts.endUserSessions, of(peer.userId))
    expect((await bench.request(get, contracts.getUser, of(peer.userId, { as: peer }))).status).toBe(200)
  })
})

describe('the past of a user', () => {
  test('is told newest first, page by page, also of a removed user', async () => {
    for (const firstName of ['Augusta', 'Ada', 'Countess']) await patch(member.userId, { firstName })
    await bench.request(remove, contracts.deleteUser, of(member.userId))
    const seen: string[] = []
    for (let cursor: string | undefined | null; cursor !== null; ) {
      const query = { limit: '2', ...(cursor ? { cursor } : {}) }
      const reply = await bench.request(listHistory, contracts.listUserHistory, of(member.userId, { query }))
      seen.push(...reply.body.data.map((event: { type: string; version: number }) => `${event.version} ${event.type}`))
      cursor = reply.body.meta.nextCursor
    }
    expect(seen).toEqual(['5 user.deleted', '4 user.updated', '3 user.updated', '2 user.updated', '1 user.created'])
  })

  test('says who changed what', async () => {
    await patch(member.userId, { firstName: 'Augusta' })
    const reply = await bench.request(listHistory, contracts.listUserHistory, of(member.userId))
    expect(reply.body.data[0]).toMatchObject({
      actor: { id: admin.userId, kind: 'member' },
      changes: { firstName: { old: 'Ada', new: 'Augusta' } },
    })
  })

  test('holds what they did, from the audit log', async () => {
    const reply = await bench.request(listActivity, contracts.listUserActivity, of(member.userId))
    expect([reply.status, reply.body.data]).toEqual([200, []])
  })
})

test('a user of another organization is not there', async () => {
  const stranger = await bench.founder()
  expect((await bench.request(get, contracts.getUser, of(member.userId, { as: stranger }))).status).toBe(404)
})
