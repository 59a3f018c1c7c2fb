import { beforeEach, describe, expect, test } from '@jest/globals'
import { fromRecord } from '../../shared/event.ts'
import { denialPartition, tallyKey } from '../../shared/store/keys.ts'
import { put } from '../../shared/store/writes.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import * as userContracts from '../users/contract.ts'
import { handler as listUsers } from '../users/list-users.ts'
import { handler as setUserRoles } from '../users/set-user-roles.ts'
import * as contracts from './contract.ts'
import { handler as createPermission } from './create-permission.ts'
import { handler as create } from './create-role.ts'
import { handler as remove } from './delete-role.ts'
import { handler as get } from './get-role.ts'
import { handler as listPermissions } from './list-permissions.ts'
import { handler as history } from './list-role-history.ts'
import { handler as list } from './list-roles.ts'
import { handler as onRoleChanged } from './on-role-changed.ts'
import { roles } from './role.ts'
import { handler as setPermissions } from './set-role-permissions.ts'
import { handler as update } from './update-role.ts'

const bench = workbench()
let ada: Person
beforeEach(async () => {
  ada = await bench.founder()
})

let serial = 0
const aName = () => `scribe_${serial++}`
const make = (permissions: string[], { as = ada, ...more }: { as?: Person; name?: string; displayName?: string } = {}) =>
  bench.request(create, contracts.createRole, { as, body: { name: aName(), displayName: 'Scribe', permissions, ...more } })
const set = (id: string, permissions: string[], as = ada) =>
  bench.request(setPermissions, contracts.setRolePermissions, { as, params: { id }, body: { permissions } })
const read = (id: string, as = ada) => bench.request(get, contracts.getRole, { as, params: { id } })
const change = (id: string, body: object) => bench.request(update, contracts.updateRole, { as: ada, params: { id }, body })
const drop = (id: string, as = ada) => bench.request(remove, contracts.deleteRole, { as, params: { id } })
const define = (name: string, as = ada) =>
  bench.request(createPermission, contracts.createPermission, { as, body: { name, description: 'Theirs.' } })
const give = (to: Person, ...roleIds: string[]) =>
  bench.request(setUserRoles, userContracts.setUserRoles, { as: ada, params: { id: to.userId }, body: { roleIds } })

/** Who may do what a role gives, and no more. */
async function holderOf(...permissions: string[]): Promise<Person> {
  const { body } = await make(permissions)
  const holder = await bench.member(ada, { roleIds: [] })
  expect((await give(holder, body.data.id)).status).toBe(200)
  return holder
}

async function attempts(): Promise<unknown[]> {
  const { items } = await bench
    .tenant(ada.organizationId)
    .list<Record<string, unknown>>({ partitions: [denialPartition(new Date().toISOString().slice(0, 10))], limit: 100 })
  return items.map(fromRecord).filter(({ type }) => type === 'access.escalation_attempted')
}

