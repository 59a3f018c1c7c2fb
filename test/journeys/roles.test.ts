import { expect, test } from '@jest/globals'
import { eventually, founder, freshMail, member, refusal, type Someone } from './journey.ts'

const entries = (person: Someone, action: string, actorId: string) =>
  eventually(
    async () => (await person.api.listAuditLogs({ query: { action, actorId } })).data.items,
    (found) => found.length > 0,
  )

test('a role gives its permissions at the next request, and takes them as fast', async () => {
  const ada = await founder()
  const grace = await member(ada)
  expect((await refusal(grace.api.listUsers())).details.missing).toBe('users:read')
  await ada.api.setUserRoles({ params: { id: grace.userId }, body: { roleIds: ['rol_admin'] } })
  expect((await grace.api.listUsers()).status).toBe(200)
  expect((await grace.api.getMe()).data.user.role).toBe('admin')
  await ada.api.setUserRoles({ params: { id: grace.userId }, body: { roleIds: ['rol_report_viewer', 'rol_basic_user'] } })
  expect((await refusal(grace.api.listUsers())).code).toBe('FORBIDDEN')
  expect((await grace.api.getMe()).data.permissions).toEqual(['alerts:read', 'dashboard:read', 'reports:read'])
})

test('nobody hands out what they do not hold, and the attempt is on record', async () => {
  const ada = await founder('mss_provider')
  const manager = await member(ada, ['rol_account_manager'])
  const body = { email: freshMail(), firstName: 'Eve', lastName: 'Other', roleIds: ['rol_super_admin'] }
  const refused = await refusal(manager.api.createUser({ body }))
  expect([refused.status, refused.code, refused.details.missing]).toEqual([403, 'FORBIDDEN', ['*:*']])
  const [entry] = await entries(ada, 'access.escalation_attempted', manager.userId)
  expect(entry).toMatchObject({ success: false, actor: { id: manager.userId, kind: 'member' }, details: { missing: ['*:*'] } })
  expect(entry?.errorMessage).toContain('*:*')
})

test('nobody changes the address of somebody mightier, whose password they could then reset', async () => {
  const ada = await founder('mss_provider')
  const manager = await member(ada, ['rol_account_manager'])
  const refused = await refusal(manager.api.updateUser({ params: { id: ada.userId }, body: { email: freshMail('eve') } }))
  expect([refused.status, refused.code]).toEqual([403, 'FORBIDDEN'])
  expect((await ada.api.getMe()).data.user.email).toBe(ada.email)
})

test('roles that do not exist, or are for another type of organization, are refused', async () => {
  const ada = await founder()
  for (const roleId of ['rol_nonsense', 'rol_super_admin', 'rol_technician']) {
    const refused = await refusal(ada.api.setUserRoles({ params: { id: ada.userId }, body: { roleIds: [roleId, 'rol_admin'] } }))
    expect([refused.status, refused.code]).toEqual([400, 'ROLE_UNKNOWN'])
  }
})

test('a denial is on record, once for each actor, endpoint and minute', async () => {
  const ada = await founder()
  const grace = await member(ada)
  for (let n = 0; n < 3; n++) await refusal(grace.api.getOrganization())
  const denials = await entries(ada, 'access.denied', grace.userId)
  expect(denials[0]).toMatchObject({ success: false, details: { route: 'GET /api/v1/organization', missing: 'organization:read' } })
  expect(denials.length).toBeLessThanOrEqual(2)
})

test('roles and permissions of a user are listed with who gave them', async () => {
  const ada = await founder()
  const grace = await member(ada, ['rol_report_viewer', 'rol_request_user'])
  const params = { id: grace.userId }
  const roles = (await ada.api.listUserRoles({ params })).data.items
  expect(roles.map(({ id, grantedBy }) => [id, grantedBy])).toEqual([
    ['rol_report_viewer', ada.userId],
    ['rol_request_user', ada.userId],
  ])
  expect((await ada.api.listUserPermissions({ params })).data.items).toEqual([
    'alerts:read',
    'interventions:create',
    'interventions:read',
    'reports:read',
  ])
})

test('users are found by role', async () => {
  const ada = await founder()
  const grace = await member(ada, ['rol_report_viewer'])
  await eventually(
    async () => (await ada.api.listUsers({ query: { roleId: 'rol_report_viewer' } })).data.items.map(({ id }) => id),
    (ids) => ids.join() === grace.userId,
  )
  await ada.api.setUserRoles({ params: { id: grace.userId }, body: { roleIds: [] } })
  await eventually(
    async () => (await ada.api.listUsers({ query: { roleId: 'rol_report_viewer' } })).data.items,
    (items) => items.length === 0,
  )
})
