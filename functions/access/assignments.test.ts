import { beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Assignment, Scope } from '../../shared/access/model.ts'
import { fromRecord } from '../../shared/event.ts'
import { sessions } from '../../shared/identity/session-store.ts'
import { newId } from '../../shared/ids.ts'
import { denialPartition, itemKey } from '../../shared/store/keys.ts'
import { patch, putNew } from '../../shared/store/writes.ts'
import { standingDue } from '../../test/workbench/due.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import { handler as addMember } from '../groups/add-group-member.ts'
import * as groupContracts from '../groups/contract.ts'
import { handler as createGroup } from '../groups/create-group.ts'
import { handler as deleteGroup } from '../groups/delete-group.ts'
import { groups } from '../groups/group.ts'
import { apiKeys } from '../keys/api-key.ts'
import * as keyContracts from '../keys/contract.ts'
import { handler as createKey } from '../keys/create-api-key.ts'
import { handler as deleteKey } from '../keys/delete-api-key.ts'
import * as userContracts from '../users/contract.ts'
import { handler as removeUser } from '../users/delete-user.ts'
import { handler as getUser } from '../users/get-user.ts'
import { handler as listUsers } from '../users/list-users.ts'
import { handler as restoreUser } from '../users/restore-user.ts'
import { handler as setUserRoles } from '../users/set-user-roles.ts'
import { users } from '../users/user-store.ts'
import { assignments } from './assignment.ts'
import * as contracts from './contract.ts'
import { handler as createRole } from './create-role.ts'
import { handler as give } from './create-role-assignment.ts'
import { handler as take } from './delete-role-assignment.ts'
import { handler as get } from './get-role-assignment.ts'
import { handler as list } from './list-role-assignments.ts'
import { handler as onAssignmentChanged } from './on-assignment-changed.ts'
import { handler as onAssignmentDue } from './on-assignment-due.ts'
import { handler as onHolderChanged } from './on-holder-changed.ts'

const bench = workbench()
let ada: Person
let grace: Person
beforeEach(async () => {
  ada = await bench.founder()
  grace = await bench.member(ada, { roleIds: [] })
})

const own = () => bench.tenant(ada.organizationId)
const now = () => new Date().toISOString()
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString()
const EVERYWHERE: Scope = { type: 'organization' }
const asUser = ({ userId: id }: Pick<Person, 'userId'>) => ({ type: 'user', id })
const assign = (body: Record<string, unknown>, as = ada) =>
  bench.request(give, contracts.createRoleAssignment, { as, body: { subject: asUser(grace), scope: EVERYWHERE, ...body } })
const read = { permission: 'users:read' }
const takeAway = (id: string, as = ada) => bench.request(take, contracts.deleteRoleAssignment, { as, params: { id } })
const listed = async (query: Record<string, string> = {}, as = ada) =>
  (await bench.request(list, contracts.listRoleAssignments, { as, query })).body.data as { id: string }[]
const sees = async (as: Person) => (await bench.request(listUsers, userContracts.listUsers, { as })).status
const aGroup = async (name = 'Night shift') =>
  (await bench.request(createGroup, groupContracts.createGroup, { as: ada, body: { name } })).body.data.id as string
const putInto = (id: string, who: Person) =>
  bench.request(addMember, groupContracts.addGroupMember, { as: ada, params: { id }, body: { userId: who.userId } })
const aRole = async (permissions: string[]) => {
  const body = { name: `role_${newId('asg').slice(-10)}`, displayName: 'Role', permissions }
  return (await bench.request(createRole, contracts.createRole, { as: ada, body })).body.data.id as string
}
async function aUnit() {
  const id = newId('unit')
  await own().commit(putNew(itemKey(ada.organizationId, 'UNIT', id), { id, path: [id] }, 'CONFLICT'))
  return id
}
const inlineOf = async (id: string): Promise<Assignment[]> =>
  (id.startsWith('grp_') ? await own().get(groups, id) : await own().get(users, id))?.assignments ?? []