describe('a role of the organization’s own', () => {
  test('is made, read, changed and removed, and each of it is told', async () => {
    const { status, headers, body } = await make(['users:read', 'roles:*', 'users:read'])
    const { id } = body.data
    expect([status, headers.location]).toEqual([201, `/api/v1/roles/${id}`])
    expect(body.data).toMatchObject({ isSystem: false, description: '', permissions: ['roles:*', 'users:read'], version: 1 })
    expect((await change(id, { description: 'Writes.', displayName: 'Writer' })).body.data).toMatchObject({ displayName: 'Writer' })
    expect((await set(id, ['users:read'])).body.data).toMatchObject({ permissions: ['users:read'], version: 3 })
    const { headers: read3, cost } = await read(id)
    expect([read3.etag, cost.waves]).toEqual(['"3"', 1])
    expect([(await drop(id)).status, (await read(id)).status]).toEqual([204, 410])
    const told = await bench.request(history, contracts.listRoleHistory, { as: ada, params: { id } })
    expect(told.body.data.map(({ type }: { type: string }) => type)).toEqual([
      'role.deleted',
      'role.permissions_changed',
      'role.updated',
      'role.created',
    ])
  })

  test('is called as no other is, nor as one of the system', async () => {
    expect((await make([], { name: 'twice' })).status).toBe(201)
    expect((await make([], { name: 'twice' })).body.code).toBe('NAME_TAKEN')
    expect((await make([], { name: 'super_admin' })).body.code).toBe('NAME_TAKEN')
    for (const name of ['Upper', '1st', 'with space', '', 'ünïcode', 'a'.repeat(51)])
      expect((await make([], { name })).body.code).toBe('VALIDATION_ERROR')
    for (const name of ['constructor', '__proto__'.slice(2), 'x'.repeat(50)])
      expect([201, 400]).toContain((await make([], { name })).status)
  })

  test('gives what it permits, from the next request on, until it is removed', async () => {
    const grace = await holderOf('users:read')
    const seen = async () => (await bench.request(listUsers, userContracts.listUsers, { as: grace })).status
    expect(await seen()).toBe(200)
    const [{ id } = { id: '' }] = (await bench.request(list, contracts.listRoles, { as: ada })).body.data.slice(-1)
    await set(id, ['roles:read'])
    expect(await seen()).toBe(403)
    await set(id, ['users:*'])
    expect(await seen()).toBe(200)
    await drop(id)
    expect(await seen()).toBe(403)
    // What is left of it stands in nobody's way.
    expect((await give(grace, 'rol_report_viewer')).body.data.roles).toMatchObject([{ id: 'rol_report_viewer' }])
  })

  test('gives no permission that does not exist', async () => {
    for (const name of ['users:frobnicate', 'user:read', 'invoices:approve', '*:frobnicate', 'nothing:*', 'constructor:valueof'])
      expect([name, (await make([name])).body.code]).toEqual([name, 'PERMISSION_UNKNOWN'])
    expect((await make(['users:read', 'invoices:approve'])).body.error).toContain('invoices:approve')
    expect((await make(['*:*:*'])).body.code).toBe('VALIDATION_ERROR')
    const { id } = (await make(['users:read'])).body.data
    expect((await set(id, ['users:read', 'invoices:approve'])).body.code).toBe('PERMISSION_UNKNOWN')
  })

  test('is one of 1,000 at most, of which removed ones are none', async () => {
    const key = tallyKey(ada.organizationId, 'ROLES')
    const { id } = (await make([])).body.data
    await bench.tenant(ada.organizationId).commit(put(key, { count: 1_000 }))
    expect((await make([])).body.code).toBe('TOO_MANY_ROLES')
    await drop(id)
    expect((await make([])).status).toBe(201)
  })

  test('is found by the words of its name', async () => {
    const { id } = (await make([], { name: 'night_shift', displayName: 'Watch keeper' })).body.data
    await bench.react(onRoleChanged, ...(await bench.tenant(ada.organizationId).events(roles, id)))
    for (const q of ['keep', 'shift'])
      expect((await bench.request(list, contracts.listRoles, { as: ada, query: { q } })).body.data).toMatchObject([{ id }])
  })

  test('changes for one who read it last, and not for one who did not', async () => {
    const { id } = (await make([])).body.data
    const ifMatch = { 'if-match': '"1"' }
    const body = { permissions: ['users:read'] }
    const replies = await Promise.all(
      Array.from({ length: 4 }, () =>
        bench.request(setPermissions, contracts.setRolePermissions, { as: ada, params: { id }, body, headers: ifMatch }),
      ),
    )
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412])
  })
})

describe('a role of the system', () => {
  test('is read like any other, where it can be given', async () => {
    expect((await read('rol_admin')).body.data).toMatchObject({ name: 'admin', isSystem: true })
    expect((await read('rol_technician')).body.code).toBe('NOT_FOUND')
    expect((await read('rol_constructor')).body.code).toBe('NOT_FOUND')
  })

  test('is changed by nobody', async () => {
    const replies = [await change('rol_admin', { displayName: 'Boss' }), await set('rol_basic_user', ['users:*']), await drop('rol_admin')]
    expect(replies.map(({ body }) => body.code)).toEqual(['SYSTEM_ROLE', 'SYSTEM_ROLE', 'SYSTEM_ROLE'])
    const basic = await bench.member(ada)
    expect((await drop('rol_admin', basic)).body.code).toBe('FORBIDDEN')
  })
})

describe('the list of roles', () => {
  test.each([1, 3, 4, 5, 100])('has those of the system first, then its own, each once, by pages of %d', async (limit) => {
    const own = [(await make([])).body.data.id, (await make([])).body.data.id]
    const seen: string[] = []
    for (let cursor: string | undefined; ; ) {
      const query = { limit: String(limit), ...(cursor ? { cursor } : {}) }
      const { status, body } = await bench.request(list, contracts.listRoles, { as: ada, query })
      expect([status, body.data.length <= limit]).toEqual([200, true])
      seen.push(...body.data.map(({ id }: { id: string }) => id))
      if (!body.meta.nextCursor) break
      cursor = body.meta.nextCursor
    }
    expect(seen.slice(-2)).toEqual(own)
    expect(seen.slice(0, -2).every((id) => !/^rol_[0-9a-z]{26}$/.test(id))).toBe(true)
    expect(new Set(seen).size).toBe(seen.length)
  })
})

