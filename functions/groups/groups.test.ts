import { beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Assignment, Scope } from '../../shared/access/model.ts'
import { fromRecord } from '../../shared/event.ts'
import { newId } from '../../shared/ids.ts'
import { denialPartition, organizationKey } from '../../shared/store/keys.ts'
import { patch, save } from '../../shared/store/writes.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import * as userContracts from '../users/contract.ts'
import { handler as createUser } from '../users/create-user.ts'
import { handler as removeUser } from '../users/delete-user.ts'
import { handler as listUserPermissions } from '../users/list-user-permissions.ts'
import { handler as listUserRoles } from '../users/list-user-roles.ts'
import { handler as listUsers } from '../users/list-users.ts'
import { handler as onUserChanged } from '../users/on-user-changed.ts'
import { handler as restoreUser } from '../users/restore-user.ts'
import { handler as setUserRoles } from '../users/set-user-roles.ts'
import { isAdministrator, type User } from '../users/user.ts'
import { users } from '../users/user-store.ts'
import { handler as add } from './add-group-member.ts'
import * as contracts from './contract.ts'
import { handler as create } from './create-group.ts'
import { handler as remove } from './delete-group.ts'
import { handler as get } from './get-group.ts'
import { type Group, giveGroup, groups } from './group.ts'
import { handler as listMembers } from './list-group-members.ts'
import { handler as list } from './list-groups.ts'
import { handler as listUserGroups } from './list-user-groups.ts'
import { type Member, memberId, members } from './member.ts'
import { handler as onGroupChanged } from './on-group-changed.ts'
import { handler as onUserSettled } from './on-user-settled.ts'
import { handler as take } from './remove-group-member.ts'
import { handler as update } from './update-group.ts'

const bench = workbench()
let ada: Person
beforeEach(async () => {
  ada = await bench.founder()
})

const own = () => bench.tenant(ada.organizationId)
const now = () => new Date().toISOString()
let serial = 0
const make = (name = `Group ${serial++}`, as = ada) => bench.request(create, contracts.createGroup, { as, body: { name } })
const aGroup = async () => (await make()).body.data.id as string
const put = (id: string, who: Pick<Person, 'userId'>, as = ada) =>
  bench.request(add, contracts.addGroupMember, { as, params: { id }, body: { userId: who.userId } })
const takeOut = (id: string, who: Pick<Person, 'userId'>, as = ada) =>
  bench.request(take, contracts.removeGroupMember, { as, params: { id, userId: who.userId } })
const drop = (id: string) => bench.request(remove, contracts.deleteGroup, { as: ada, params: { id } })
const namesOf = (id: string, as = ada) => bench.request(listMembers, contracts.listGroupMembers, { as, params: { id } })
const inGroup = async (id: string) => (await namesOf(id)).body.data.map(({ userId }: { userId: string }) => userId)
const groupsOf = async (who: Person) =>
  (await bench.request(listUserGroups, contracts.listUserGroups, { as: ada, params: { id: who.userId } })).body.data.map(
    ({ id }: { id: string }) => id,
  )
const sees = async (as: Person) => (await bench.request(listUsers, userContracts.listUsers, { as })).status

const grant = (what: Partial<Assignment>, scope: Scope = { type: 'organization' }): Assignment => ({
  id: newId('asg'),
  ...what,
  scope,
  grantedBy: ada.userId,
  createdAt: now(),
})
/** As the endpoint for assignments does, which asks more of who calls it. */
async function give(id: string, what: Partial<Assignment>) {
  const group = (await own().get(groups, id)) as Group
  await own().commit(save(groups, giveGroup(group, grant(what), now())))
}
async function holder(...assignments: Assignment[]): Promise<Person> {
  const person = await bench.member(ada, { roleIds: [] })
  await own().commit(patch(users.keyOf({ id: person.userId, organizationId: ada.organizationId }), { assignments }))
  return person
}
const userEvents = (who: Pick<Person, 'userId'>) => own().events(users, who.userId)
async function attempts() {
  const { items } = await own().list<Record<string, unknown>>({ partitions: [denialPartition(now().slice(0, 10))], limit: 100 })
  return items.map(fromRecord).filter(({ type }) => type === 'access.escalation_attempted')
}

test('a user who is put into a group twice at once is in it once, and the second is told', async () => {
  const [id, grace] = [await aGroup(), await bench.member(ada)]
  const replies = await Promise.all([put(id, grace), put(id, grace), put(id, grace)])
  expect(replies.map(({ status, body }) => body.code ?? status).toSorted()).toEqual([201, 'ALREADY_MEMBER', 'ALREADY_MEMBER'])
  expect(await inGroup(id)).toEqual([grace.userId])
})