const grant = (what: Partial<Assignment>, scope: Scope = EVERYWHERE): Assignment => ({
  id: newId('asg'),
  ...what,
  scope,
  grantedBy: ada.userId,
  createdAt: now(),
})
async function holder(...given: Assignment[]): Promise<Person> {
  const person = await bench.member(ada, { roleIds: [] })
  await own().commit(patch(users.keyOf({ id: person.userId, organizationId: ada.organizationId }), { assignments: given }))
  return person
}
async function attempts() {
  const { items } = await own().list<Record<string, unknown>>({ partitions: [denialPartition(now().slice(0, 10))], limit: 100 })
  return items.map(fromRecord).filter(({ type }) => type === 'access.escalation_attempted')
}
const code = async (reply: ReturnType<typeof assign>) => (await reply).body?.code ?? (await reply).status

describe('what somebody is given', () => {
  test('holds from their next request on, until it is taken away', async () => {
    const { status, headers, body } = await assign(read)
    const { id } = body.data
    expect([status, headers.location]).toEqual([201, `/api/v1/role-assignments/${id}`])
    expect(body.data).toMatchObject({
      subject: asUser(grace),
      permission: 'users:read',
      roleId: null,
      conditions: [],
      grantedBy: ada.userId,
    })
    expect(await sees(grace)).toBe(200)
    const shown = await bench.request(get, contracts.getRoleAssignment, { as: ada, params: { id } })
    expect([shown.body.data, shown.cost.waves]).toEqual([body.data, 1])
    expect((await takeAway(id)).status).toBe(204)
    expect([await sees(grace), await code(takeAway(id))]).toEqual([403, 'DELETED'])
    expect((await own().events(assignments, id)).map(({ type }) => type)).toEqual(['role_assignment.created', 'role_assignment.deleted'])
    expect((await own().events(users, grace.userId)).map(({ data }) => data).slice(-2)).toEqual([
      { added: ['users:read'], removed: [] },
      { added: [], removed: ['users:read'] },
    ])
  })

  test('holds where it was given, and nowhere else', async () => {
    await assign({ ...read, scope: { type: 'resource', resourceType: 'user', id: ada.userId } })
    const seen = (who: Person) => bench.request(getUser, userContracts.getUser, { as: grace, params: { id: who.userId } })
    expect([(await seen(ada)).status, (await seen(grace)).status]).toEqual([200, 403])
  })

  test('to a group holds for who is in it', async () => {
    const id = await aGroup()
    await putInto(id, grace)
    const { body } = await assign({ subject: { type: 'group', id }, roleId: await aRole(['users:read']) })
    expect(await sees(grace)).toBe(200)
    await takeAway(body.data.id)
    expect([await sees(grace), await inlineOf(id)]).toEqual([403, []])
  })

  test('to an API key is held by it, and goes with it', async () => {
    const made = await bench.request(createKey, keyContracts.createApiKey, { as: ada, body: { name: 'Import' } })
    const subject = { type: 'api_key', id: made.body.data.id }
    const { body } = await assign({ ...read, subject })
    const held = async () => (await own().get(apiKeys, subject.id))?.assignments.map(({ id }) => id)
    expect([await held(), await listed({ subjectId: subject.id })]).toMatchObject([[body.data.id], [{ id: body.data.id, subject }]])
    expect((await takeAway(body.data.id)).status).toBe(204)
    expect(await held()).toEqual([])
    const { id } = (await assign({ ...read, subject })).body.data
    await bench.request(deleteKey, keyContracts.deleteApiKey, { as: ada, params: { id: subject.id } })
    await bench.react(onHolderChanged, ...(await own().events(apiKeys, subject.id)).slice(-1))
    expect((await own().get(assignments, id))?.deletedAt).toEqual(expect.any(String))
  })

  test('is held under its conditions', async () => {
    const ip = (value: string) => ({ attribute: 'environment.ip', operator: 'in_network', value: [value] })
    await assign({ ...read, conditions: [ip('203.0.113.0/24')] })
    expect(await sees(grace)).toBe(403)
    await assign({ ...read, conditions: [ip('192.0.2.0/24')] })
    expect(await sees(grace)).toBe(200)
  })

  test('for a time ends by itself, and what stood for it goes', async () => {
    const { body } = await assign({ ...read, expiresAt: inSeconds(3_600) })
    const { id, expiresAt } = body.data
    expect(await standingDue()).toMatchObject([{ ref: id, at: expiresAt }])
    expect(await bench.react(onAssignmentDue, ...(await bench.handOutDue(expiresAt)))).toEqual([])
    expect([await inlineOf(grace.userId), (await own().get(assignments, id))?.deletedAt]).toEqual([[], expect.any(String)])
    const other = (await assign({ ...read, expiresAt: inSeconds(7_200) })).body.data.id
    await takeAway(other)
    expect(await standingDue()).toEqual([])
  })

  test('is listed by its holder, its role, and all; plain roles by their holder', async () => {
    const roleId = await aRole(['users:read'])
    const given = (await assign({ roleId })).body.data
    const plain = grant({ roleId: 'rol_basic_user' })
    const key = users.keyOf({ id: grace.userId, organizationId: ada.organizationId })
    await own().commit(patch(key, { assignments: [plain, ...(await inlineOf(grace.userId))] }))
    expect(await listed({ subjectId: grace.userId })).toMatchObject([{ id: plain.id, roleId: 'rol_basic_user' }, given])
    expect(await listed({ subjectId: grace.userId, roleId })).toEqual([given])
    expect([await listed({ roleId }), await listed()]).toEqual([[given], [given]])
    expect([await listed({ subjectId: newId('usr') }), await listed({ subjectId: newId('grp') })]).toEqual([[], []])
    const eve = await bench.founder()
    expect(await listed({ subjectId: grace.userId }, eve)).toEqual([])
  })

  test('is shown to whoever may see what is given there, and no other with it', async () => {
    const unit = await aUnit()
    const { id } = (await assign({ ...read, scope: { type: 'unit', id: unit } })).body.data
    await assign(read)
    for (const event of await own().events(assignments, id)) await bench.react(onAssignmentChanged, event)
    const lead = await holder(grant({ permission: 'role_assignments:read' }, { type: 'unit', id: unit }))
    expect((await listed({}, lead)).map((each) => each.id)).toEqual([id])
    expect((await listed({ subjectId: grace.userId }, lead)).map((each) => each.id)).toEqual([id])
  })
})

