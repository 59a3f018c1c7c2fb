import { beforeAll, describe, expect, test } from '@jest/globals'
import { clientOf, customerOf, founder, freshMail, member, PASSWORD, raw, refusal, type Someone } from './journey.ts'

/** What somebody would try who wants to do more, or to know more, than they may; over HTTP, on the product as it runs. */

type Body<M extends 'createRoleAssignment' | 'createUnit' | 'createGroup'> = NonNullable<Parameters<Someone['api'][M]>[0]>['body']
type Given = Body<'createRoleAssignment'>
type Scope = Given['scope']
type Conditions = NonNullable<Given['conditions']>

const EVERYWHERE: Scope = { type: 'organization' }
const hence = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString()
const asUser = ({ userId: id }: Someone) => ({ type: 'user' as const, id })
const give = (by: Someone, subject: Given['subject'], permission: string, scope: Scope = EVERYWHERE, more: Partial<Given> = {}) =>
  by.api.createRoleAssignment({ body: { subject, permission, scope, ...more } })
const code = async (call: Promise<unknown>) => (await refusal(call)).code
/** The code of a refusal, or the status. */
const said = (call: Promise<{ status: number }>): Promise<string | number> =>
  call.then(
    ({ status }) => status,
    (error: { code?: string }) => error.code ?? 0,
  )

let serial = 0
const unit = async (by: Someone, parentId?: string) =>
  (await by.api.createUnit({ body: { name: `Unit ${serial++}`, ownerId: by.userId, ...(parentId ? { parentId } : {}) } })).data.id
const group = async (by: Someone, parentId?: string) =>
  (await by.api.createGroup({ body: { name: `Group ${serial++}`, ...(parentId ? { parentId } : {}) } })).data.id
const role = async (by: Someone, permissions: string[]) =>
  (await by.api.createRole({ body: { name: `role_${serial++}`, displayName: 'Role', permissions } })).data.id

/** A member who holds nothing but this. */
async function holder(of: Someone, ...held: [permission: string, scope?: Scope, conditions?: Conditions][]): Promise<Someone> {
  const person = await member(of, [])
  for (const [permission, scope = EVERYWHERE, conditions = []] of held)
    await give(of, asUser(person), permission, scope, conditions.length > 0 ? { conditions } : {})
  return person
}

/** An API key as it acts. */
async function keyOf(maker: Someone, body: { permissions: string[]; expiresAt?: string }): Promise<Someone> {
  await maker.api.stepUp({ body: { password: PASSWORD } })
  const { data } = await maker.api.createApiKey({ body: { name: 'Import', ...body } })
  const { accessToken } = (await maker.api.exchangeKey({ body: { apiKey: data.secret } })).data
  const key: Someone = { ...maker, userId: data.id, tokens: { accessToken, idToken: '', refreshToken: '' } }
  key.api = clientOf(key)
  return key
}

let ada: Someone
beforeAll(async () => {
  ada = await founder()
})

