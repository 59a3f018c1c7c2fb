import { describe, expect, test } from '@jest/globals'
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
  proven,
  refusal,
  register,
  registrationMail,
  type Someone,
  signIn,
  tokenIn,
} from './journey.ts'

/** Attacks on an address that is not the attacker's: nobody takes what they do not prove. */

const EVES_PASSWORD = 'Eves-Own-Horse-6-Battery'

const wrongFor = (code: string, n: number) => String((Number(code) + 1 + n) % 1_000_000).padStart(6, '0')

async function invited(by: Someone, email: string, roleIds = ['rol_basic_user']) {
  const { data } = await by.api.createUser({ body: { email, firstName: 'Victoria', lastName: 'Young', roleIds } })
  return data
}

/** The link of an organization's invitation, known from others by who is written to have sent it. */
const invitationLink = async (email: string, organization: string, not = '') =>
  tokenIn(await mailTo(email, (mail) => tokenIn(mail) !== '' && mail.text.includes(organization) && tokenIn(mail) !== not))

const nameOf = async ({ api }: Someone) => (await api.getOrganization()).data.name

/** What stands in the audit trail about somebody, once an entry of this action does. */
const audited = (of: Someone, resourceId: string, action: string) =>
  eventually(
    async () => (await of.api.listAuditLogs({ query: { resourceId, action } })).data.items,
    (items) => items.length > 0,
  )

describe('a squatted address', () => {
  test('gives the squatter nothing: no sign-in, no reset, no person for a company to invite', async () => {
    const victim = freshMail('victim')
    await register({ email: victim, password: EVES_PASSWORD })
    expect((await refusal(anonymous.login({ body: { email: victim, password: EVES_PASSWORD } }))).code).toBe('INVALID_CREDENTIALS')

    const company = await founder()
    const record = await invited(company, victim, ['rol_admin'])
    const token = await invitationLink(victim, await nameOf(company))
    const { data } = await anonymous.acceptInvitation({ body: { token, password: PASSWORD } })
    expect(data.user).toMatchObject({ id: record.id, email: victim, status: 'active', role: 'admin' })
    expect((await refusal(anonymous.login({ body: { email: victim, password: EVES_PASSWORD } }))).code).toBe('INVALID_CREDENTIALS')
    const person = { email: victim, userId: record.id, organizationId: company.organizationId } as Someone
    person.api = clientOf(person)
    await signIn(person)
    expect((await person.api.getMe()).data.memberships.map(({ organizationId }) => organizationId)).toEqual([company.organizationId])
  })

  test('is not the squatter’s by the code they never saw, once the victim has joined elsewhere', async () => {
    const victim = freshMail('victim')
    const registrationId = await register({ email: victim, password: EVES_PASSWORD })
    const code = codeIn(await registrationMail(victim))
    const company = await founder()
    await invited(company, victim)
    const token = await invitationLink(victim, await nameOf(company))
    await anonymous.acceptInvitation({ body: { token, password: PASSWORD } })
    // Even the right code comes too late: the first proof of the address has won.
    const late = await refusal(anonymous.verifyEmail({ body: { registrationId, code } }))
    expect([late.status, late.code]).toEqual([409, 'EMAIL_TAKEN'])
    expect((await refusal(anonymous.login({ body: { email: victim, password: EVES_PASSWORD } }))).code).toBe('INVALID_CREDENTIALS')
  })

  test('is not guessed open: after ten wrong codes only the link in the victim’s mail works', async () => {
    const victim = freshMail('victim')
    const guesses: string[] = []
    for (let round = 0; round < 3; round++) {
      const registrationId = await register({ email: victim, name: `Squat ${round}`, password: EVES_PASSWORD })
      const code = codeIn(await registrationMail(victim, ({ text }) => text.includes(`Squat ${round}`)))
      const answers = await Promise.all(
        Array.from({ length: 6 }, (_, n) => refusal(anonymous.verifyEmail({ body: { registrationId, code: wrongFor(code, n) } }))),
      )
      guesses.push(...answers.map((answer) => answer.code))
    }
    expect(guesses.filter((code) => code === 'INVALID_CODE').length).toBeLessThanOrEqual(10)
    expect(guesses.at(-1)).toBe('TOO_MANY_CODES')

    const own = await register({ email: victim, name: 'Victims own' })
    const mail = await registrationMail(victim, ({ text }) => text.includes('Victims own'))
    expect((await refusal(anonymous.verifyEmail({ body: { registrationId: own, code: codeIn(mail) } }))).code).toBe('TOO_MANY_CODES')
    const person = await proven(victim, { token: tokenIn(mail), password: PASSWORD })
    await signIn(person)
    expect((await person.api.getMe()).data.user.id).toBe(person.userId)
  })
})