describe('what cannot be given:', () => {
  test('something that is not there, or not here', async () => {
    const eve = await bench.founder()
    const theirs = (await bench.request(createGroup, groupContracts.createGroup, { as: eve, body: { name: 'x' } })).body.data.id
    const cases: [Record<string, unknown>, string][] = [
      [{ roleId: newId('rol') }, 'ROLE_UNKNOWN'],
      [{ roleId: 'rol_technician' }, 'ROLE_UNKNOWN'],
      [{ roleId: 'rol_constructor' }, 'ROLE_UNKNOWN'],
      [{ permission: 'users:frobnicate' }, 'PERMISSION_UNKNOWN'],
      [{ permission: 'invoices:approve' }, 'PERMISSION_UNKNOWN'],
      [{ ...read, subject: asUser(eve) }, 'SUBJECT_UNKNOWN'],
      [{ ...read, subject: { type: 'group', id: theirs } }, 'SUBJECT_UNKNOWN'],
      [{ ...read, subject: { type: 'api_key', id: newId('key') } }, 'SUBJECT_UNKNOWN'],
      [{ ...read, subject: { type: 'api_key', id: grace.userId } }, 'VALIDATION_ERROR'],
      [{ ...read, scope: { type: 'unit', id: newId('unit') } }, 'SCOPE_UNKNOWN'],
      [{ ...read, scope: { type: 'group', id: theirs } }, 'SCOPE_UNKNOWN'],
      [{ ...read, scope: { type: 'resource', resourceType: 'user', id: eve.userId } }, 'SCOPE_UNKNOWN'],
      [{ ...read, subject: { type: 'group', id: grace.userId } }, 'VALIDATION_ERROR'],
      [{ ...read, roleId: 'rol_admin' }, 'VALIDATION_ERROR'],
      [{}, 'VALIDATION_ERROR'],
      [{ ...read, expiresAt: '2020-01-01T00:00:00.000Z' }, 'VALIDATION_ERROR'],
      [{ ...read, scope: { type: 'resource', resourceType: 'constructor', id: 'x' } }, '201'],
    ]
    for (const [body, expected] of cases) expect([body, String(await code(assign(body)))]).toEqual([body, expected])
    expect(await inlineOf(grace.userId)).toHaveLength(1)
  })

  test('the same twice on the same terms', async () => {
    expect([await code(assign(read)), await code(assign(read))]).toEqual([201, 'ALREADY_ASSIGNED'])
    expect(await code(assign({ ...read, expiresAt: inSeconds(60) }))).toBe(201)
  })

  test('more than 50 to one', async () => {
    const key = users.keyOf({ id: grace.userId, organizationId: ada.organizationId })
    const full = Array.from({ length: 50 }, (_, n) =>
      grant({ permission: 'users:read' }, { type: 'resource', resourceType: 'report', id: `r${n}` }),
    )
    await own().commit(patch(key, { assignments: full }))
    expect(await code(assign(read))).toBe('TOO_MANY_ASSIGNMENTS')
    const set = (roleIds: string[]) =>
      bench.request(setUserRoles, userContracts.setUserRoles, { as: ada, params: { id: grace.userId }, body: { roleIds } })
    expect((await set(['rol_report_viewer'])).body.code).toBe('TOO_MANY_ASSIGNMENTS')
  })

  test('something for a group, or a user, itself is given within one transaction', async () => {
    const id = await aGroup()
    expect(await code(assign({ ...read, subject: { type: 'group', id }, scope: { type: 'group', id } }))).toBe(201)
    expect(await code(assign({ ...read, scope: { type: 'resource', resourceType: 'user', id: grace.userId } }))).toBe(201)
    const roleId = await aRole([])
    expect(await code(assign({ roleId, scope: { type: 'resource', resourceType: 'role', id: roleId } }))).toBe(201)
  })
})

