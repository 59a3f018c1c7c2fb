import { AdminSetUserPasswordCommand, CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { describe, expect, test } from '@jest/globals'
import { mintReset } from '../../shared/identity/codes.ts'
import { sessionsOf } from '../../shared/identity/session-store.ts'
import { attemptsKey, sessionKey } from '../../shared/store/keys.ts'
import { patch } from '../../shared/store/writes.ts'
import { mailHash } from '../../shared/tokens.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import { handler as changeHandler } from './change-password.ts'
import { changePassword, getMe, refresh, resetPassword, setNewPassword } from './contract.ts'
import { handler as meHandler } from './get-me.ts'
import { handler as refreshHandler } from './refresh.ts'
import { handler as resetHandler } from './reset-password.ts'
import { handler as newPasswordHandler } from './set-new-password.ts'
import { newIp, newMail, PASSWORD, type Registered, read, registered, signalsOf, signedIn, signIn, table } from './test-people.ts'
import { complete, enrolled } from './test-second-factor.ts'

const bench = workbench()

const NEW_PASSWORD = 'Another horse Battery 8'
const WRONG = 'Wrong Password 123'
const change = (as: Person, currentPassword: string, newPassword = NEW_PASSWORD) =>
  bench.request(changeHandler, changePassword, { as, body: { currentPassword, newPassword } })
const renew = (refreshToken: string) => bench.request(refreshHandler, refresh, { body: { refreshToken } })
const meStatus = async (as: Person) => (await bench.request(meHandler, getMe, { as })).status
const changesOf = async (organizationId: string) =>
  (await signalsOf(organizationId)).filter(({ type }) => type === 'auth.password.changed').map(({ data }) => data.how)

describe('changing the password', () => {
  test('ends all other sessions, keeps this one, and is told', async () => {
    const ada = await registered(bench)
    const [here, there] = [await signedIn(bench, ada), await signedIn(bench, ada)]
    expect((await change(here, PASSWORD)).status).toBe(204)
    expect([await meStatus(here), await meStatus(there)]).toEqual([200, 401])
    expect([(await renew(here.refreshToken)).status, (await renew(there.refreshToken)).status]).toEqual([200, 401])
    expect((await signIn(bench, ada.email, PASSWORD)).body.code).toBe('INVALID_CREDENTIALS')
    expect((await signIn(bench, ada.email, NEW_PASSWORD)).status).toBe(200)
    expect(await changesOf(ada.organizationId)).toEqual(['changed'])
  })

  test('takes the current one: wrong guesses lock this session, and nobody out', async () => {
    const ada = await registered(bench)
    const [as, other] = [await signedIn(bench, ada), await signedIn(bench, ada)]
    const codes = []
    for (let n = 0; n < 6; n++) codes.push((await change(as, WRONG)).body.code)
    expect(codes).toEqual([...Array(5).fill('INVALID_CREDENTIALS'), 'ACCOUNT_LOCKED'])
    expect((await change(other, WRONG)).body.code).toBe('INVALID_CREDENTIALS')
    expect(await read(attemptsKey(mailHash(ada.email)))).toBeUndefined()
  })

  test('forgets earlier failures, also those of strangers, and works with a second factor', async () => {
    const ada = await enrolled(bench)
    expect((await change(ada.as, WRONG)).status).toBe(401)
    await signIn(bench, ada.email, WRONG)
    expect((await change(ada.as, PASSWORD)).status).toBe(204)
    for (const session of [undefined, ada.as.sessionId]) expect(await read(attemptsKey(mailHash(ada.email), session))).toBeUndefined()
    expect((await signIn(bench, ada.email, NEW_PASSWORD)).body.data.mfaRequired).toBe(true)
  })

  test('takes the second factor as well where one is on, and tries no password before', async () => {
    const { as, email } = await enrolled(bench)
    const freshAt = new Date(Date.now() - 301_000).toISOString()
    await bench.tenant(as.organizationId).commit(patch(sessionKey(as.userId, as.sessionId), { freshAt }))
    for (const password of [PASSWORD, WRONG]) expect((await change(as, password)).body.code).toBe('STEP_UP_REQUIRED')
    expect((await signIn(bench, email)).body.data.mfaRequired).toBe(true)
    expect(await changesOf(as.organizationId)).toEqual([])
  })

  test('says what a weak one lacks, and leaves the old one', async () => {
    const ada = await registered(bench)
    const as = await signedIn(bench, ada)
    const { body } = await change(as, PASSWORD, 'no upper case 1')
    expect([body.code, body.details]).toEqual(['WEAK_PASSWORD', { newPassword: 'Add an upper-case letter' }])
    expect((await signIn(bench, ada.email)).status).toBe(200)
  })

  test('leaves no session of the check behind', async () => {
    const ada = await registered(bench)
    await change(await signedIn(bench, ada), PASSWORD)
    expect(await sessionsOf(table(), ada.userId)).toHaveLength(1)
  })

  test('is nothing for who has none', async () => {
    const invited = await bench.founder()
    expect((await change(invited, PASSWORD)).body.code).toBe('INVALID_CREDENTIALS')
  })
})

test('a reset does not pass the second factor by', async () => {
  const ada = await enrolled(bench)
  const { code, write } = mintReset(ada.email, ada.userId, new Date().toISOString())
  await bench.tenant(ada.organizationId).commit(write)
  await bench.request(resetHandler, resetPassword, { body: { email: ada.email, code, newPassword: NEW_PASSWORD } })
  const first = await signIn(bench, ada.email, NEW_PASSWORD)
  expect(first.body.data).toMatchObject({ mfaRequired: true, challenge: 'SOFTWARE_TOKEN_MFA' })
  expect((await complete(bench, ada.email, first.body.data.session, ada.nextCode())).status).toBe(200)
})

describe('a password that has to be replaced', () => {
  const temporary = (of: Registered) =>
    new CognitoIdentityProviderClient({}).send(
      new AdminSetUserPasswordCommand({ UserPoolId: bench.pool.id, Username: of.userId, Password: PASSWORD, Permanent: false }),
    )
  const replace = (email: string, session: string, newPassword = NEW_PASSWORD) =>
    bench.request(newPasswordHandler, setNewPassword, { body: { email, session, newPassword }, ip: newIp() })

  test('opens once it is, and all earlier sessions end', async () => {
    const ada = await registered(bench)
    const before = await signedIn(bench, ada)
    await temporary(ada)
    const { data } = (await signIn(bench, ada.email)).body
    expect(data).toMatchObject({ mfaRequired: true, challenge: 'NEW_PASSWORD_REQUIRED' })
    const weak = await replace(ada.email, data.session, ' spaces around 1A ')
    expect([weak.body.code, weak.body.details]).toEqual(['WEAK_PASSWORD', { newPassword: 'Choose another, without spaces around it' }])
    const reply = await replace(ada.email, data.session)
    expect(reply.body.data).toMatchObject({ mfaRequired: false, user: { id: ada.userId } })
    expect(await meStatus(before)).toBe(401)
    expect((await renew(reply.body.data.tokens.refreshToken)).status).toBe(200)
    expect(await changesOf(ada.organizationId)).toEqual(['forced'])
    expect((await replace(ada.email, data.session)).body.code).toBe('INVALID_SESSION')
  })

  test('still takes the second factor', async () => {
    const ada = await enrolled(bench)
    await temporary(ada)
    const { session } = (await signIn(bench, ada.email)).body.data
    const next = (await replace(ada.email, session)).body.data
    expect(next).toMatchObject({ mfaRequired: true, challenge: 'SOFTWARE_TOKEN_MFA' })
    expect((await complete(bench, ada.email, next.session, ada.nextCode())).body.data).toMatchObject({ mfaRequired: false })
  })

  test('is not replaced by a session of another step, person or address', async () => {
    const [ada, eve] = [await enrolled(bench), await registered(bench)]
    await temporary(eve)
    const [code, password] = [(await signIn(bench, ada.email)).body.data.session, (await signIn(bench, eve.email)).body.data.session]
    const refused = [
      await replace(ada.email, code),
      await replace(ada.email, password),
      await replace(newMail(), password),
      await complete(bench, eve.email, password, '123456'),
    ]
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual(Array(4).fill([401, 'INVALID_SESSION']))
  })
})