test('a link completes nothing with the password of whoever began elsewhere: who follows it owns the account', async () => {
  const victim = freshMail('victim')
  const registrationId = await register({ email: victim, name: 'Begun by Eve', password: EVES_PASSWORD })
  const mail = await registrationMail(victim)
  expect(mail.text).toContain('Begun by Eve')
  const person = await proven(victim, { token: tokenIn(mail), password: PASSWORD })
  expect((await refusal(anonymous.login({ body: { email: victim, password: EVES_PASSWORD } }))).code).toBe('INVALID_CREDENTIALS')
  expect((await refusal(anonymous.verifyEmail({ body: { registrationId, code: codeIn(mail) } }))).code).toBe('INVALID_CODE')
  await signIn(person)
  expect((await person.api.getMe()).data.user).toMatchObject({ id: person.userId, emailVerified: true })
})

describe('somebody invited twice', () => {
  test('is no earlier inviter’s to move: a record’s new address moves that record alone, and opens nothing else', async () => {
    const [eve, company] = [await founder(), await founder()]
    const [victim, evesBox] = [freshMail('victim'), freshMail('eves')]
    const evesRecord = await invited(eve, victim)
    const record = await invited(company, victim, ['rol_admin'])
    expect(evesRecord.id).not.toBe(record.id)

    await eve.api.updateUser({ params: { id: evesRecord.id }, body: { email: evesBox } })
    const evesLink = await invitationLink(evesBox, await nameOf(eve))
    expect((await company.api.getUser({ params: { id: record.id } })).data.email).toBe(victim)
    const first = await invitationLink(victim, await nameOf(company))
    await company.api.inviteUser({ params: { id: record.id } })
    const second = await invitationLink(victim, await nameOf(company), first)

    const { data } = await anonymous.acceptInvitation({ body: { token: evesLink, password: EVES_PASSWORD } })
    expect(data.user).toMatchObject({ id: evesRecord.id, email: evesBox })
    const mallory = { email: evesBox, userId: evesRecord.id, organizationId: eve.organizationId } as Someone
    mallory.api = clientOf(mallory)
    await signIn(mallory, EVES_PASSWORD)
    expect((await refusal(mallory.api.acceptInvitation({ body: { token: second } }))).code).toBe('SIGN_IN_TO_ACCEPT')
    expect((await refusal(mallory.api.listUsers({ organizationId: company.organizationId }))).code).toBe('NOT_FOUND')

    const joined = await anonymous.acceptInvitation({ body: { token: second, password: PASSWORD } })
    expect(joined.data.user).toMatchObject({ id: record.id, email: victim, role: 'admin' })
    await audited(company, record.id, 'user.joined')
  })

  test('joins the second with a session, under one id, and both audit trails say so', async () => {
    const [one, two] = [await founder(), await founder()]
    const ada = await member(one)
    const record = await invited(two, ada.email, ['rol_admin'])
    const token = await invitationLink(ada.email, await nameOf(two))
    const unsigned = await refusal(anonymous.acceptInvitation({ body: { token, password: EVES_PASSWORD } }))
    expect([unsigned.status, unsigned.code]).toEqual([401, 'SIGN_IN_TO_ACCEPT'])
    expect((await refusal(one.api.acceptInvitation({ body: { token } }))).code).toBe('SIGN_IN_TO_ACCEPT')

    const { data } = await ada.api.acceptInvitation({ body: { token } })
    expect(data.user).toMatchObject({ id: ada.userId, organizationId: two.organizationId, role: 'admin' })
    expect((await refusal(two.api.getUser({ params: { id: record.id } }))).code).toBe('DELETED')
    expect((await ada.api.getMe({ organizationId: two.organizationId })).data.user.id).toBe(ada.userId)
    expect((await audited(two, record.id, 'user.invitation_accepted'))[0]).toMatchObject({ actor: { id: ada.userId } })
    await audited(two, ada.userId, 'user.joined')
    expect((await refusal(ada.api.acceptInvitation({ body: { token } }))).code).toBe('INVITATION_EXPIRED')
  })

  test('of whom one invitation is withdrawn can still take the other', async () => {
    const [eve, company] = [await founder(), await founder()]
    const victim = freshMail('victim')
    const evesRecord = await invited(eve, victim)
    const record = await invited(company, victim)
    await eve.api.withdrawInvitation({ params: { id: evesRecord.id } })
    const token = await invitationLink(victim, await nameOf(company))
    expect((await anonymous.acceptInvitation({ body: { token, password: PASSWORD } })).data.user.id).toBe(record.id)
    expect((await invited(eve, victim)).id).not.toBe(evesRecord.id)
  })
})
