import { expect, test } from '@jest/globals'
import { enrol } from './authenticator.ts'
import { anonymous, founder, freshMail, member, PASSWORD, refusal, signIn } from './journey.ts'

test('a user is changed field by field, emptied by null, and replaced as a whole', async () => {
  const ada = await founder()
  const { id } = (
    await ada.api.createUser({
      body: { email: freshMail(), firstName: 'Grace', lastName: 'Hopper', phone: '+6421123456', metadata: { badge: 7, door: 'A' } },
    })
  ).data
  const patched = (await ada.api.updateUser({ params: { id }, body: { department: 'Compilers', phone: null, metadata: { door: null } } }))
    .data
  expect(patched).toMatchObject({ department: 'Compilers', phone: null, metadata: { badge: 7 }, firstName: 'Grace', version: 2 })
  expect(patched.metadata).not.toHaveProperty('door')
  const replaced = await ada.api.replaceUser({ params: { id }, body: { email: patched.email, firstName: 'Amazing', lastName: 'Grace' } })
  expect(replaced.data).toMatchObject({ name: 'Amazing Grace', department: null, metadata: {}, version: 3 })
  expect((await ada.api.getUser({ params: { id } })).data).toEqual(replaced.data)
})

test('a change that changes nothing leaves version and history alone', async () => {
  const ada = await founder()
  const before = await ada.api.updateUser({ params: { id: ada.userId }, body: { department: 'Engines' } })
  const after = await ada.api.updateUser({ params: { id: ada.userId }, body: { department: 'Engines' } })
  expect([after.data.version, after.etag]).toEqual([before.data.version, before.etag])
})

test('a removed user is gone, their address stays taken, and they come back as they were', async () => {
  const ada = await founder()
  const grace = await member(ada)
  await ada.api.deleteUser({ params: { id: grace.userId } })
  const gone = await refusal(ada.api.getUser({ params: { id: grace.userId } }))
  expect([gone.status, gone.code]).toEqual([410, 'DELETED'])
  expect((await refusal(ada.api.updateUser({ params: { id: grace.userId }, body: { department: 'x' } }))).status).toBe(410)
  const again = { email: grace.email, firstName: 'G', lastName: 'H' }
  expect((await refusal(ada.api.createUser({ body: again }))).code).toBe('EMAIL_TAKEN')
  expect((await refusal(anonymous.login({ body: { email: grace.email, password: PASSWORD } }))).code).toBe('ACCOUNT_DISABLED')
  const back = (await ada.api.restoreUser({ params: { id: grace.userId } })).data
  expect(back).toMatchObject({ status: 'active', deletedAt: null, roles: [{ id: 'rol_basic_user' }] })
  expect((await refusal(ada.api.restoreUser({ params: { id: grace.userId } }))).code).toBe('INVALID_TRANSITION')
  expect((await refusal(grace.api.getMe())).code).toBe('INVALID_SESSION')
  await signIn(grace)
  expect((await grace.api.getMe()).data.user.id).toBe(grace.userId)
})

test('moves that make no sense are refused', async () => {
  const ada = await founder()
  const { userId: id } = await member(ada)
  const params = { id }
  expect((await refusal(ada.api.unlockUser({ params }))).code).toBe('INVALID_TRANSITION')
  expect((await refusal(ada.api.activateUser({ params }))).code).toBe('INVALID_TRANSITION')
  expect((await refusal(ada.api.inviteUser({ params }))).code).toBe('INVALID_TRANSITION')
  expect((await refusal(ada.api.withdrawInvitation({ params }))).code).toBe('INVALID_TRANSITION')
  await ada.api.lockUser({ params, body: { reason: 'x' } })
  expect((await refusal(ada.api.lockUser({ params, body: { reason: 'x' } }))).code).toBe('INVALID_TRANSITION')
})

test('the last administrator cannot be removed, demoted, locked or deactivated', async () => {
  const ada = await founder()
  const params = { id: ada.userId }
  const attempts = () => [
    ada.api.deleteUser({ params }),
    ada.api.setUserRoles({ params, body: { roleIds: ['rol_basic_user'] } }),
    ada.api.lockUser({ params, body: { reason: 'x' } }),
    ada.api.deactivateUser({ params }),
  ]
  for (const attempt of attempts()) expect((await refusal(attempt)).code).toBe('LAST_ADMIN')
  const grace = await member(ada, ['rol_admin'])
  await ada.api.lockUser({ params, body: { reason: 'Handed over' } }).catch(() => undefined)
  expect((await grace.api.getUser({ params })).data.status).toBe('locked')
  expect((await refusal(grace.api.deactivateUser({ params: { id: grace.userId } }))).code).toBe('LAST_ADMIN')
})

test('of two administrators who demote each other at the same moment, one stays', async () => {
  const ada = await founder()
  const grace = await member(ada, ['rol_admin'])
  const roleIds = ['rol_basic_user']
  await Promise.allSettled([
    ada.api.setUserRoles({ params: { id: grace.userId }, body: { roleIds } }),
    grace.api.setUserRoles({ params: { id: ada.userId }, body: { roleIds } }),
  ])
  const roles = await Promise.all([ada, grace].map(async ({ api }) => (await api.getMe()).data.user.role))
  expect(roles.sort()).toEqual(['admin', 'basic_user'])
})

test('the organization is changed by a merge patch, its short name never', async () => {
  const ada = await founder()
  const body = { name: 'Analytical Engines', contact: { phone: '+6421123456' }, settings: { sessionPolicy: { idleMinutes: 30 } } }
  const changed = await ada.api.updateOrganization({ body })
  expect(changed.data).toMatchObject({ ...body, version: 2 })
  const emptied = (await ada.api.updateOrganization({ body: { contact: null, settings: { sessionPolicy: null } } })).data
  expect(emptied).toMatchObject({ contact: null, settings: { sessionPolicy: {} }, slug: changed.data.slug })
  expect((await refusal(ada.api.updateOrganization({ body: { slug: 'other' } as object }))).details).toEqual({ slug: 'Unknown field' })
})

test('where a second factor is demanded, a session without one gets no further than /auth', async () => {
  const ada = await founder()
  const grace = await member(ada, ['rol_admin'])
  // Nobody demands of others what they have not done themselves.
  expect((await refusal(ada.api.updateOrganization({ body: { settings: { mfaRequired: true } } }))).code).toBe('MFA_REQUIRED')
  await enrol(ada)
  await ada.api.updateOrganization({ body: { settings: { mfaRequired: true } } })
  const refused = await refusal(grace.api.listUsers())
  expect([refused.status, refused.code]).toEqual([403, 'MFA_REQUIRED'])
  expect((await grace.api.getMe()).data.mfa).toMatchObject({ enabled: false, required: true })
})