describe('a group', () => {
  test('is made, read, renamed and removed', async () => {
    const { status, body } = await bench.request(create, contracts.createGroup, {
      as: ada,
      body: { name: 'Night shift', description: 'Whoever is up', type: 'team' },
    })
    const { id } = body.data
    expect([status, body.data]).toMatchObject([201, { parentId: null, path: [id], type: 'team' }])
    const changed = await bench.request(update, contracts.updateGroup, { as: ada, params: { id }, body: { name: 'Day shift', type: null } })
    expect(changed.body.data).toMatchObject({ name: 'Day shift', type: null, description: 'Whoever is up', version: 2 })
    expect((await drop(id)).status).toBe(204)
    expect((await bench.request(get, contracts.getGroup, { as: ada, params: { id } })).body.code).toBe('DELETED')
  })

  test('is called as no other, whatever the case, until it is removed', async () => {
    const id = (await make('Twice')).body.data.id
    expect((await make('TWICE')).body.code).toBe('NAME_TAKEN')
    await drop(id)
    for (const name of ['twice', 'constructor', 'Ünï #1', '__proto__']) expect([name, (await make(name)).status]).toEqual([name, 201])
  })

  test('is found by its name, and by a role that it gives', async () => {
    const id = (await make('Night watch')).body.data.id
    await give(id, { roleId: 'rol_report_viewer' })
    await bench.react(onGroupChanged, ...(await own().events(groups, id)))
    for (const query of [{ q: 'wat' }, { roleId: 'rol_report_viewer' }] as Record<string, string>[])
      expect((await bench.request(list, contracts.listGroups, { as: ada, query })).body.data).toMatchObject([{ id }])
  })

  test('stays as long as somebody is in it', async () => {
    const id = await aGroup()
    const grace = await bench.member(ada)
    await put(id, grace)
    expect((await drop(id)).body.code).toBe('HAS_MEMBERS')
    await takeOut(id, grace)
    expect((await drop(id)).status).toBe(204)
    expect((await put(id, grace)).body.code).toBe('DELETED')
  })

  test('is shown to whoever may see it, and no other with it', async () => {
    const [mine, other] = [await aGroup(), await aGroup()]
    const lead = await holder(grant({ permission: 'groups:read' }, { type: 'group', id: mine }))
    const { body } = await bench.request(list, contracts.listGroups, { as: lead })
    expect(body.data.map(({ id }: { id: string }) => id)).toEqual([mine])
    expect([(await namesOf(mine, lead)).status, (await namesOf(other, lead)).body.code]).toEqual([200, 'FORBIDDEN'])
  })
})

