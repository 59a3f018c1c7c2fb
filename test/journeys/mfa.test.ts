import { expect, test } from '@jest/globals'
import { decodeJwt } from 'jose'
import { appWith, challenge, enrol, signInWith, wrongCode } from './authenticator.ts'
import { anonymous, codeIn, elsewhere, eventually, founder, mailTo, member, PASSWORD, refusal, type Someone, signIn } from './journey.ts'

// Cognito takes a retired refresh token for ten seconds more.
const NEW_PASSWORD = 'Another-Horse-7-Staple'
const mailed = (person: Someone, subject: RegExp) => mailTo(person.email, (mail) => subject.test(mail.subject))
const recover = ({ email }: Someone, backupCode: string, password = PASSWORD) =>
  anonymous.recoverMfa({ body: { email, password, backupCode } })
const actionsOf = async (person: Someone) =>
  (await person.api.listAuditLogs({ query: { limit: 100 } })).data.items.map(({ action }) => action)

test('sign-up, TOTP, sign in with it, lose the phone, backup code, set up anew', async () => {
  const ada = await founder()
  const old = await enrol(ada)
  expect(old.backupCodes).toHaveLength(10)
  await mailed(ada, /second factor is on/)

  await signInWith(ada, old.nextCode)
  const passed = (await ada.api.getMe()).data
  expect([passed.session.mfa, passed.mfa]).toEqual([true, { enabled: true, required: false, backupCodesLeft: 10 }])
  expect(decodeJwt(ada.tokens?.accessToken ?? '').mfa).toBe(true)

  const [used = '', left = ''] = old.backupCodes
  const { data } = await recover(ada, used)
  ada.tokens = data.tokens
  expect(data.user.mfaEnabled).toBe(false)
  expect(decodeJwt(data.tokens.accessToken).mfa).toBe(false)
  expect((await ada.api.getMe()).data).toMatchObject({ mfa: { enabled: false, backupCodesLeft: 0 }, session: { mfa: false } })
  await mailed(ada, /backup code was used/)
  expect((await refusal(recover(ada, used))).code).toBe('INVALID_CODE')
  expect((await refusal(recover(ada, left))).code).toBe('INVALID_CODE')

  const anew = await enrol(ada)
  const session = await challenge(ada)
  const stale = await refusal(anonymous.completeMfa({ body: { email: ada.email, session, code: old.nextCode() } }))
  expect(stale.code).toBe('INVALID_CODE')
  await signInWith(ada, anew.nextCode)
  const told = ['auth.mfa.enabled', 'auth.mfa.recovered', 'auth.login.failed']
  const actions = await eventually(
    () => actionsOf(ada),
    (seen) => told.every((each) => seen.includes(each)),
  )
  expect(actions.filter((each) => each === 'auth.mfa.enabled')).toHaveLength(2)
})

test('other sessions end when the second factor is turned on, and when it is turned off', async () => {
  const ada = await founder()
  const phone = await elsewhere(ada)
  const { nextCode } = await enrol(ada)
  expect((await refusal(phone.api.getMe())).code).toBe('INVALID_SESSION')
  expect((await refusal(anonymous.refresh({ body: { refreshToken: phone.tokens?.refreshToken ?? '' } }))).code).toBe('INVALID_SESSION')
  await signInWith(phone, nextCode)
  await ada.api.removeMfa()
  expect((await refusal(phone.api.getMe())).code).toBe('INVALID_SESSION')
  expect((await ada.api.getMe()).data).toMatchObject({ mfa: { enabled: false }, session: { mfa: false } })
  const { data } = await anonymous.refresh({ body: { refreshToken: ada.tokens?.refreshToken ?? '' } })
  expect(decodeJwt(data.accessToken).mfa).toBe(false)
  await signIn(ada)
})

test('an organization that demands a second factor opens nothing but /auth until the session has passed it', async () => {
  const ada = await founder()
  const grace = await member(ada, ['rol_admin'])
  const { nextCode } = await enrol(ada)
  await ada.api.updateOrganization({ body: { settings: { mfaRequired: true } } })
  const ask = ({ api, userId }: Someone) => [
    api.listUsers(),
    api.getUser({ params: { id: userId } }),
    api.getOrganization(),
    api.listNotifications(),
    api.listAuditLogs(),
    api.createUser({ body: { email: 'x@example.com', firstName: 'X', lastName: 'Y' } }),
  ]
  const refusals = await Promise.all(ask(grace).map(refusal))
  expect(new Set(refusals.map(({ status, code }) => `${status} ${code}`))).toEqual(new Set(['403 MFA_REQUIRED']))
  expect((await grace.api.getMe()).data.mfa).toEqual({ enabled: false, required: true, backupCodesLeft: 0 })
  const { data } = await anonymous.login({ body: { email: grace.email, password: PASSWORD } })
  expect(data).toMatchObject({ mfaRequired: false, mfaSetupRequired: true })

  await enrol(grace)
  expect((await grace.api.listUsers()).data.items).toHaveLength(2)
  expect((await refusal(grace.api.removeMfa())).status).toBe(409)
  await signInWith(ada, nextCode)
  expect((await ada.api.listUsers()).data.items).toHaveLength(2)
})

