import { describe, expect, test } from '@jest/globals'
import { enrol } from './authenticator.ts'
import {
  anonymous,
  codeIn,
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
} from './journey.ts'
import { becomesStale } from './meanwhile.ts'

/** Attacks by somebody who has a token, or a password, and nothing else. */

const codeOf = async (call: Parameters<typeof refusal>[0]) => (await refusal(call)).code

const auditOf = ({ api }: Someone, action: string) =>
  eventually(
    async () => (await api.listAuditLogs({ query: { action } })).data.items,
    (items) => items.length > 0,
  )

describe('who has stolen an access token', () => {
  test('changes no credential with it, whatever they try, and what they failed at is told', async () => {
    const ada = await founder()
    const thief = await elsewhere(ada)
    await becomesStale(thief)
    const { api } = thief
    const tries = [
      api.changeEmail({ body: { email: freshMail('thief') } }),
      api.setUpMfa({ body: { password: PASSWORD } }),
      api.verifyMfa({ body: { code: '123456' } }),
      api.removeMfa(),
      api.replaceBackupCodes(),
      api.setHome({ body: { organizationId: ada.organizationId } }),
      api.resetUserPassword({ params: { id: ada.userId } }),
      api.resetUserMfa({ params: { id: ada.userId } }),
      api.updateUser({ params: { id: ada.userId }, body: { email: freshMail('thief') } }),
      api.updateOrganization({ body: { settings: { sessionPolicy: { lifetimeMinutes: 15 } } } }),
      api.createUser({ body: { email: freshMail('thief'), firstName: 'A', lastName: 'Thief', roleIds: ['rol_admin'] } }),
    ]
    expect(await Promise.all(tries.map(codeOf))).toEqual(tries.map(() => 'STEP_UP_REQUIRED'))
    expect(await codeOf(api.changePassword({ body: { currentPassword: 'Wrong-Password-123', newPassword: `${PASSWORD}-2` } }))).toBe(
      'INVALID_CREDENTIALS',
    )
    expect(await codeOf(api.stepUp({ body: { password: 'Wrong-Password-123' } }))).toBe('INVALID_CREDENTIALS')
    const [entry] = await auditOf(ada, 'auth.step_up.failed')
    expect(entry).toMatchObject({ success: false, actor: { id: ada.userId, name: 'Ada Lovelace' } })
    await signIn(ada)
    expect((await ada.api.getMe()).data.user.email).toBe(ada.email)
  })

  test('does not take over an account whose second factor they lack, not even with the password', async () => {
    const ada = await founder()
    await enrol(ada)
    const thief = { ...ada }
    await becomesStale(thief)
    expect(await codeOf(thief.api.stepUp({ body: { password: PASSWORD } }))).toBe('INVALID_CODE')
    expect(await codeOf(thief.api.removeMfa())).toBe('STEP_UP_REQUIRED')
    expect(await codeOf(thief.api.changeEmail({ body: { email: freshMail('thief') } }))).toBe('STEP_UP_REQUIRED')
  })
})

describe('who guesses', () => {
  test('at a code that was mailed gets no further than ten a day, and its owner still has the link', async () => {
    const ada = await founder()
    await anonymous.forgotPassword({ body: { email: ada.email } })
    const mail = await mailTo(ada.email, ({ subject }) => /new password/.test(subject))
    const wrong = String((Number(codeIn(mail)) + 1) % 1_000_000).padStart(6, '0')
    const guess = () => codeOf(anonymous.resetPassword({ body: { email: ada.email, code: wrong, newPassword: `${PASSWORD}-2` } }))
    const answers = await Promise.all(Array.from({ length: 20 }, guess))
    expect(answers.filter((code) => code === 'INVALID_CODE')).toHaveLength(10)
    expect(answers.filter((code) => code === 'TOO_MANY_CODES')).toHaveLength(10)
    const token = /[?&]token=([\w-]+)/.exec(mail.text)?.[1] ?? ''
    await anonymous.resetPassword({ body: { token, newPassword: `${PASSWORD}-2` } })
    await signIn(ada, `${PASSWORD}-2`)
    await auditOf(ada, 'auth.password_reset.failed')
  })

  test('at a password, eight at once, has five of them judged', async () => {
    const ada = await founder()
    const guess = () => codeOf(anonymous.login({ body: { email: ada.email, password: 'Wrong-Password-123' } }))
    const answers = await Promise.all(Array.from({ length: 8 }, guess))
    expect(answers.filter((code) => code === 'INVALID_CREDENTIALS')).toHaveLength(5)
    expect(answers.filter((code) => code === 'ACCOUNT_LOCKED')).toHaveLength(3)
  })
})

test('what an application stores under a name such as "constructor" comes back, and breaks no list', async () => {
  const ada = await founder()
  // Parsed, as it arrives: a literal with such names says something else.
  const metadata: Record<string, unknown> = JSON.parse(
    '{"constructor":{"name":"Buffer"},"then":"x","toJSON":1,"hasOwnProperty":null,"__lookup":[{"prototype":{}}]}',
  )
  const body = { email: freshMail(), firstName: 'Grace', lastName: 'Buffer', metadata }
  const { data } = await ada.api.createUser({ body })
  expect((await ada.api.getUser({ params: { id: data.id } })).data.metadata).toEqual(metadata)
  const listed = (await ada.api.listUsers()).data.items.find(({ id }) => id === data.id)
  expect(listed?.metadata).toEqual(metadata)
  const found = await eventually(
    async () => (await ada.api.listUsers({ query: { q: 'buffer' } })).data.items,
    (items) => items.length > 0,
  )
  expect(found[0]?.metadata).toEqual(metadata)
})

test('whoever is locked is out at the next request, and no session of theirs revives with the lock', async () => {
  const ada = await founder()
  const grace = await member(ada)
  await ada.api.lockUser({ params: { id: grace.userId }, body: { reason: 'On leave' } })
  expect(await codeOf(grace.api.getMe())).toBe('ACCOUNT_LOCKED')
  await ada.api.unlockUser({ params: { id: grace.userId } })
  expect(await codeOf(grace.api.getMe())).toBe('INVALID_SESSION')
  expect(await codeOf(anonymous.refresh({ body: { refreshToken: grace.tokens?.refreshToken ?? '' } }))).toBe('INVALID_SESSION')
})
