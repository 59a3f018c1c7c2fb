import { expect, test } from '@jest/globals'
import { anonymous, clientOf, elsewhere, founder, member, refusal, type Someone, signIn } from './journey.ts'

/** Several endpoints at once are several functions, each with its own memory, so that all of them are warm. */
const askEverywhere = ({ api, userId }: Someone) => [
  api.getMe(),
  api.getUser({ params: { id: userId } }),
  api.listUsers(),
  api.listNotifications(),
  api.getOrganization(),
  api.listAuditLogs(),
  api.listSessions(),
  api.listUserRoles({ params: { id: userId } }),
]

async function refusedEverywhere(person: Someone, code = 'INVALID_SESSION') {
  const refusals = await Promise.all([...askEverywhere(person), ...askEverywhere(person)].map(refusal))
  expect(new Set(refusals.map((each) => `${each.status} ${each.code}`))).toEqual(
    new Set([`${code === 'INVALID_SESSION' ? 401 : 403} ${code}`]),
  )
}

async function warm(person: Someone) {
  for (let round = 0; round < 2; round++) await Promise.all(askEverywhere(person))
}

test('after signing out, the token is refused at the very next request by every warm function', async () => {
  const ada = await founder()
  const phone = await elsewhere(ada)
  await warm(ada)
  await ada.api.logout()
  await refusedEverywhere(ada)
  expect((await phone.api.getMe()).data.user.id).toBe(ada.userId)
})

test('signing out everywhere ends every session at once', async () => {
  const ada = await founder()
  const phone = await elsewhere(ada)
  await warm(ada)
  await warm(phone)
  expect((await ada.api.logoutAll()).data.ended).toBe(2)
  await Promise.all([refusedEverywhere(ada), refusedEverywhere(phone)])
  const refused = await refusal(anonymous.refresh({ body: { refreshToken: phone.tokens?.refreshToken ?? '' } }))
  expect([refused.status, refused.code]).toEqual([401, 'INVALID_SESSION'])
  await signIn(ada)
  expect((await ada.api.getMe()).data.session.status).toBe('active')
})

test('a session ended from another device is refused there at the very next request', async () => {
  const ada = await founder()
  const phone = await elsewhere(ada)
  await warm(phone)
  const id = (await phone.api.getMe()).data.session.id
  const listed = (await ada.api.listSessions()).data.items
  expect(listed.map((session) => [session.id === id, session.current])).toEqual(
    expect.arrayContaining([
      [true, false],
      [false, true],
    ]),
  )
  await ada.api.endSession({ params: { id } })
  await refusedEverywhere(phone)
  const ended = (await ada.api.listSessions()).data.items.find((session) => session.id === id)
  expect(ended).toMatchObject({ status: 'revoked', current: false })
  expect(ended?.revokedReason).toBeTruthy()
})

test("nobody ends a stranger's session", async () => {
  const [ada, eve] = [await founder(), await founder()]
  const { id } = (await ada.api.getMe()).data.session
  expect((await refusal(eve.api.endSession({ params: { id } }))).status).toBe(404)
  expect((await ada.api.getMe()).data.session.status).toBe('active')
})

test('lock, deactivation, removal and ended sessions are in force at the very next request', async () => {
  const ada = await founder()
  const [locked, disabled, removed, ended] = await Promise.all([1, 2, 3, 4].map(() => member(ada, ['rol_admin'])))
  if (!locked || !disabled || !removed || !ended) throw new Error('Four members were invited.')
  await Promise.all([locked, disabled, removed, ended].map(warm))
  await ada.api.lockUser({ params: { id: locked.userId }, body: { reason: 'Audit' } })
  await refusedEverywhere(locked, 'ACCOUNT_LOCKED')
  await ada.api.deactivateUser({ params: { id: disabled.userId } })
  await refusedEverywhere(disabled, 'ACCOUNT_DISABLED')
  await ada.api.deleteUser({ params: { id: removed.userId } })
  await refusedEverywhere(removed)
  await ada.api.endUserSessions({ params: { id: ended.userId } })
  await refusedEverywhere(ended)
  await signIn(ended)
  expect(
    (await ada.api.listUserSessions({ params: { id: ended.userId } })).data.items.filter(({ status }) => status === 'active'),
  ).toHaveLength(1)
  await ada.api.activateUser({ params: { id: disabled.userId } })
  // What began before stays ended: whoever was shut out signs in anew.
  await refusedEverywhere(disabled)
  await signIn(disabled)
  expect((await disabled.api.getMe()).data.user.status).toBe('active')
})

test('a refresh gives tokens that work in the same session, and retires the refresh token', async () => {
  const ada = await founder()
  const before = (await ada.api.getMe()).data.session
  const { data } = await anonymous.refresh({ body: { refreshToken: ada.tokens?.refreshToken ?? '' } })
  expect(data.refreshToken).not.toBe(ada.tokens?.refreshToken)
  expect(data).toMatchObject({ expiresIn: 3600, tokenType: 'Bearer' })
  const after = (await clientOf({ tokens: data }).getMe()).data.session
  expect([after.id, after.expiresAt]).toEqual([before.id, before.expiresAt])
})

test('a forged refresh token and an access token in its place are refused', async () => {
  const ada = await founder()
  for (const refreshToken of ['forged', `${ada.tokens?.refreshToken}x`, ada.tokens?.accessToken ?? '']) {
    expect((await refusal(anonymous.refresh({ body: { refreshToken } }))).code).toBe('INVALID_SESSION')
  }
})
