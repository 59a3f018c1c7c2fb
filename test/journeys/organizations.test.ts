import { randomBytes } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { decodeJwt } from 'jose'
import { enrol, signInWith } from './authenticator.ts'
import {
  anonymous,
  clientOf,
  elsewhere,
  eventually,
  founder,
  freshMail,
  mailTo,
  member,
  PASSWORD,
  refusal,
  type Someone,
  signIn,
  tokenIn,
} from './journey.ts'

/** One person in many organizations. */

const names = { firstName: 'Grace', lastName: 'Hopper' }
const unique = () => randomBytes(4).toString('hex')
const at = (organizationId: string) => ({ headers: { 'x-organization-id': organizationId } })
const here = (someone: Someone) => at(someone.organizationId)
const codeOf = async (call: Parameters<typeof refusal>[0]) => (await refusal(call)).code

/** Somebody who is at home in one organization, and joins the other as a person who exists. */
async function inBoth(one: Someone, other: Someone, roleIds = ['rol_report_viewer']): Promise<Someone> {
  const bob = await member(one)
  await other.api.createUser({ body: { email: bob.email, ...names, roleIds } })
  const [{ name = '' } = {}] = (await other.api.getMe()).data.memberships
  const { text } = await mailTo(bob.email, ({ subject }) => subject.includes(name))
  const token = /token=([\w-]+)/.exec(text)?.[1] ?? ''
  expect(await codeOf(anonymous.acceptInvitation({ body: { token, password: PASSWORD } }))).toBe('SIGN_IN_TO_ACCEPT')
  expect((await refusal(bob.api.acceptInvitation({ body: { token, password: PASSWORD } }))).details).toHaveProperty('password')
  const { data } = await bob.api.acceptInvitation({ body: { token, firstName: 'Ignored' } })
  expect(data.user).toMatchObject({ id: bob.userId, organizationId: other.organizationId, firstName: 'Grace', status: 'active' })
  return bob
}

test('two organizations, one person: each with its own role, lock and sessions', async () => {
  const [one, other] = [await founder(), await founder()]
  const bob = await inBoth(one, other)
  const memberships = (await bob.api.getMe()).data.memberships
  expect(memberships.map(({ organizationId, role }) => [organizationId, role]).sort()).toEqual(
    [
      [one.organizationId, 'basic_user'],
      [other.organizationId, 'report_viewer'],
    ].sort(),
  )
  expect((await bob.api.getMe(here(other))).data).toMatchObject({
    user: { role: 'report_viewer' },
    permissions: ['alerts:read', 'reports:read'],
  })

  const there = await elsewhere(bob)
  const { data } = await anonymous.login({ body: { email: bob.email, password: PASSWORD, organizationId: other.organizationId } })
  if (data.mfaRequired) throw new Error('Nobody asked for a second factor.')
  there.tokens = data.tokens
  expect(decodeJwt(data.tokens.accessToken)).toMatchObject({ org: other.organizationId, role: 'report_viewer' })
  expect((await other.api.listUserSessions({ params: { id: bob.userId } })).data.items).toHaveLength(1)

  await other.api.lockUser({ params: { id: bob.userId }, body: { reason: 'Elsewhere' } })
  expect(await codeOf(there.api.getMe())).toBe('ACCOUNT_LOCKED')
  expect(await codeOf(bob.api.getMe(here(other)))).toBe('ACCOUNT_LOCKED')
  expect((await bob.api.getMe()).data.user.status).toBe('active')
  expect(await codeOf(there.api.getMe(here(one)))).toBe('INVALID_SESSION')
  await signIn(bob)
  expect((await bob.api.getMe()).data.user.organizationId).toBe(one.organizationId)

  await other.api.unlockUser({ params: { id: bob.userId } })
  await other.api.endUserSessions({ params: { id: bob.userId } })
  expect(await codeOf(there.api.getMe())).toBe('INVALID_SESSION')
  expect((await bob.api.getMe(here(other))).data.user.status).toBe('active')
})

test('no organization’s administrator reaches into a person of several', async () => {
  const [one, other] = [await founder(), await founder()]
  const { userId: id, email } = await inBoth(one, other)
  const params = { id }
  for (const { api } of [one, other]) {
    expect(await codeOf(api.updateUser({ params, body: { email: `x-${email}` } }))).toBe('PERSON_OF_SEVERAL')
    expect(await codeOf(api.resetUserMfa({ params }))).toBe('PERSON_OF_SEVERAL')
  }
  expect(await codeOf(other.api.getUser({ params, ...here(one) }))).toBe('NOT_FOUND')
  expect((await one.api.resetUserPassword({ params })).status).toBe(200)
})

test('one organization demands a second factor, the other does not', async () => {
  const [one, other] = [await founder(), await founder()]
  const bob = await inBoth(one, other, ['rol_admin'])
  const { nextCode } = await enrol(other)
  await signInWith(other, nextCode)
  await other.api.updateOrganization({ body: { settings: { mfaRequired: true } } })
  expect(await codeOf(bob.api.listUsers(here(other)))).toBe('MFA_REQUIRED')
  expect((await bob.api.getMe(here(other))).data.mfa).toMatchObject({ enabled: false, required: true })
  expect((await bob.api.listNotifications()).status).toBe(200)
  const app = await enrol(bob)
  expect((await bob.api.listUsers(here(other))).status).toBe(200)
  await signInWith(bob, app.nextCode)
  expect((await bob.api.listUsers(here(other))).status).toBe(200)
})