describe('nobody gives by a role what they do not hold themselves, nor takes it:', () => {
  const refused = async (reply: ReturnType<typeof make>, missing: string[]) => {
    const { status, body } = await reply
    expect([status, body.code, body.details?.missing]).toEqual([403, 'FORBIDDEN', missing])
  }

  test('by making one, adding to one, taking from one, or removing one; and each attempt is on record', async () => {
    const clerk = await holderOf('roles:*', 'users:read')
    const { id } = (await make(['users:read', 'units:delete'])).body.data
    await refused(make(['users:read', 'users:delete'], { as: clerk }), ['users:delete'])
    await refused(make(['*:*'], { as: clerk }), ['*:*'])
    await refused(set(id, ['users:read', 'units:delete', 'users:*'], clerk), ['users:*'])
    await refused(set(id, ['users:read'], clerk), ['units:delete'])
    await refused(drop(id, clerk), ['units:delete'])
    expect((await read(id)).body.data).toMatchObject({ permissions: ['units:delete', 'users:read'], version: 1 })
    expect((await attempts()).length).toBe(5)
    expect((await set(id, ['roles:read', 'units:delete', 'users:read'], clerk)).status).toBe(200)
  })

  test('nor by widening the role that they hold', async () => {
    const { id } = (await make(['roles:*'])).body.data
    const clerk = await bench.member(ada, { roleIds: [] })
    await give(clerk, id)
    await refused(set(id, ['roles:*', 'users:read'], clerk), ['users:read'])
    await refused(set(id, ['*:*'], clerk), ['*:*'])
  })

  test('and another organization’s role is not there', async () => {
    const { id } = (await make(['users:read'])).body.data
    const eve = await bench.founder()
    expect([(await set(id, [], eve)).body.code, (await drop(id, eve)).body.code]).toEqual(['NOT_FOUND', 'NOT_FOUND'])
    expect((await read(id)).body.data.version).toBe(1)
  })
})

describe('a permission of the organization’s own', () => {
  const names = async (query = {}) =>
    (await bench.request(listPermissions, contracts.listPermissions, { as: ada, query: { limit: '100', ...query } })).body.data as {
      name: string
      description: string
    }[]

  test('is listed behind those of the product, which say what they are for', async () => {
    const { status, body } = await define('invoices:approve')
    expect([status, body.data]).toMatchObject([201, { category: 'invoices', isSystem: false, id: expect.stringMatching(/^prm_/) }])
    const all = await names()
    expect(all.at(-1)).toMatchObject({ name: 'invoices:approve' })
    expect(all).toContainEqual(expect.objectContaining({ name: 'roles:read', description: 'See the roles and what they permit.' }))
  })

  test('is named once, and as nothing of the product', async () => {
    expect((await define('invoices:approve')).status).toBe(201)
    for (const name of ['invoices:approve', 'users:approve', 'reports:read', 'webhooks:test'])
      expect([name, (await define(name)).body.code]).toEqual([name, 'NAME_TAKEN'])
    for (const name of ['invoices:*', '*:*', 'invoices', 'Invoices:approve', 'in voices:x', `${'x'.repeat(99)}:y`])
      expect([name, (await define(name)).body.code]).toEqual([name, 'VALIDATION_ERROR'])
  })

  test('is for roles from then on, alone or with all of its resource', async () => {
    await define('invoices:approve')
    expect((await make(['invoices:approve', 'invoices:*'])).status).toBe(201)
    expect((await make(['invoices:delete'])).body.code).toBe('PERMISSION_UNKNOWN')
  })

  test('is handed out by whoever may define them, and by nobody else who does not hold it', async () => {
    await define('invoices:approve')
    const clerk = await holderOf('roles:update', 'roles:delete')
    const { id } = (await make(['invoices:approve'])).body.data
    expect((await set(id, [], clerk)).body.details.missing).toEqual(['invoices:approve'])
    const holder = await bench.member(ada, { roleIds: [] })
    await give(holder, id)
    // Whoever holds it is nobody mightier than an administrator.
    expect((await give(holder)).status).toBe(200)
  })

  test('of one organization is nothing in another', async () => {
    await define('invoices:approve')
    const eve = await bench.founder()
    expect((await make(['invoices:approve'], { as: eve })).body.code).toBe('PERMISSION_UNKNOWN')
  })
})