describe('nobody comes to more', () => {
  test('by saying of themselves that they are of another department', async () => {
    const here = await unit(ada)
    const staff = await group(ada)
    const conditions: Conditions = [{ attribute: 'subject.department', operator: 'equals', value: 'Finance' }]
    await give(ada, { type: 'group', id: staff }, 'audit:read', EVERYWHERE, { conditions })
    const eve = await holder(ada, ['users:update', { type: 'unit', id: here }])
    await ada.api.moveUser({ params: { id: eve.userId }, body: { unitId: here } })
    await ada.api.addGroupMember({ params: { id: staff }, body: { userId: eve.userId } })
    const refused = await refusal(eve.api.updateUser({ params: { id: eve.userId }, body: { department: 'Finance' } }))
    expect([refused.code, refused.details.missing]).toEqual(['FORBIDDEN', ['audit:read']])
    expect(await code(eve.api.listAuditLogs())).toBe('FORBIDDEN')
    await ada.api.updateUser({ params: { id: eve.userId }, body: { department: 'Finance' } })
    expect(await said(eve.api.listAuditLogs())).toBe(200)
  })

  test('by being given what somebody else holds for being who they are', async () => {
    const [sales, people] = [await unit(ada), await unit(ada)]
    const conditions: Conditions = [{ attribute: 'resource.unitId', operator: 'equals', value: { attribute: 'subject.unitId' } }]
    const giver = await holder(ada, ['users:read', EVERYWHERE, conditions], ['role_assignments:create'])
    const [bob, victim] = [await member(ada, []), await member(ada, [])]
    for (const [who, unitId] of [
      [giver, sales],
      [bob, people],
      [victim, people],
    ] as const)
      await ada.api.moveUser({ params: { id: who.userId }, body: { unitId } })
    expect(await code(give(giver, asUser(bob), 'users:read', EVERYWHERE, { conditions }))).toBe('FORBIDDEN')
    expect(await code(bob.api.getUser({ params: { id: victim.userId } }))).toBe('FORBIDDEN')
  })

  test('by saying of a registered thing that it is theirs, small, or elsewhere', async () => {
    await ada.api.createResourceType({ body: { type: 'invoice', displayName: 'Invoice', actions: [{ name: 'approve' }] } })
    const [here, there] = [await unit(ada), await unit(ada)]
    const body = { type: 'invoice', key: 'INV-1', unitId: here, ownerId: ada.userId, attributes: { amount: 5_000 } }
    const { id } = (await ada.api.createResource({ body })).data
    const eve = await holder(
      ada,
      ['resources:*'],
      ['invoice:approve', { type: 'unit', id: there }],
      ['invoice:approve', EVERYWHERE, [{ attribute: 'resource.ownerId', operator: 'equals', value: { attribute: 'subject.id' } }]],
      ['invoice:approve', EVERYWHERE, [{ attribute: 'resource.amount', operator: 'at_most', value: 100 }]],
    )
    const claims = [{ ownerId: eve.userId }, { attributes: { amount: 1 } }, { unitId: there }]
    for (const claim of claims) expect(await code(eve.api.updateResource({ params: { id }, body: claim }))).toBe('FORBIDDEN')
    await eve.api.deleteResource({ params: { id } })
    for (const claim of claims) expect(await code(eve.api.createResource({ body: { ...body, ...claim } }))).toBe('FORBIDDEN')
    expect(await said(eve.api.createResource({ body }))).toBe(201)
  })

  test('over a user by putting them into a group in which they may do more', async () => {
    const id = await group(ada)
    const keeper = await holder(ada, ['groups:update'], ['users:update'], ['users:delete', { type: 'group', id }])
    const victim = await member(ada, [])
    expect(await code(keeper.api.addGroupMember({ params: { id }, body: { userId: victim.userId } }))).toBe('FORBIDDEN')
    expect(await code(keeper.api.deleteUser({ params: { id: victim.userId } }))).toBe('FORBIDDEN')
  })

  test('for longer, by a key whose time ends', async () => {
    const own = await founder()
    await own.api.updateOrganization({ body: { settings: { apiKeysFollowMaker: false } } })
    const key = await keyOf(own, { permissions: ['dashboard:read'], expiresAt: hence(3_600) })
    for (const permission of ['role_assignments:create', 'groups:read']) await give(own, { type: 'api_key', id: key.userId }, permission)
    const bob = await member(own, [])
    expect(await code(give(key, asUser(bob), 'groups:read'))).toBe('FORBIDDEN')
    expect(await said(give(key, asUser(bob), 'groups:read', EVERYWHERE, { expiresAt: hence(60) }))).toBe(201)
  })

  test('in a part of the organization, be it by a role, a condition, a single thing or a later end', async () => {
    const here: Scope = { type: 'unit', id: await unit(ada) }
    const soon = hence(600)
    const deputy = await holder(ada, ['users:read', here], ['role_assignments:*', here])
    await give(ada, asUser(deputy), 'units:read', here, { expiresAt: soon })
    const self = asUser(deputy)
    const inHere: Conditions = [{ attribute: 'resource.unitId', operator: 'equals', value: 'id' in here ? here.id : '' }]
    const attempts = [
      deputy.api.createRoleAssignment({ body: { subject: self, roleId: 'rol_admin', scope: here } }),
      give(deputy, self, 'users:*', here),
      give(deputy, self, 'users:read'),
      give(deputy, self, 'users:read', EVERYWHERE, { conditions: inHere }),
      give(deputy, self, 'users:read', { type: 'resource', resourceType: 'user', id: ada.userId }),
      give(deputy, self, 'units:read', here),
      give(deputy, self, 'units:read', here, { expiresAt: hence(3_600) }),
    ]
    expect(await Promise.all(attempts.map(said))).toEqual(attempts.map(() => 'FORBIDDEN'))
    expect(await said(give(deputy, asUser(await member(ada, [])), 'users:read', here))).toBe(201)
  })

  test('by what they asked for themselves, or by somebody who does not hold it; and by ten approvals, once', async () => {
    const asker = await holder(ada, ['role_assignments:*'])
    const clerk = await holder(ada, ['role_assignments:*'])
    const { id } = (await asker.api.createAccessRequest({ body: { permission: 'units:read', reason: 'Night shift' } })).data
    const approve = (by: Someone) => said(by.api.approveAccessRequest({ params: { id }, body: {} }))
    expect([await approve(asker), await approve(clerk)]).toEqual(['FORBIDDEN', 'FORBIDDEN'])
    const all = await Promise.all(Array.from({ length: 10 }, () => approve(ada)))
    expect(all.filter((each) => each === 200)).toHaveLength(1)
    const held = (await ada.api.listRoleAssignments({ query: { subjectId: asker.userId } })).data.items
    expect(held.filter(({ permission }) => permission === 'units:read')).toHaveLength(1)
  })

  test('as a guest: who is let in fully hands out nothing, and is out once their provider does not send them', async () => {
    const provider = await founder('mss_provider')
    const customer = await customerOf(provider)
    await customer.api.stepUp({ body: { password: PASSWORD } })
    const technician = await member(provider, ['rol_technician'])
    const allowedServices = ['units', 'users', 'access', 'groups', 'keys', 'organizations', 'technicians', 'access-requests']
    const body = { technicianId: technician.userId, accessLevel: 'full' as const, allowedServices }
    await customer.api.grantTechnicianAccess({ body })
    const there = async (method: string, path: string, sent?: object) => {
      const headers = { 'x-organization-id': customer.organizationId, 'content-type': 'application/json' }
      return (await raw(`/api/v1${path}`, { person: technician, method, headers, ...(sent ? { body: JSON.stringify(sent) } : {}) })).status
    }
    expect(await there('GET', '/units')).toBe(200)
    const tried = [
      there('POST', '/role-assignments', { subject: asUser(customer), permission: 'units:read', scope: EVERYWHERE }),
      there('POST', '/users', { email: freshMail(), firstName: 'Eve', lastName: 'Other' }),
      there('POST', '/roles', { name: 'mine', displayName: 'Mine', permissions: ['units:read'] }),
      there('POST', '/groups', { name: 'Mine' }),
      there('POST', '/api-keys', { name: 'Mine', permissions: ['units:read'] }),
      there('POST', '/technician-access', body),
      there('PATCH', '/organization', { settings: { apiKeysFollowMaker: false } }),
      there('POST', '/access/requests', { permission: 'users:create', reason: 'Please' }),
    ]
    expect(await Promise.all(tried)).toEqual(tried.map(() => 403))
    await provider.api.setUserRoles({ params: { id: technician.userId }, body: { roleIds: [] } })
    expect(await there('GET', '/units')).toBe(403)
  })

  test('at a customer, by what its provider lets them do at home', async () => {
    const provider = await founder('mss_provider')
    const customer = await customerOf(provider)
    await customer.api.createResourceType({ body: { type: 'invoice', displayName: 'Invoice', actions: [{ name: 'approve' }] } })
    const roleIds = [await role(customer, ['invoice:approve'])]
    const clerk = await member(provider, [await role(provider, ['organizations:create_users', 'roles:create'])])
    const body = { email: freshMail(), firstName: 'Eve', lastName: 'Other', roleIds }
    expect(await code(clerk.api.createOrganizationUser({ params: { id: customer.organizationId }, body }))).toBe('FORBIDDEN')
  })
})