test('a suspended organization is shut; the others of its people are not', async () => {
  const [provider, one] = [await founder('mss_provider'), await founder()]
  const { data } = await provider.api.createCustomerOrganization({
    body: { name: `Customer ${unique()}`, admin: { email: one.email, ...names } },
  })
  const invitation = await mailTo(one.email, (mail) => /accept-invitation/.test(mail.text))
  await one.api.acceptInvitation({ body: { token: tokenIn(invitation) } })
  expect((await one.api.getOrganization(at(data.id))).data.id).toBe(data.id)
  await provider.api.suspendOrganization({ params: { id: data.id }, body: { reason: 'Unpaid' } })
  expect(await codeOf(one.api.getOrganization(at(data.id)))).toBe('ORGANIZATION_SUSPENDED')
  expect(await codeOf(anonymous.login({ body: { email: one.email, password: PASSWORD, organizationId: data.id } }))).toBe(
    'ORGANIZATION_SUSPENDED',
  )
  expect((await one.api.getOrganization()).status).toBe(200)
  await signIn(one)
})

test('a person founds one more organization and leaves the first to somebody else', async () => {
  const ada = await founder()
  const { data } = await ada.api.foundOrganization({ body: { name: `Second ${unique()}` } })
  expect(data.user).toMatchObject({ id: ada.userId, role: 'admin', emailVerified: true })
  const second = at(data.organization.id)
  expect((await ada.api.createUser({ body: { email: freshMail(), ...names }, ...second })).status).toBe(201)
  expect(await codeOf(ada.api.leaveOrganization())).toBe('LAST_ADMIN')

  const grace = await member(ada, ['rol_admin'])
  await ada.api.leaveOrganization()
  expect(await codeOf(ada.api.getMe())).toBe('INVALID_SESSION')
  expect(await codeOf(grace.api.getUser({ params: { id: ada.userId } }))).toBe('DELETED')
  await signIn(ada)
  const me = (await ada.api.getMe()).data
  expect([me.user.organizationId, me.memberships.length]).toEqual([data.organization.id, 1])
  const { items } = await eventually(
    async () => (await grace.api.listUsers({ query: { roleId: 'rol_admin' } })).data,
    (page) => page.items.every(({ id }) => id !== ada.userId),
  )
  expect(items.map(({ id }) => id)).toEqual([grace.userId])
  expect((await anonymous.forgotPassword({ body: { email: ada.email } })).status).toBe(202)
  await mailTo(ada.email, ({ subject }) => /password/.test(subject))
})

test('an invitation is listed with its end, sent again under a new link, and withdrawn', async () => {
  const ada = await founder()
  const email = freshMail()
  const { id } = (await ada.api.createUser({ body: { email, ...names } })).data
  const first = await mailTo(email, (mail) => tokenIn(mail) !== '')
  const [listed] = (await ada.api.listInvitations()).data.items
  expect(listed).toMatchObject({ id, email, expired: false })
  expect(Date.parse(listed?.expiresAt ?? '') - Date.parse(listed?.invitedAt ?? '')).toBe(7 * 86_400_000)

  await ada.api.inviteUser({ params: { id } })
  const second = await mailTo(email, (mail) => tokenIn(mail) !== '' && mail.id !== first.id)
  const accept = (token: string) => anonymous.acceptInvitation({ body: { token, password: PASSWORD } })
  expect(await codeOf(accept(tokenIn(first)))).toBe('INVITATION_EXPIRED')

  await ada.api.withdrawInvitation({ params: { id } })
  expect(await codeOf(accept(tokenIn(second)))).toBe('INVITATION_EXPIRED')
  expect((await ada.api.listInvitations()).data.items).toEqual([])

  await ada.api.restoreUser({ params: { id } })
  const third = await mailTo(email, (mail) => tokenIn(mail) !== '' && mail.id !== first.id && mail.id !== second.id)
  expect((await accept(tokenIn(third))).data.user.status).toBe('active')
})

test('a message that is refused does not come, in the organization where it was refused', async () => {
  const ada = await founder()
  const grace = await member(ada)
  const preferences = (await grace.api.getNotificationPreferences()).data
  expect(preferences['user.roles_changed']).toEqual({ inApp: true, email: true })
  await grace.api.replaceNotificationPreferences({ body: { ...preferences, 'user.roles_changed': { inApp: false, email: true } } })
  await ada.api.setUserRoles({ params: { id: grace.userId }, body: { roleIds: ['rol_report_viewer'] } })
  expect((await mailTo(grace.email, ({ subject }) => subject.startsWith('Your roles changed'))).text).toContain('Report viewer')
  expect((await grace.api.listNotifications()).data.items).toEqual([])
})

test('people who have left are asked anew before they are back', async () => {
  const ada = await founder()
  const bob = await member(ada)
  await bob.api.leaveOrganization()
  expect(await codeOf(anonymous.login({ body: { email: bob.email, password: PASSWORD } }))).toBe('ACCOUNT_DISABLED')
  expect((await ada.api.restoreUser({ params: { id: bob.userId } })).data.status).toBe('invited')
  const accepted: string[] = []
  await eventually(
    async () => {
      const mail = await mailTo(bob.email, (each) => tokenIn(each) !== '')
      return anonymous.acceptInvitation({ body: { token: tokenIn(mail) } }).then(
        ({ data }) => accepted.push(data.user.status),
        () => 0,
      )
    },
    (count) => count > 0,
  )
  expect(accepted).toEqual(['active'])
  const back = { ...bob }
  back.api = clientOf(back)
  await signIn(back)
  expect((await back.api.getMe()).data.user.role).toBe('basic_user')
})
