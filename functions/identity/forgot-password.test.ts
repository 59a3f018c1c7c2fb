import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { passwordForgotten } from '../../events/identity.ts'
import { userPasswordResetRequested } from '../../events/users.ts'
import type { DomainEvent } from '../../shared/event.ts'
import { newId } from '../../shared/ids.ts'
import { mailsKey, resetKey } from '../../shared/store/keys.ts'
import { patch, put } from '../../shared/store/writes.ts'
import { mailHash } from '../../shared/tokens.ts'
import { sentBy } from '../../test/workbench/letters.ts'
import { type Bench, openWorkbench } from '../../test/workbench.ts'
import { handler as onPasswordReset } from '../notifications/on-password-reset.ts'
import { forgotPassword, resetPassword } from './contract.ts'
import { handler } from './forgot-password.ts'
import { handler as resetHandler } from './reset-password.ts'
import { codeTo, lastSignal, tokenTo } from './test-events.ts'
import { newIp, newMail, type Registered, registered, signIn } from './test-people.ts'

let bench: Bench
beforeAll(async () => {
  bench = await openWorkbench()
})
beforeEach(() => {
  bench.mails.splice(0)
})
afterAll(() => bench.close())

const newPassword = 'Another horse Battery 8'
const forget = (email: string, deviceToken?: string) =>
  bench.request(handler, forgotPassword, { body: { email, ...(deviceToken ? { deviceToken } : {}) }, ip: newIp() })
const reset = (body: object) => bench.request(resetHandler, resetPassword, { body, ip: newIp() })

/** Asked for, and answered. */
async function forgotten(ada: Registered, deviceToken?: string): Promise<DomainEvent> {
  expect((await forget(ada.email, deviceToken)).status).toBe(202)
  const event = await lastSignal(ada.organizationId, passwordForgotten)
  expect(await bench.react(onPasswordReset, event)).toEqual([])
  return event
}

const againAs = (event: DomainEvent) => bench.react(onPasswordReset, { ...event, id: newId('evt') })

test('asked for again and again, the code and the link that were mailed stay good, and no other mail goes out', async () => {
  const ada = await registered(bench)
  const event = await forgotten(ada)
  const [code, token] = [codeTo(bench, ada.email), tokenTo(bench, ada.email)]
  for (let n = 0; n < 12; n++) expect(await againAs(event)).toEqual([])
  expect(sentBy(bench)).toHaveLength(1)
  expect((await reset({ email: ada.email, code, newPassword })).status).toBe(204)
  expect((await reset({ token, newPassword })).body.code).toBe('LINK_EXPIRED')
})

test.each([
  ['that is ten minutes old', { expiresAt: new Date(Date.now() + 49 * 60_000).toISOString() }],
  ['that wrong tries have ended', { attempts: 5 }],
  ['of whoever had the address before', { personId: newId('usr') }],
])('a code %s makes room for another', async (_, change) => {
  const ada = await registered(bench)
  const event = await forgotten(ada)
  await bench.tenant(ada.organizationId).commit(patch(resetKey(mailHash(ada.email)), change))
  await againAs(event)
  expect(sentBy(bench)).toHaveLength(2)
  expect((await reset({ email: ada.email, code: codeTo(bench, ada.email), newPassword })).status).toBe(204)
})

test('a mail that did not go out is sent when its event comes again, with a code that works', async () => {
  const ada = await registered(bench)
  await forget(ada.email)
  const event = await lastSignal(ada.organizationId, passwordForgotten)
  process.env.AWS_ENDPOINT_URL_SESV2 = 'http://127.0.0.1:1'
  expect(await bench.react(onPasswordReset, event)).toEqual(['message-0'])
  delete process.env.AWS_ENDPOINT_URL_SESV2
  expect(await bench.react(onPasswordReset, event)).toEqual([])
  expect((await reset({ email: ada.email, code: codeTo(bench, ada.email), newPassword })).status).toBe(204)
})

/** Strangers have asked as often as an address gets mails in a day. */
async function usedUp(): Promise<Registered> {
  const ada = await registered(bench)
  const key = mailsKey(mailHash(ada.email), `password_reset#${new Date().toISOString().slice(0, 10)}`)
  await bench.tenant(ada.organizationId).commit(put(key, { used: 10 }))
  return ada
}

test('strangers use up neither what an administrator may send nor what a device that signed in before may ask for', async () => {
  const [ada, eve] = [await usedUp(), await registered(bench)]
  const [own, other] = [(await signIn(bench, ada.email)).body.data.deviceToken, (await signIn(bench, eve.email)).body.data.deviceToken]
  bench.mails.splice(0)
  const event = await forgotten(ada)
  await forgotten(ada, other)
  expect(sentBy(bench)).toEqual([])
  await forgotten(ada, own)
  expect(sentBy(bench).map(({ to }) => to)).toEqual([ada.email])
  await bench.react(onPasswordReset, { ...event, id: newId('evt'), type: userPasswordResetRequested.name })
  expect(sentBy(bench).map(({ to }) => to)).toEqual([ada.email, ada.email])
})

test('asking with a device costs the same whether or not the address is known, or the device its own', async () => {
  const [ada, eve] = [await registered(bench), await registered(bench)]
  const device = (await signIn(bench, eve.email)).body.data.deviceToken
  const replies = [await forget(ada.email, device), await forget(newMail(), device), await forget(eve.email, device)]
  expect(replies.map(({ status, cost }) => [status, cost.waves])).toEqual(Array(3).fill([202, replies[0]?.cost.waves]))
})