describe('whoever is in a group', () => {
  test('holds what it was given from their next request on, and not after they leave', async () => {
    const id = await aGroup()
    const grace = await bench.member(ada, { roleIds: [] })
    await give(id, { permission: 'users:read' })
    expect(await sees(grace)).toBe(403)
    const { status, body } = await put(id, grace)
    expect([status, body.data]).toMatchObject([201, { groupId: id, userId: grace.userId, status: 'active', addedBy: ada.userId }])
    expect(await sees(grace)).toBe(200)
    expect([await inGroup(id), await groupsOf(grace)]).toEqual([[grace.userId], [id]])
    expect((await takeOut(id, grace)).status).toBe(204)
    expect([await sees(grace), await inGroup(id), await groupsOf(grace)]).toEqual([403, [], []])
    expect((await put(id, grace)).status).toBe(201)
    expect((await userEvents(grace)).map(({ type }) => type).slice(-3)).toEqual(Array(3).fill('user.groups_changed'))
    expect((await own().events(members, memberId(id, grace.userId))).map(({ type }) => type)).toEqual([
      'group.member_added',
      'group.member_removed',
      'group.member_added',
    ])
  })

  test('holds what is given to it later, at once', async () => {
    const id = await aGroup()
    const grace = await bench.member(ada, { roleIds: [] })
    await put(id, grace)
    expect(await sees(grace)).toBe(403)
    await give(id, { permission: 'users:read' })
    expect(await sees(grace)).toBe(200)
  })

  test('is shown with its roles and permissions, and by which group', async () => {
    const id = await aGroup()
    const grace = await bench.member(ada)
    await give(id, { roleId: 'rol_report_viewer', expiresAt: '2999-01-01T00:00:00.000Z' })
    await put(id, grace)
    const of = { as: ada, params: { id: grace.userId } }
    const roles = await bench.request(listUserRoles, userContracts.listUserRoles, of)
    expect(roles.body.data).toMatchObject([
      { id: 'rol_basic_user', groups: [] },
      { id: 'rol_report_viewer', groups: [id], expiresAt: '2999-01-01T00:00:00.000Z', grantedBy: ada.userId },
    ])
    const permissions = await bench.request(listUserPermissions, userContracts.listUserPermissions, of)
    expect(permissions.body.data).toEqual(['alerts:read', 'dashboard:read', 'reports:read'])
  })

  test('is listed by it, once the lists have followed', async () => {
    const id = await aGroup()
    const grace = await bench.member(ada)
    await put(id, grace)
    await bench.react(onUserChanged, ...(await userEvents(grace)))
    const found = await bench.request(listUsers, userContracts.listUsers, { as: ada, query: { groupId: id } })
    expect(found.body.data.map((user: User) => user.id)).toEqual([grace.userId])
  })

  test('is in it once, in 50 groups at most, and belongs to the organization', async () => {
    const id = await aGroup()
    const [grace, eve] = [await bench.member(ada), await bench.founder()]
    await put(id, grace)
    expect((await put(id, grace)).body.code).toBe('ALREADY_MEMBER')
    expect((await put(id, eve)).body.code).toBe('MEMBER_UNKNOWN')
    expect((await put(id, grace, eve)).body.code).toBe('NOT_FOUND')
    expect((await takeOut(id, eve)).body.code).toBe('NOT_FOUND')
    const key = users.keyOf({ id: grace.userId, organizationId: ada.organizationId })
    await own().commit(patch(key, { groupIds: Array.from({ length: 50 }, () => newId('grp')) }))
    expect((await put(await aGroup(), grace)).body.code).toBe('TOO_MANY_GROUPS')
  })

  test('may be there before they accept their invitation', async () => {
    const id = await aGroup()
    const body = { email: `${newId('usr')}@example.com`, firstName: 'Grace', lastName: 'Hopper' }
    const invited = (await bench.request(createUser, userContracts.createUser, { as: ada, body })).body.data
    expect((await put(id, { userId: invited.id })).status).toBe(201)
  })

  test('is in no group while they are removed, and in the same when they come back', async () => {
    const [kept, gone] = [await aGroup(), await aGroup()]
    const grace = await bench.member(ada)
    for (const id of [kept, gone]) await put(id, grace)
    const of = { as: ada, params: { id: grace.userId } }
    const follow = async () => expect(await bench.react(onUserSettled, ...(await userEvents(grace)).slice(-1))).toEqual([])
    await bench.request(removeUser, userContracts.deleteUser, of)
    await follow()
    await follow()
    expect([await inGroup(kept), (await drop(gone)).status]).toEqual([[], 204])
    await bench.request(restoreUser, userContracts.restoreUser, of)
    await follow()
    expect([await inGroup(kept), await groupsOf(grace)]).toEqual([[grace.userId], [kept]])
    expect((await own().get(users, grace.userId))?.groupIds).toEqual([kept])
  })
})

describe('nobody hands out by a group what they do not hold, nor takes it:', () => {
  const refused = async (reply: ReturnType<typeof put>, missing: unknown) => {
    const { status, body } = await reply
    expect([status, body.code, body.details?.missing]).toEqual([403, 'FORBIDDEN', missing])
  }

  test('by putting somebody into it, or themselves, or by taking somebody out; and each attempt is on record', async () => {
    const id = await aGroup()
    await give(id, { roleId: 'rol_admin' })
    const [grace, joan] = [await bench.member(ada), await bench.member(ada)]
    await put(id, joan)
    const clerk = await holder(grant({ permission: 'groups:*' }), grant({ permission: 'users:*' }))
    const missing = expect.arrayContaining(['organization:*', 'roles:*'])
    await refused(put(id, grace, clerk), missing)
    await refused(put(id, clerk, clerk), missing)
    await refused(takeOut(id, joan, clerk), missing)
    expect([await inGroup(id), await sees(grace)]).toEqual([[joan.userId], 403])
    expect((await attempts()).map(({ aggregateId }) => aggregateId)).toEqual(Array(3).fill(clerk.userId))
  })

  test('a group that gives nothing is open to whoever may change it and its members', async () => {
    const id = await aGroup()
    const peer = await bench.member(ada, { roleIds: ['rol_admin'] })
    const lead = await holder(grant({ permission: 'groups:update' }, { type: 'group', id }), grant({ permission: 'users:update' }))
    expect((await put(id, peer, lead)).status).toBe(201)
    expect((await takeOut(id, peer, lead)).status).toBe(204)
    expect((await put(await aGroup(), peer, lead)).body.code).toBe('FORBIDDEN')
  })

  test('nobody gains a say over a user by putting them where they have one', async () => {
    const id = await aGroup()
    const peer = await bench.member(ada)
    const lead = await holder(
      grant({ permission: 'groups:update' }, { type: 'group', id }),
      grant({ permission: 'users:*' }, { type: 'group', id }),
    )
    await refused(put(id, peer, lead), 'users:update')
    await put(id, peer)
    expect((await takeOut(id, peer, lead)).status).toBe(204)
  })
})

