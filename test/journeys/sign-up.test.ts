import { expect, test } from '@jest/globals'
import {
  anonymous,
  clientOf,
  codeIn,
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

/** Somebody who registered, and has not entered the code. */
async function newcomer(): Promise<Someone> {
  const email = freshMail('newcomer')
  const admin = { email, password: PASSWORD, firstName: 'Ada', lastName: 'Lovelace' }
  const { data } = await anonymous.register({ body: { organization: { name: `New ${email}` }, admin } })
  const person = { email, userId: data.user.id, organizationId: data.organization.id } as Someone
  person.api = clientOf(person)
  return person
}

test('from sign-up to a locked colleague, whose token is refused at the next request', async () => {
  const ada = await newcomer()
  await anonymous.verifyEmail({ body: { email: ada.email, code: codeIn(await mailTo(ada.email, (mail) => codeIn(mail) !== '')) } })
  await signIn(ada)
  const me = (await ada.api.getMe()).data
  expect(me.user).toMatchObject({ id: ada.userId, email: ada.email, emailVerified: true, status: 'active', role: 'admin' })
  expect(me.memberships.map(({ organizationId }) => organizationId)).toEqual([ada.organizationId])
  expect(me.permissions).toContain('users:*')
  expect(me.session).toMatchObject({ status: 'active', current: true })

  const grace = await member(ada, ['rol_admin'])
  expect((await grace.api.getMe()).data.user.status).toBe('active')
  expect((await grace.api.getUser({ params: { id: ada.userId } })).data.id).toBe(ada.userId)

  await ada.api.lockUser({ params: { id: grace.userId }, body: { reason: 'Lost laptop' } })
  const refused = await refusal(grace.api.getUser({ params: { id: ada.userId } }))
  expect([refused.status, refused.code, refused.details.reason]).toEqual([403, 'ACCOUNT_LOCKED', 'Lost laptop'])

  await ada.api.unlockUser({ params: { id: grace.userId } })
  expect((await grace.api.getMe()).data.user).toMatchObject({ status: 'active', lockReason: null })
})

test('whoever has not verified their address can look around, but invite nobody', async () => {
  const ada = await newcomer()
  await signIn(ada)
  expect((await ada.api.getMe()).data.user.emailVerified).toBe(false)
  const refused = await refusal(ada.api.createUser({ body: { email: freshMail(), firstName: 'Grace', lastName: 'Hopper' } }))
  expect([refused.status, refused.code]).toEqual([403, 'EMAIL_NOT_VERIFIED'])
  expect((await ada.api.listUsers()).data.items.map(({ id }) => id)).toEqual([ada.userId])
})

test('a wrong code and an unknown address are answered alike, and a code works once', async () => {
  const ada = await newcomer()
  const code = codeIn(await mailTo(ada.email, (mail) => codeIn(mail) !== ''))
  const wrong = code === '000000' ? '000001' : '000000'
  const answers = await Promise.all(
    [ada.email, freshMail('nobody')].map((email) => refusal(anonymous.verifyEmail({ body: { email, code: wrong } }))),
  )
  expect(new Set(answers.map(({ status, code: name, message }) => `${status} ${name} ${message}`)).size).toBe(1)
  expect(answers[0]?.code).toBe('INVALID_CODE')
  expect((await anonymous.verifyEmail({ body: { email: ada.email, code } })).data).toEqual({ email: ada.email, emailVerified: true })
  expect((await refusal(anonymous.verifyEmail({ body: { email: ada.email, code } }))).code).toBe('INVALID_CODE')
})

test('a new code replaces the old one', async () => {
  const ada = await newcomer()
  await signIn(ada)
  const first = await mailTo(ada.email, (mail) => codeIn(mail) !== '')
  await ada.api.resendVerification()
  const second = await mailTo(ada.email, (mail) => codeIn(mail) !== '' && mail.id !== first.id)
  if (codeIn(first) !== codeIn(second))
    expect((await refusal(anonymous.verifyEmail({ body: { email: ada.email, code: codeIn(first) } }))).code).toBe('INVALID_CODE')
  await anonymous.verifyEmail({ body: { email: ada.email, code: codeIn(second) } })
  expect((await ada.api.getMe()).data.user.emailVerified).toBe(true)
  expect((await refusal(ada.api.resendVerification())).code).toBe('EMAIL_ALREADY_VERIFIED')
})

test('a weak password, a taken address in any spelling and a taken short name are refused', async () => {
  const ada = await founder()
  const { slug } = (await ada.api.getOrganization()).data
  const names = { firstName: 'Eve', lastName: 'Other' }
  const attempt = (email: string, password: string, wanted?: string) =>
    refusal(
      anonymous.register({
        body: { organization: { name: 'Other', ...(wanted ? { slug: wanted } : {}) }, admin: { email, password, ...names } },
      }),
    )
  expect((await attempt(freshMail(), 'short')).code).toBe('WEAK_PASSWORD')
  expect((await attempt(ada.email.toUpperCase(), PASSWORD)).code).toBe('EMAIL_TAKEN')
  expect((await attempt(freshMail(), PASSWORD, slug)).code).toBe('SLUG_TAKEN')
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