describe('nobody gives what they do not hold, nor takes it:', () => {
  const refused = async (reply: ReturnType<typeof assign>, missing: unknown) => {
    const { status, body } = await reply
    expect([status, body.code, body.details?.missing]).toEqual([403, 'FORBIDDEN', missing])
  }
  const may = (scope?: Scope) => grant({ permission: 'role_assignments:*' }, scope)

  test('by a role or a permission, to others or to themselves; and each attempt is on record', async () => {
    const clerk = await holder(may(), grant(read))
    await refused(assign({ roleId: 'rol_admin' }, clerk), expect.arrayContaining(['users:*']))
    await refused(assign({ permission: '*:*' }, clerk), ['*:*'])
    await refused(assign({ permission: 'users:*', subject: asUser(clerk) }, clerk), ['users:*'])
    await refused(assign({ roleId: await aRole(['users:delete']) }, clerk), ['users:delete'])
    expect(await code(assign(read, clerk))).toBe(201)
    const { id } = (await assign({ permission: 'users:update' })).body.data
    await refused(takeAway(id, clerk), expect.anything())
    expect(await inlineOf(grace.userId)).toHaveLength(2)
    expect(await attempts()).toHaveLength(5)
  })

  test('wider, longer, or under fewer conditions than they hold it', async () => {
    const [unit, other] = [await aUnit(), await aUnit()]
    const mfa = { attribute: 'environment.mfa', operator: 'equals' as const, value: false }
    const [here, soon] = [{ type: 'unit', id: unit } as const, inSeconds(600)]
    const clerk = await holder(
      may(),
      grant(read, here),
      grant({ permission: 'users:update', expiresAt: soon }),
      grant({ permission: 'units:read', conditions: [mfa] }),
    )
    await refused(assign(read, clerk), ['users:read'])
    await refused(assign({ ...read, scope: { type: 'unit', id: other } }, clerk), ['users:read'])
    expect(await code(assign({ ...read, scope: here }, clerk))).toBe(201)
    await refused(assign({ permission: 'users:update' }, clerk), ['users:update'])
    await refused(assign({ permission: 'users:update', expiresAt: inSeconds(700) }, clerk), ['users:update'])
    expect(
      await code(
        assign(
          { permission: 'users:update', expiresAt: soon },
          await holder(may(), grant({ permission: 'users:update', expiresAt: soon }), grant(read, here)),
        ),
      ),
    ).toBe(201)
    await refused(assign({ permission: 'units:read' }, clerk), expect.anything())
  })

  test('where they may give nothing', async () => {
    const [unit, other] = [await aUnit(), await aUnit()]
    const clerk = await holder(may({ type: 'unit', id: unit }), grant(read))
    expect(await code(assign({ ...read, scope: { type: 'unit', id: unit } }, clerk))).toBe(201)
    await refused(assign(read, clerk), 'role_assignments:create')
    await refused(assign({ ...read, scope: { type: 'unit', id: other } }, clerk), 'role_assignments:create')
    const wide = (await assign({ permission: 'users:delete' })).body.data.id
    await refused(takeAway(wide, clerk), 'role_assignments:delete')
  })

  test('to a user or a group that may do more than they', async () => {
    const clerk = await holder(may(), grant(read))
    await refused(assign({ ...read, subject: asUser(ada) }, clerk), expect.arrayContaining(['organization:*']))
    const id = await aGroup()
    await assign({ subject: { type: 'group', id }, permission: 'users:update' })
    await refused(assign({ ...read, subject: { type: 'group', id } }, clerk), ['users:update'])
  })

  test('and learns by no refusal what those hold about whom they may not know it', async () => {
    const unit = await aUnit()
    const here: Scope = { type: 'unit', id: unit }
    const clerk = await holder(may(here), grant(read, here))
    const group = await aGroup()
    await assign({ subject: { type: 'group', id: group }, permission: 'users:update' })
    for (const subject of [asUser(ada), { type: 'group', id: group }])
      await refused(assign({ ...read, scope: here, subject }, clerk), undefined)
    expect((await attempts()).length).toBe(2)
  })

  test('nor an administrator role in a session that did not prove itself lately', async () => {
    const { organizationId, sessionId: id, userId: personId } = ada
    await bench.tenant(organizationId).commit(patch(sessions.keyOf({ id, organizationId, personId }), { freshAt: inSeconds(-301) }))
    expect(await code(assign({ roleId: 'rol_admin', scope: { type: 'unit', id: await aUnit() } }))).toBe('STEP_UP_REQUIRED')
    expect(await code(assign(read))).toBe(201)
  })
})