test('a challenge that is forged, replayed, of another person or of another address is refused', async () => {
  const [ada, eve] = [await founder(), await founder()]
  const [mine, hers] = [await enrol(ada), await enrol(eve)]
  const [session, foreign] = [await challenge(ada), await challenge(eve)]
  const complete = (email: string, given: string, code: string) => refusal(anonymous.completeMfa({ body: { email, session: given, code } }))
  const code = mine.nextCode()
  expect((await complete(ada.email, `${session.slice(0, -4)}AAAA`, code)).code).toBe('INVALID_SESSION')
  expect((await complete(ada.email, foreign, code)).code).toBe('INVALID_SESSION')
  expect((await complete(eve.email, session, hers.nextCode())).code).toBe('INVALID_SESSION')
  expect((await complete(ada.email, ada.tokens?.accessToken.slice(0, 2_000) ?? '', code)).code).toBe('INVALID_SESSION')
  expect((await refusal(anonymous.setNewPassword({ body: { email: ada.email, session, newPassword: NEW_PASSWORD } }))).code).toBe(
    'INVALID_SESSION',
  )
  expect((await refusal(anonymous.refresh({ body: { refreshToken: session } }))).code).toBe('INVALID_SESSION')
  await anonymous.completeMfa({ body: { email: ada.email, session, code } })
  expect((await complete(ada.email, session, mine.nextCode())).code).toBe('INVALID_SESSION')
})

test('five wrong codes end a sign-in and lock the address, which its owner is told once', async () => {
  const ada = await founder()
  const { nextCode } = await enrol(ada)
  const session = await challenge(ada)
  const code = wrongCode(nextCode())
  const answers = []
  for (let n = 0; n < 6; n++) answers.push((await refusal(anonymous.completeMfa({ body: { email: ada.email, session, code } }))).code)
  expect(answers).toEqual([...Array(5).fill('INVALID_CODE'), 'ACCOUNT_LOCKED'])
  expect((await refusal(anonymous.login({ body: { email: ada.email, password: PASSWORD } }))).code).toBe('ACCOUNT_LOCKED')
  await mailed(ada, /Too many failed sign-ins/)
})

test('neither a reset nor a change of the password passes the second factor by', async () => {
  const ada = await founder()
  const { nextCode } = await enrol(ada)
  await ada.api.changePassword({ body: { currentPassword: PASSWORD, newPassword: NEW_PASSWORD } })
  expect((await ada.api.getMe()).data.session.mfa).toBe(true)
  await challenge(ada, NEW_PASSWORD)
  await anonymous.forgotPassword({ body: { email: ada.email } })
  const code = codeIn(await mailTo(ada.email, (mail) => /new password/i.test(mail.subject) && codeIn(mail) !== ''))
  await anonymous.resetPassword({ body: { email: ada.email, code, newPassword: PASSWORD } })
  expect((await refusal(ada.api.getMe())).code).toBe('INVALID_SESSION')
  await signInWith(ada, nextCode)
})

test("an administrator removes a lost phone's second factor, and the person is told and signs in with the password", async () => {
  const ada = await founder()
  const grace = await member(ada)
  await enrol(grace)
  await ada.api.resetUserMfa({ params: { id: grace.userId } })
  await mailed(grace, /second factor was removed/)
  expect((await refusal(grace.api.getMe())).code).toBe('INVALID_SESSION')
  await signIn(grace)
  expect((await grace.api.getMe()).data.mfa.enabled).toBe(false)
})

test('a refresh token presented again after its grace ends the session, and its owner is told', async () => {
  const ada = await founder()
  const stolen = ada.tokens?.refreshToken ?? ''
  const { data } = await anonymous.refresh({ body: { refreshToken: stolen } })
  ada.tokens = data
  const refused = await eventually(
    () => anonymous.refresh({ body: { refreshToken: stolen } }).catch((error: { code?: string }) => error),
    (answer) => 'code' in answer,
  )
  expect(refused).toMatchObject({ status: 401, code: 'INVALID_SESSION' })
  expect((await refusal(ada.api.getMe())).code).toBe('INVALID_SESSION')
  expect((await refusal(anonymous.refresh({ body: { refreshToken: data.refreshToken } }))).code).toBe('INVALID_SESSION')
  await mailed(ada, /ended one of your sessions/)
})

test('an app that was never confirmed is not asked for', async () => {
  const ada = await founder()
  const nextCode = appWith((await ada.api.setUpMfa({ body: { password: PASSWORD } })).data.secret)
  expect((await refusal(ada.api.verifyMfa({ body: { code: wrongCode(nextCode()) } }))).code).toBe('INVALID_CODE')
  await signIn(ada)
  expect((await ada.api.getMe()).data.mfa.enabled).toBe(false)
})
