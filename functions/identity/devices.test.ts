import { expect, test } from '@jest/globals'
import { attemptsKey, personKey } from '../../shared/store/keys.ts'
import { hashOf, mailHash } from '../../shared/tokens.ts'
import { workbench } from '../../test/workbench.ts'
import { handler as changeHandler } from './change-password.ts'
import { changePassword, login, requestRecovery } from './contract.ts'
import { handler } from './login.ts'
import { handler as requestHandler } from './request-recovery.ts'
import { newIp, newMail, PASSWORD, type Registered, read, registered, signalsOf, signedIn, signIn } from './test-people.ts'

const bench = workbench()

const NEW_PASSWORD = 'Another horse Battery 8'
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const NEWER = 'Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0'
const SAFARI = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1'

const signInWith = ({ email }: Registered, userAgent: string, password = PASSWORD) =>
  bench.request(handler, login, { body: { email, password }, ip: newIp(), userAgent })

const told = async ({ organizationId }: Registered, type: string) =>
  (await signalsOf(organizationId)).filter((signal) => signal.type === type).map(({ data }) => data)

test('a device not seen before is told, the very first and a newer version of the same are not', async () => {
  const ada = await registered(bench)
  for (const agent of [FIREFOX, NEWER, SAFARI, FIREFOX, SAFARI]) expect((await signInWith(ada, agent)).status).toBe(200)
  expect(await told(ada, 'auth.device.appeared')).toEqual([{ userId: ada.userId, device: 'Safari on iPhone' }])
})

test('a sign-in that fails tells of no device', async () => {
  const ada = await registered(bench)
  await signInWith(ada, FIREFOX)
  await signInWith(ada, SAFARI, 'Wrong Password 123')
  expect(await told(ada, 'auth.device.appeared')).toEqual([])
})

test('a device is a stranger again once the password is another: its token has no tries of its own, and is replaced', async () => {
  const ada = await registered(bench)
  const as = await signedIn(bench, ada)
  const { deviceToken } = (await signIn(bench, ada.email)).body.data
  const body = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }
  expect((await bench.request(changeHandler, changePassword, { as, body })).status).toBe(204)
  const next = (await signIn(bench, ada.email, NEW_PASSWORD, { deviceToken })).body.data
  expect(next.deviceToken).not.toBe(deviceToken)
  await signIn(bench, ada.email, 'Wrong Password 123', { deviceToken })
  expect(await read(attemptsKey(mailHash(ada.email)))).toMatchObject({ wrong: 1 })
  await signIn(bench, ada.email, 'Wrong Password 123', { deviceToken: next.deviceToken })
  expect(await read(attemptsKey(mailHash(ada.email), hashOf(next.deviceToken)))).toMatchObject({ wrong: 1 })
})

test('a device that signed in before may ask for a recovery while strangers lock the address', async () => {
  const { email } = await registered(bench)
  const { deviceToken } = (await signIn(bench, email)).body.data
  for (let n = 0; n < 5; n++) await signIn(bench, email, 'Wrong Password 123')
  const ask = async (more: object) =>
    (await bench.request(requestHandler, requestRecovery, { body: { email, password: 'Wrong Password 123', ...more }, ip: newIp() })).body
  expect([(await ask({})).code, (await ask({ deviceToken })).code]).toEqual(['ACCOUNT_LOCKED', 'INVALID_CREDENTIALS'])
})

test('the twenty latest devices are remembered', async () => {
  const ada = await registered(bench)
  for (let n = 0; n < 22; n++) await signInWith(ada, `tool${n}`)
  const { devices } = (await read(personKey(ada.userId))) as { devices: string[] }
  expect([devices.length, devices[0], devices.at(-1)]).toEqual([20, 'tool21', 'tool2'])
})

test('a lock is told once to who has the address, however many sign-ins fail at once', async () => {
  const ada = await registered(bench)
  await Promise.all(Array.from({ length: 7 }, () => signIn(bench, ada.email, 'Wrong Password 123')))
  await signIn(bench, ada.email)
  expect(await told(ada, 'auth.login.locked')).toEqual([{ userId: ada.userId, until: expect.stringMatching(/Z$/) }])
})

test('the failure that locks costs the same whether or not anybody has the address', async () => {
  const waves = []
  for (const email of [(await registered(bench)).email, newMail()]) {
    for (let n = 0; n < 4; n++) await signIn(bench, email, 'Wrong Password 123')
    waves.push((await signIn(bench, email, 'Wrong Password 123')).cost.waves)
  }
  expect(waves[0]).toBe(waves[1])
})
