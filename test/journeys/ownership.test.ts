import { describe, expect, test } from '@jest/globals'
import { enrol, signInWith } from './authenticator.ts'
import {
  anonymous,
  codeIn,
  elsewhere,
  eventually,
  founder,
  freshMail,
  mailsTo,
  mailTo,
  member,
  PASSWORD,
  refusal,
  type Someone,
  signIn,
  tokenIn,
} from './journey.ts'

/** Attacks on an account by those who manage it, and by who has stolen into it: the person owns the person. */

const names = { firstName: 'Grace', lastName: 'Hopper' }
const at = ({ organizationId }: Someone) => ({ headers: { 'x-organization-id': organizationId } })
const codeOf = async (call: Parameters<typeof refusal>[0]) => (await refusal(call)).code
const paramsOf = ({ userId: id }: Someone) => ({ params: { id } })
const mailed = (email: string, subject: RegExp) => mailTo(email, (mail) => subject.test(mail.subject))
const nameOf = async ({ api }: Someone) => (await api.getOrganization()).data.name

/** Joins another organization, signed in, by the invitation that came by mail. */
async function joins(person: Someone, other: Someone, roleIds = ['rol_admin']): Promise<void> {
  await other.api.createUser({ body: { email: person.email, ...names, roleIds } })
  const organization = await nameOf(other)
  const mail = await mailTo(person.email, ({ subject, text }) => subject.includes(organization) && /token=/.test(text))
  await person.api.acceptInvitation({ body: { token: tokenIn(mail) } })
}

/** What stands in an organization's audit trail about somebody, once all of this does. */
const audited = (of: Someone, { userId: resourceId }: Someone, actions: string[]) =>
  eventually(
    async () => (await of.api.listAuditLogs({ query: { resourceId, limit: 100 } })).data.items,
    (items) => actions.every((action) => items.some((item) => item.action === action)),
  )

/** Gives a signed-in person another address, as whoever holds the session would. */
async function moved(person: Someone, email: string): Promise<void> {
  await person.api.changeEmail({ body: { email } })
  const code = codeIn(await mailed(email, /code for a new email address/))
  const { data } = await person.api.verifyEmail({ body: { email, code } })
  expect(data).toEqual({ email, emailVerified: true })
}

describe('an administrator at home', () => {
  test('does not take over who is an administrator elsewhere, and what they try stands in that audit trail too', async () => {
    const [mallory, company] = [await founder(), await founder()]
    const bob = await member(mallory)
    const { nextCode } = await enrol(bob)
    await joins(bob, company)
    await enrol(company)
    await company.api.updateOrganization({ body: { settings: { mfaRequired: true } } })

    const mine = freshMail('mallory')
    expect(await codeOf(mallory.api.updateUser({ ...paramsOf(bob), body: { email: mine } }))).toBe('PERSON_OF_SEVERAL')
    expect(await codeOf(mallory.api.resetUserMfa(paramsOf(bob)))).toBe('PERSON_OF_SEVERAL')
    expect((await mallory.api.resetUserPassword(paramsOf(bob))).status).toBe(200)
    await mailed(bob.email, /code for a new password/)
    expect(await mailsTo(mine)).toEqual([])

    await signInWith(bob, nextCode)
    expect((await bob.api.listUsers(at(company))).status).toBe(200)
    await bob.api.changePassword({ body: { currentPassword: PASSWORD, newPassword: 'Another-Horse-7-Staple' } })
    await audited(company, bob, ['user.credentials_changed'])
  })

  test('gives who belongs to them alone another address only with proof at it, and the old one can undo it', async () => {
    const ada = await founder()
    const bob = await member(ada)
    const next = freshMail('next')
    expect((await ada.api.updateUser({ ...paramsOf(bob), body: { email: next } })).data.email).toBe(bob.email)
    await mailed(bob.email, /new email address was asked for/)
    const code = codeIn(await mailed(next, /code for a new email address/))
    expect(await codeOf(ada.api.verifyEmail({ body: { email: next, code } }))).toBe('INVALID_CODE')
    await bob.api.verifyEmail({ body: { email: next, code } })
    await signIn({ ...bob, email: next })
    expect(await codeOf(anonymous.login({ body: { email: bob.email, password: PASSWORD } }))).toBe('INVALID_CREDENTIALS')
    await mailed(bob.email, /email address was changed/)
    await mailed(next, /This is your email address now/)
    await audited(ada, bob, ['auth.email.change_requested', 'auth.email.changed', 'user.email_changed'])
  })

  test('loses the say over a member the moment they join another organization', async () => {
    const [ada, other] = [await founder(), await founder()]
    const bob = await member(ada)
    await joins(bob, other, ['rol_basic_user'])
    expect(await codeOf(ada.api.resetUserMfa(paramsOf(bob)))).toBe('PERSON_OF_SEVERAL')
    await bob.api.leaveOrganization(at(other))
    expect((await ada.api.resetUserMfa(paramsOf(bob))).status).toBe(200)
  })
})