describe('an API key', () => {
  test('does nothing that its maker could not, from the moment on that they cannot, and asks for nothing', async () => {
    const maker = await holder(ada, ['api_keys:*'], ['units:read'], ['groups:read'])
    const key = await keyOf(maker, { permissions: ['units:read', 'groups:read'] })
    await give(ada, { type: 'api_key', id: key.userId }, 'audit:read')
    expect([await said(key.api.listGroups()), await said(key.api.listAuditLogs())]).toEqual([200, 'FORBIDDEN'])
    expect(await code(key.api.createAccessRequest({ body: { permission: 'users:read', reason: 'Please' } }))).toBe('FORBIDDEN')
    const held = (await ada.api.listRoleAssignments({ query: { subjectId: maker.userId } })).data.items
    const id = held.find(({ permission }) => permission === 'groups:read')?.id ?? ''
    await ada.api.deleteRoleAssignment({ params: { id } })
    expect([await said(key.api.listGroups()), await said(key.api.listUnits())]).toEqual(['FORBIDDEN', 200])
  })
})

describe('what is taken away is gone at the next request:', () => {
  test('with a role, be there another by its name; with a group that is moved; with a unit that is moved', async () => {
    const name = `role_${serial++}`
    const made = async () => (await ada.api.createRole({ body: { name, displayName: 'Role', permissions: ['units:read'] } })).data.id
    const [top, below] = [await group(ada), await group(ada)]
    const id = await made()
    const bob = await member(ada, [id])
    const sees = () => said(bob.api.listUnits())
    const seen = [await sees()]
    await ada.api.setRolePermissions({ params: { id }, body: { permissions: [] } })
    seen.push(await sees())
    await ada.api.setRolePermissions({ params: { id }, body: { permissions: ['units:read'] } })
    seen.push(await sees())
    await ada.api.deleteRole({ params: { id } })
    await made()
    seen.push(await sees())
    await give(ada, { type: 'group', id: top }, 'units:read')
    await ada.api.addGroupMember({ params: { id: below }, body: { userId: bob.userId } })
    for (const newParentId of [top, null]) {
      await ada.api.moveGroup({ params: { id: below }, body: { newParentId } })
      seen.push(await sees())
    }
    expect(seen).toEqual([200, 'FORBIDDEN', 200, 'FORBIDDEN', 200, 'FORBIDDEN'])
    const [here, there] = [await unit(ada), await unit(ada)]
    const inner = await unit(ada, here)
    await give(ada, asUser(bob), 'units:read', { type: 'unit', id: here })
    const reads = () => said(bob.api.getUnit({ params: { id: inner } }))
    const before = await reads()
    await ada.api.moveUnit({ params: { id: inner }, body: { newParentId: there } })
    expect([before, await reads()]).toEqual([200, 'FORBIDDEN'])
  })
})