test('the last administrator stays one, however the role was given', async () => {
  const { id } = (await assign({ roleId: 'rol_admin' })).body.data
  await assign({ roleId: 'rol_admin', subject: asUser(ada), expiresAt: inSeconds(600) })
  const set = (who: Person, roleIds: string[]) =>
    bench.request(setUserRoles, userContracts.setUserRoles, { as: ada, params: { id: who.userId }, body: { roleIds } })
  expect((await set(ada, ['rol_basic_user'])).status).toBe(200)
  expect(await code(takeAway(id, grace))).toBe('LAST_ADMIN')
})

describe('the records of what was given', () => {
  const follow = async (event = -1) =>
    expect(await bench.react(onHolderChanged, ...(await own().events(users, grace.userId)).slice(event))).toEqual([])
  const record = async (id: string) => (await own().get(assignments, id))?.deletedAt

  test('go with what is taken by giving somebody other roles', async () => {
    const plain = (await assign({ roleId: 'rol_report_viewer' })).body.data.id
    const scoped = (await assign({ roleId: 'rol_report_viewer', expiresAt: inSeconds(600) })).body.data.id
    const body = { roleIds: ['rol_request_user'] }
    await bench.request(setUserRoles, userContracts.setUserRoles, { as: ada, params: { id: grace.userId }, body })
    await follow()
    expect([await record(plain), await record(scoped)]).toEqual([expect.any(String), undefined])
    expect(await inlineOf(grace.userId)).toMatchObject([{ roleId: 'rol_request_user' }, { id: scoped }])
  })

  test('go with who is removed, and come back with them', async () => {
    const { id } = (await assign(read)).body.data
    await bench.request(removeUser, userContracts.deleteUser, { as: ada, params: { id: grace.userId } })
    await follow()
    await follow()
    expect([await record(id), await listed()]).toEqual([expect.any(String), []])
    await bench.request(restoreUser, userContracts.restoreUser, { as: ada, params: { id: grace.userId } })
    await follow()
    expect([await record(id), await listed()]).toMatchObject([undefined, [{ id }]])
  })

  test('go over to whoever accepts an invitation under an id that they have already', async () => {
    const { id } = (await assign(read)).body.data
    const joan = await holder(...(await inlineOf(grace.userId)))
    await bench.request(removeUser, userContracts.deleteUser, { as: ada, params: { id: grace.userId } })
    await bench.react(onHolderChanged, ...(await own().events(users, joan.userId)).map((event) => ({ ...event, type: 'user.joined' })))
    await follow()
    expect(await listed()).toMatchObject([{ id, subject: asUser(joan) }])
  })

  test('go with a group', async () => {
    const group = await aGroup()
    const { id } = (await assign({ ...read, subject: { type: 'group', id: group } })).body.data
    expect((await bench.request(deleteGroup, groupContracts.deleteGroup, { as: ada, params: { id: group } })).status).toBe(204)
    await bench.react(onHolderChanged, ...(await own().events(groups, group)).slice(-1))
    expect(await record(id)).toEqual(expect.any(String))
    expect((await takeAway(id)).body.code).toBe('DELETED')
  })

  test('agree with what stands with the holders, whatever 16 do at once', async () => {
    const scopes: Scope[] = [EVERYWHERE, { type: 'resource', resourceType: 'report', id: 'r' }]
    const step = fc.record({
      gives: fc.boolean(),
      who: fc.nat({ max: 2 }),
      scope: fc.nat({ max: 1 }),
      name: fc.constantFrom('users:read', 'units:read'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 16, maxLength: 16 }), async (steps) => {
        const holders = [grace.userId, (await bench.member(ada, { roleIds: [] })).userId, await aGroup(newId('grp'))]
        const before = await Promise.all(holders.map((id) => assign({ permission: 'groups:read', subject: subjectFor(id) })))
        const ids = before.flatMap(({ body }) => body.data?.id ?? [])
        const replies = await Promise.all(
          steps.map(({ gives, who, scope, name }) =>
            gives
              ? assign({ permission: name, scope: scopes[scope], subject: subjectFor(holders[who] as string) })
              : takeAway(ids[who % ids.length] as string),
          ),
        )
        expect(replies.filter(({ status }) => ![201, 204, 409, 410, 503].includes(status))).toEqual([])
        const inline = (await Promise.all(holders.map(inlineOf))).flat().map(({ id }) => id)
        const all = (await listed({ limit: '100' })).map(({ id }) => id)
        const records = await Promise.all([...ids, ...all].map((id) => own().get(assignments, id)))
        const standing = records.filter((each) => each && !each.deletedAt && holders.includes(each.subject.id)).map((each) => each?.id)
        expect(new Set(standing)).toEqual(new Set(inline))
      }),
      { numRuns: 3 },
    )
  }, 60_000)
})

const subjectFor = (id: string) => ({ type: id.startsWith('grp_') ? 'group' : 'user', id })