test('whoever administrates by a group alone is not the administrator who has to stay', async () => {
  const id = await aGroup()
  const grace = await bench.member(ada)
  await give(id, { roleId: 'rol_admin' })
  await put(id, grace)
  expect(await sees(grace)).toBe(200)
  expect(isAdministrator((await own().get(users, grace.userId)) as User)).toBe(false)
  const demoted = await bench.request(setUserRoles, userContracts.setUserRoles, {
    as: ada,
    params: { id: ada.userId },
    body: { roleIds: ['rol_basic_user'] },
  })
  expect(demoted.body.code).toBe('LAST_ADMIN')
})

test('a change of what a group gives raises the policy version, and a change of who is in it does not', async () => {
  const version = async () => (await own().read<{ policyVersion: number }>(organizationKey(ada.organizationId)))[0]?.policyVersion
  const id = await aGroup()
  await put(id, await bench.member(ada))
  const before = (await version()) ?? 0
  await give(id, { permission: 'users:read' })
  expect(await version()).toBe(before + 1)
})

test('the two sides of a membership and the count agree, whatever 16 do to it at once', async () => {
  const step = fc.record({ isIn: fc.boolean(), group: fc.nat({ max: 2 }), who: fc.nat({ max: 3 }) })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 16, maxLength: 16 }), async (steps) => {
      const ids = [await aGroup(), await aGroup(), await aGroup()]
      const people = await Promise.all([1, 2, 3, 4].map(() => bench.member(ada)))
      const replies = await Promise.all(
        steps.map(({ isIn, group, who }) => (isIn ? put : takeOut)(ids[group] as string, people[who] as Person)),
      )
      expect(replies.filter(({ status }) => ![201, 204, 404, 409, 503].includes(status))).toEqual([])
      for (const id of ids) {
        const found = await Promise.all(people.map(({ userId }) => own().get(users, userId)))
        const inline = found.filter((user) => user?.groupIds?.includes(id)).map((user) => user?.id)
        const records = await Promise.all(people.map(({ userId }) => own().get(members, memberId(id, userId))))
        const listed = records.filter((member): member is Member => member !== undefined && !member.deletedAt)
        expect(listed.map(({ userId }) => userId)).toEqual(inline)
        const status = (await drop(id)).status
        expect(status).toBe(inline.length === 0 ? 204 : 409)
      }
    }),
    { numRuns: 3 },
  )
}, 60_000)

describe('whoever puts somebody into a group', () => {
  test('may do no more with them by that', async () => {
    const id = await aGroup()
    const member = await holder()
    const scope: Scope = { type: 'group', id }
    const keeper = await holder(
      grant({ permission: 'groups:update' }),
      grant({ permission: 'users:update' }),
      grant({ permission: 'users:delete' }, scope),
    )
    const refused = await put(id, member, keeper)
    expect([refused.body.code, refused.body.details]).toEqual(['FORBIDDEN', { missing: ['users:delete'] }])
    expect((await put(id, member)).status).toBe(201)
  })

  test('gives them nothing that asks for the group', async () => {
    const id = await aGroup()
    const conditions = [{ attribute: 'subject.groupIds', operator: 'contains' as const, value: id }]
    const member = await holder(grant({ permission: 'audit:read', conditions }))
    const keeper = await holder(grant({ permission: 'groups:update' }), grant({ permission: 'users:update' }))
    expect((await put(id, member, keeper)).body.details).toEqual({ missing: ['audit:read'] })
    expect((await put(id, member)).status).toBe(201)
  })
})

test('of the groups that a user is in, those are shown that the caller may see', async () => {
  const [seen, hidden] = [await aGroup(), await aGroup()]
  const member = await holder()
  for (const id of [seen, hidden]) await put(id, member)
  const clerk = await holder(grant({ permission: 'users:read' }), grant({ permission: 'groups:read' }, { type: 'group', id: seen }))
  const shown = await bench.request(listUserGroups, contracts.listUserGroups, { as: clerk, params: { id: member.userId } })
  expect(shown.body.data.map(({ id }: { id: string }) => id)).toEqual([seen])
})
