import { expect, test } from '@jest/globals'
import {
  anonymous,
  codeIn,
  eventually,
  founder,
  freshMail,
  mailTo,
  member,
  PASSWORD,
  proven,
  refusal,
  register,
  registrationMail,
  signIn,
  tokenIn,
} from './journey.ts'

const wrongFor = (code: string) => (code === '000000' ? '000001' : '000000')

test('from sign-up to a locked colleague, whose token is refused at the next request', async () => {
  const email = freshMail('ada')
  const registrationId = await register({ email })
  expect((await refusal(anonymous.login({ body: { email, password: PASSWORD } }))).code).toBe('INVALID_CREDENTIALS')
  const ada = await proven(email, { registrationId, code: codeIn(await registrationMail(email)) })
  await signIn(ada)
  const me = (await ada.api.getMe()).data
  expect(me.user).toMatchObject({ id: ada.userId, email: ada.email, emailVerified: true, status: 'active', role: 'admin' })
  expect(me.memberships.map(({ organizationId }) => organizationId)).toEqual([ada.organizationId])
  expect(me.permissions).toContain('users:*')
  expect(me.session).toMatchObject({ status: 'active', current: true })
  await mailTo(email, ({ subject }) => subject.startsWith('Welcome to'))

  const grace = await member(ada, ['rol_admin'])
  expect((await grace.api.getMe()).data.user.status).toBe('active')
  expect((await grace.api.getUser({ params: { id: ada.userId } })).data.id).toBe(ada.userId)

  await ada.api.lockUser({ params: { id: grace.userId }, body: { reason: 'Lost laptop' } })
  const refusals = [await refusal(grace.api.getUser({ params: { id: ada.userId } })), await refusal(signIn(grace))]
  for (const { status, code, details } of refusals) expect([status, code, details.reason]).toEqual([403, 'ACCOUNT_LOCKED', 'Lost laptop'])

  await ada.api.unlockUser({ params: { id: grace.userId } })
  await signIn(grace)
  expect((await grace.api.getMe()).data.user).toMatchObject({ status: 'active', lockReason: null })
})

test('a wrong code and an unknown registration are answered alike, and a code works once', async () => {
  const email = freshMail('ada')
  const [mine, unknown] = [await register({ email }), 'reg_01j9z0s6n6r3v7t4q2m8k5w1xa']
  const code = codeIn(await registrationMail(email))
  const answers = await Promise.all(
    [mine, unknown].map((registrationId) => refusal(anonymous.verifyEmail({ body: { registrationId, code: wrongFor(code) } }))),
  )
  expect(new Set(answers.map(({ status, code: name, message }) => `${status} ${name} ${message}`)).size).toBe(1)
  expect(answers[0]?.code).toBe('INVALID_CODE')
  expect((await proven(email, { registrationId: mine, code })).userId).toBeTruthy()
  expect((await refusal(anonymous.verifyEmail({ body: { registrationId: mine, code } }))).code).toBe('INVALID_CODE')
})

test('a new code replaces the old one, and its link the old link', async () => {
  const email = freshMail('ada')
  const registrationId = await register({ email })
  const first = await registrationMail(email)
  await anonymous.resendVerification({ body: { registrationId } })
  const second = await registrationMail(email, ({ id }) => id !== first.id)
  expect((await refusal(anonymous.verifyEmail({ body: { token: tokenIn(first), password: PASSWORD } }))).code).toBe('LINK_EXPIRED')
  const ada = await proven(email, { registrationId, code: codeIn(second) })
  await signIn(ada)
  expect((await ada.api.getMe()).data.user.emailVerified).toBe(true)
})

test('whoever has an account is told that somebody registers with their address, and nobody else learns of it', async () => {
  const ada = await founder()
  const [known, unknown] = [await register({ email: ada.email.toUpperCase() }), await register({ email: freshMail('nobody') })]
  expect([known, unknown].every((id) => /^reg_/.test(id))).toBe(true)
  const notice = await mailTo(ada.email, ({ subject }) => subject === 'You have an account already')
  expect([codeIn(notice), tokenIn(notice)]).toEqual(['', ''])
})

test('a weak password and a taken short name are refused', async () => {
  const ada = await founder()
  const { slug } = (await ada.api.getOrganization()).data
  expect((await refusal(register({ email: freshMail(), password: 'short' }))).code).toBe('WEAK_PASSWORD')
  expect((await refusal(register({ email: freshMail(), slug }))).code).toBe('SLUG_TAKEN')
})

test('an invitation works once, whichever of its links is used, and a withdrawn one not at all', async () => {
  const ada = await founder()
  const [grace, joan] = [freshMail('grace'), freshMail('joan')]
  const { data } = await ada.api.createUser({ body: { email: grace, firstName: 'Grace', lastName: 'Hopper' } })
  const first = await mailTo(grace, (mail) => tokenIn(mail) !== '')
  await ada.api.inviteUser({ params: { id: data.id } })
  const second = await mailTo(grace, (mail) => tokenIn(mail) !== '' && mail.id !== first.id)
  const accept = (token: string) => anonymous.acceptInvitation({ body: { token, password: PASSWORD, firstName: 'Amazing' } })
  expect((await accept(tokenIn(second))).data.user).toMatchObject({
    id: data.id,
    firstName: 'Amazing',
    status: 'active',
    emailVerified: true,
  })
  for (const used of [first, second]) expect((await refusal(accept(tokenIn(used)))).code).toBe('INVITATION_EXPIRED')

  const invited = (await ada.api.createUser({ body: { email: joan, firstName: 'Joan', lastName: 'Clarke' } })).data
  const link = tokenIn(await mailTo(joan, (mail) => tokenIn(mail) !== ''))
  const pending = await eventually(
    () => ada.api.listInvitations(),
    (page) => page.data.items.some(({ id }) => id === invited.id),
  )
  expect(pending.data.items.every(({ status }) => status === 'invited')).toBe(true)
  await ada.api.withdrawInvitation({ params: { id: invited.id } })
  expect((await refusal(accept(link))).code).toBe('INVITATION_EXPIRED')
})

test('who is invited but has not joined cannot sign in', async () => {
  const ada = await founder()
  const email = freshMail('invited')
  await ada.api.createUser({ body: { email, firstName: 'Joan', lastName: 'Clarke' } })
  await mailTo(email, (mail) => tokenIn(mail) !== '')
  expect((await refusal(anonymous.login({ body: { email, password: PASSWORD } }))).code).toBe('INVALID_CREDENTIALS')
})
