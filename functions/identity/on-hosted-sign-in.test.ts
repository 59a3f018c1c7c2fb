import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { begin } from '../../shared/identity/session.ts'
import { sessions, sessionsOf } from '../../shared/identity/session-store.ts'
import { personKey } from '../../shared/store/keys.ts'
import { patch, save } from '../../shared/store/writes.ts'
import { type Bench, openWorkbench, type Person } from '../../test/workbench.ts'
import { users } from '../users/door.ts'
import { getMe } from './contract.ts'
import { handler as getMeHandler } from './get-me.ts'
import { handler } from './on-hosted-sign-in.ts'
import { read, signalsOf, table } from './test-people.ts'

let bench: Bench
beforeAll(async () => {
  bench = await openWorkbench()
})
afterAll(() => bench?.close())

const FIREFOX = 'Mozilla/5.0 (X11; Linux) Firefox/140.0'

/** Somebody's first request with a token of the hosted login, and the event it wrote. */
async function arrived(founder: Person) {
  const as = { ...founder, sessionId: randomUUID() }
  const claims = { scope: 'openid', auth_time: String(Math.floor(Date.now() / 1000)) }
  await bench.request(getMeHandler, getMe, { as, claims, ip: '198.51.100.7', userAgent: FIREFOX })
  const [event] = await bench.tenant(as.organizationId).events(sessions, as.sessionId)
  if (!event) throw new Error('The session was not recorded.')
  return event
}

const userOf = ({ organizationId, userId }: Person) => bench.tenant(organizationId).get(users, userId)

test('the user shows the sign-in, once however often the event comes, as their own doing', async () => {
  const ada = await bench.founder()
  const event = await arrived(ada)
  expect(await bench.react(handler, event)).toEqual([])
  expect(await bench.react(handler, event, event)).toEqual([])
  expect(await userOf(ada)).toMatchObject({ loginCount: 1, lastLoginIp: '198.51.100.7' })
  const told = (await bench.tenant(ada.organizationId).events(users, ada.userId)).at(-1)
  expect(told).toMatchObject({ type: 'user.authenticated', data: { loginMethod: 'hosted' } })
  expect(told?.metadata).toMatchObject({ actorId: ada.userId, ipAddress: '198.51.100.7', causationId: event.id })
})

test('the device is remembered; one not seen before is told of, with the address', async () => {
  const ada = await bench.founder()
  await bench.tenant(ada.organizationId).commit(patch(personKey(ada.userId), { devices: ['Safari on iPhone'] }))
  await bench.react(handler, await arrived(ada))
  await bench.react(handler, await arrived(ada))
  expect((await read(personKey(ada.userId)))?.devices).toEqual(['Firefox on Linux', 'Safari on iPhone'])
  const told = (await signalsOf(ada.organizationId)).filter(({ type }) => type === 'auth.device.appeared')
  expect(told.map(({ data, metadata }) => [data, metadata.ipAddress])).toEqual([
    [{ userId: ada.userId, device: 'Firefox on Linux' }, '198.51.100.7'],
  ])
})

test('the oldest of too many sessions ends', async () => {
  const ada = await bench.founder()
  const older = Array.from({ length: 50 }, (_, n) =>
    begin({
      id: randomUUID(),
      organizationId: ada.organizationId,
      personId: ada.userId,
      device: 'x',
      ipAddress: '192.0.2.1',
      userAgent: 'x',
      epoch: 1,
      mfa: false,
      method: 'password',
      at: `2026-01-01T00:${n + 10}:00.000Z`,
      expiresAt: '2099-01-01T00:00:00.000Z',
    }),
  )
  await bench.tenant(ada.organizationId).commit(older.slice(0, 48).map((change) => save(sessions, change)))
  await bench.react(handler, await arrived(ada))
  const live = async () => (await sessionsOf(table(), ada.userId)).filter(({ status }) => status === 'active').length
  expect(await live()).toBe(50)
  await bench.react(handler, await arrived(ada))
  expect(await live()).toBe(50)
})

test('a sign-in at the API, which has done all this, and somebody who is gone change nothing', async () => {
  const ada = await bench.founder()
  const event = await arrived(ada)
  await bench.react(handler, { ...event, data: { ...event.data, method: 'password' } })
  await bench.react(handler, { ...event, data: { ...event.data, userId: 'usr_01ARZ3NDEKTSV4RRFFQ69G5FAV' } })
  expect(await userOf(ada)).toMatchObject({ loginCount: 0 })
})