describe('nobody learns', () => {
  test('by a refusal what somebody holds whom they may not ask about', async () => {
    const here: Scope = { type: 'unit', id: await unit(ada) }
    const deputy = await holder(ada, ['units:read', here], ['role_assignments:*', here])
    const carol = await holder(ada, ['audit:read'])
    const secret = await group(ada)
    await give(ada, { type: 'group', id: secret }, 'audit:read')
    const key = await keyOf(ada, { permissions: ['audit:read'] })
    for (const subject of [asUser(carol), { type: 'group' as const, id: secret }, { type: 'api_key' as const, id: key.userId }]) {
      const refused = await refusal(give(deputy, subject, 'units:read', here))
      expect([refused.code, refused.details, refused.message]).toEqual(['FORBIDDEN', {}, expect.not.stringContaining('audit')])
    }
    expect(await code(deputy.api.evaluateAccess({ body: { userId: carol.userId, permission: 'audit:read' } }))).toBe('NOT_FOUND')
    expect((await deputy.api.whoCan({ body: { permission: 'audit:read' } })).data.items).toEqual([])
  })

  test('by the cursor of another, or by who is in what, of units and groups that they may not see', async () => {
    const own = await founder()
    const [first, mine] = [await unit(own), await unit(own)]
    const hidden = await group(own)
    const eve = await holder(own, ['units:read', { type: 'unit', id: mine }], ['users:read', { type: 'unit', id: mine }])
    await own.api.moveUser({ params: { id: eve.userId }, body: { unitId: mine } })
    await own.api.addGroupMember({ params: { id: hidden }, body: { userId: eve.userId } })
    const { items, nextCursor } = (await own.api.listUnits({ query: { limit: 1 } })).data
    expect([items.map(({ id }) => id), typeof nextCursor]).toEqual([[first], 'string'])
    const behind = (await eve.api.listUnits({ query: { limit: 1, cursor: nextCursor ?? '' } })).data.items
    expect(behind.map(({ id }) => id)).not.toContain(first)
    expect((await eve.api.listUserGroups({ params: { id: eve.userId } })).data.items).toEqual([])
    expect((await own.api.listUserGroups({ params: { id: eve.userId } })).data.items).toMatchObject([{ id: hidden }])
  })
})

describe('no input is too much:', () => {
  test('names of permissions and of things that no key of the table could hold', async () => {
    const post = async (path: string, body: object) => {
      const headers = { 'content-type': 'application/json' }
      return (await raw(`/api/v1${path}`, { method: 'POST', person: ada, headers, body: JSON.stringify(body) })).status
    }
    const permission = `a:${'b'.repeat(2_500)}`
    const tried = [
      post('/access/requests', { permission, reason: 'Please' }),
      post('/roles', { name: 'long', displayName: 'Long', permissions: [permission] }),
      post('/role-assignments', { subject: asUser(ada), permission, scope: EVERYWHERE }),
      post('/api-keys', { name: 'Long', permissions: [permission] }),
    ]
    expect(await Promise.all(tried)).toEqual(tried.map(() => 400))
    const bob = await member(ada, [])
    for (const id of ['\u0001'.repeat(128), '語'.repeat(128)]) {
      const body = { permission: `a:${'b'.repeat(98)}`, resource: { type: 'x'.repeat(50), id }, reason: 'Please' }
      expect(await said(bob.api.createAccessRequest({ body }))).toBe(201)
      expect(await said(bob.api.createAccessRequest({ body }))).toBe('ALREADY_ASKED')
    }
  })

  test('bodies nested deeper than a stack, and values of another kind', async () => {
    const deep = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    const paths = [
      'access/evaluate',
      'access/who-can',
      'access/preview',
      'role-assignments',
      'access/requests',
      'groups',
      'access/resources',
    ]
    const headers = { 'content-type': 'application/json' }
    for (const path of paths)
      for (const body of [deep, '[]', 'null', '"x"', '{"__proto__":{"x":1}}'])
        expect([path, (await raw(`/api/v1/${path}`, { method: 'POST', person: ada, headers, body })).status]).toEqual([path, 400])
  })
})