describe('a member of two', () => {
  test('moves their own address, which every organization then shows, and chooses their home', async () => {
    const [one, other] = [await founder(), await founder()]
    const bob = await member(one)
    await joins(bob, other, ['rol_basic_user'])
    const thief = await elsewhere(bob)
    const next = freshMail('next')
    await moved(bob, next)
    expect(await codeOf(thief.api.getMe())).toBe('INVALID_SESSION')
    for (const each of [one, other])
      await eventually(
        async () => (await each.api.getUser(paramsOf(bob))).data.email,
        (email) => email === next,
      )
    await audited(other, bob, ['user.credentials_changed', 'user.email_changed'])
    const { data } = await bob.api.setHome({ body: { organizationId: other.organizationId } })
    expect([data.homeOrganizationId, (await bob.api.getMe()).data.homeOrganizationId]).toEqual(Array(2).fill(other.organizationId))
    await audited(other, bob, ['auth.home.changed'])
  })

  test('takes nobody else’s address, and whoever has it hears of it', async () => {
    const [ada, eve] = [await founder(), await founder()]
    expect((await eve.api.changeEmail({ body: { email: ada.email } })).status).toBe(202)
    await mailed(ada.email, /wanted to use your email address/)
    expect((await mailsTo(ada.email)).some(({ subject }) => /code for a new email address/.test(subject))).toBe(false)
  })
})

describe('who stole into an account and moved its address', () => {
  test('is out again by the link that the old address got; each organization decides anew', async () => {
    const [one, other] = [await founder(), await founder()]
    const bob = await member(one)
    await joins(bob, other, ['rol_admin'])
    const thief = await elsewhere(bob)
    await moved(thief, freshMail('thief'))
    expect(await codeOf(bob.api.getMe())).toBe('INVALID_SESSION')

    const token = tokenIn(await mailed(bob.email, /email address was changed/))
    expect((await anonymous.undoEmailChange({ body: { token } })).status).toBe(204)
    expect(await codeOf(thief.api.getMe())).toBe('INVALID_SESSION')
    expect(await codeOf(anonymous.undoEmailChange({ body: { token } }))).toBe('LINK_EXPIRED')
    expect(await codeOf(anonymous.login({ body: { email: bob.email, password: PASSWORD } }))).toBe('INVALID_CREDENTIALS')

    await anonymous.forgotPassword({ body: { email: bob.email } })
    const code = codeIn(await mailed(bob.email, /code for a new password/))
    const newPassword = 'Bobs-Own-Horse-8-Battery'
    await anonymous.resetPassword({ body: { email: bob.email, code, newPassword } })
    await signIn(bob, newPassword)
    for (const each of [one, other]) expect(await codeOf(bob.api.listNotifications(at(each)))).toBe('REAPPROVAL_REQUIRED')
    expect((await bob.api.getMe()).status).toBe(200)
    await eventually(
      async () => (await other.api.getUser(paramsOf(bob))).data.reapprovalRequired,
      (isRequired) => isRequired,
    )
    await mailed(other.email, /waits for your approval/)
    expect((await other.api.reapproveUser(paramsOf(bob))).data.reapprovalRequired).toBe(false)
    expect((await bob.api.listUsers(at(other))).status).toBe(200)
    expect(await codeOf(bob.api.listNotifications(at(one)))).toBe('REAPPROVAL_REQUIRED')
    await audited(other, bob, ['user.credentials_changed', 'user.reapproval_required', 'user.reapproved'])
  })
})

describe('a recovery that waits', () => {
  test('is told to the address and to every organization, any of which ends it', async () => {
    const [one, other] = [await founder(), await founder()]
    const bob = await member(one)
    await joins(bob, other, ['rol_basic_user'])
    await enrol(bob)
    const body = { email: bob.email, password: PASSWORD }
    const { data } = await anonymous.requestRecovery({ body })
    expect(Date.parse(data.completesAt) - Date.parse(data.requestedAt)).toBe(72 * 3_600_000)
    expect(await codeOf(anonymous.completeRecovery({ body }))).toBe('INVALID_TRANSITION')
    await mailed(bob.email, /sign in without your second factor/)
    for (const each of [one, other]) {
      await mailed(each.email, /lost their second factor/)
      await eventually(
        async () => (await each.api.listNotifications()).data.items.map(({ title }) => title),
        (titles) => titles.some((title) => /lost their second factor/.test(title)),
      )
    }
    expect((await other.api.refuseRecovery(paramsOf(bob))).status).toBe(204)
    await mailed(bob.email, /recovery of your account was ended/)
    expect(await codeOf(anonymous.completeRecovery({ body }))).toBe('INVALID_TRANSITION')
    for (const each of [one, other]) await audited(each, bob, ['user.credentials_changed'])
    await audited(other, bob, ['auth.mfa.recovery_refused'])
  })

  test('ends by the link that the person got, and by the second factor itself', async () => {
    const ada = await founder()
    const { nextCode } = await enrol(ada)
    const body = { email: ada.email, password: PASSWORD }
    await anonymous.requestRecovery({ body })
    const token = tokenIn(await mailed(ada.email, /sign in without your second factor/))
    expect((await anonymous.cancelRecovery({ body: { token } })).status).toBe(204)
    expect(await codeOf(anonymous.cancelRecovery({ body: { token } }))).toBe('LINK_EXPIRED')
    const first = (await anonymous.requestRecovery({ body })).data
    await signInWith(ada, nextCode)
    expect((await anonymous.requestRecovery({ body })).data.id).not.toBe(first.id)
  })
})
