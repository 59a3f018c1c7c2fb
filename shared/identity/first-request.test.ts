import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { getMe } from '../../functions/identity/contract.ts'
import { handler as getMeHandler } from '../../functions/identity/get-me.ts'
import { getOrganization } from '../../functions/organizations/contract.ts'
import { handler as getOrganizationHandler } from '../../functions/organizations/get-organization.ts'
import { organizations } from '../../functions/organizations/organization-store.ts'
import { lock } from '../../functions/users/user.ts'
import { users } from '../../functions/users/user-store.ts'
import { type Bench, openWorkbench, type Person } from '../../test/workbench.ts'
import type { Versioned } from '../store/entity.ts'
import { personKey, recoveryKey, sessionKey } from '../store/keys.ts'
import { meter } from '../store/meter.ts'
import { tableFor } from '../store/table.ts'
import { patch, put, save, strip } from '../store/writes.ts'
import { mayBegin, type Origin } from './first-request.ts'
import { begin, revoke, type Session } from './session.ts'
import { sessions } from './session-store.ts'

const NOW = '2026-05-01T12:00:00.000Z'
const SIGNED_IN = Date.parse('2026-05-01T11:30:00.000Z') / 1000

const ada = { id: 'usr_1', email: 'ada@example.com', epoch: 1 }

const begun = (authTime?: number) =>
  begin({
    id: 's-1',
    organizationId: 'org_1',
    personId: 'usr_1',
    device: 'x',
    ipAddress: '192.0.2.1',
    userAgent: 'x',
    mfa: false,
    method: 'hosted',
    epoch: 1,
    at: NOW,
    expiresAt: '2026-05-08T12:00:00.000Z',
    ...(authTime ? { authTime } : {}),
  }).after

describe('a sign-in at the hosted login begins a session', () => {
  const begins = (origin: Partial<Origin> = {}, authTime = SIGNED_IN) =>
    mayBegin({ person: ada, isRecovering: false, known: [], ...origin }, authTime, NOW)

  test('only of somebody who is known', () => {
    expect(begins()).toBe(true)
    expect(begins({ person: undefined })).toBe(false)
    expect(begins({}, Number.NaN)).toBe(false)
  })

  test('unless the person signed out everywhere since', () => {
    expect(begins({ person: { ...ada, validAfter: '2026-05-01T11:30:00.001Z' } })).toBe(false)
    expect(begins({ person: { ...ada, validAfter: '2026-05-01T11:30:00.000Z' } })).toBe(true)
  })

  test('not by a code, as long as that could follow on a password that was replaced meanwhile', () => {
    const person = { ...ada, mfaEnabled: true, passwordChangedAt: '2026-05-01T11:27:00.001Z' }
    expect(begins({ person })).toBe(false)
    expect(begins({ person: { ...person, passwordChangedAt: '2026-05-01T11:27:00.000Z' } })).toBe(true)
    expect(begins({ person: { ...person, mfaEnabled: false } })).toBe(true)
  })

  test('not while the person recovers with a backup code', () => {
    expect(begins({ isRecovering: true })).toBe(false)
  })

  test('unless a session of the same sign-in was ended, whatever happened to others', () => {
    const ended = (authTime?: number) => revoke(begun(authTime), 'lost laptop', NOW).after
    expect(begins({ known: [ended(SIGNED_IN)] })).toBe(false)
    expect(begins({ known: [ended(SIGNED_IN - 60), ended(), begun(SIGNED_IN)] })).toBe(true)
  })

  test('within the life of its tokens, so that no ended session returns once its record is cleaned away', () => {
    expect(begins({}, SIGNED_IN - 7 * 86_400)).toBe(false)
  })
})

let bench: Bench
beforeAll(async () => {
  bench = await openWorkbench()
})
afterAll(() => bench?.close())

const hosted = (as: Person): Person => ({ ...as, sessionId: randomUUID() })
const soon = () => String(Math.floor(Date.now() / 1000) + 1)
const openid = (authTime = soon()) => ({ scope: 'openid email', auth_time: authTime })

const me = (as: Person, claims: Record<string, string> = openid(), headers = {}) =>
  bench.request(getMeHandler, getMe, { as, claims, headers, ip: '198.51.100.7', userAgent: 'Mozilla/5.0 (X11; Linux) Firefox/140.0' })

const stored = async ({ userId, sessionId }: Person) => {
  const [item] = await tableFor(undefined, meter()).read([sessionKey(userId, sessionId)])
  return item && strip<Session>(item)
}

const change = <T extends Versioned>(write: ReturnType<typeof save<T>>, { organizationId }: Person) =>
  bench.tenant(organizationId).commit(write)

describe('the first request of a hosted session', () => {
  test('records it with address and browser, and its event; later requests find it', async () => {
    const as = hosted(await bench.founder())
    const first = await me(as)
    expect([first.status, first.cost.waves]).toEqual([200, 4])
    expect(first.body.data.session).toMatchObject({
      id: as.sessionId,
      device: 'Firefox on Linux',
      ipAddress: '198.51.100.7',
      current: true,
    })
    const [event] = await bench.tenant(as.organizationId).events(sessions, as.sessionId)
    expect(event).toMatchObject({
      type: 'auth.login.success',
      data: { userId: as.userId, method: 'hosted', mfa: false },
      metadata: { actorId: as.userId, sessionId: as.sessionId, ipAddress: '198.51.100.7' },
    })
    const second = await me(as)
    expect([second.status, second.cost.waves]).toEqual([200, 2])
  })

  test('costs two waves once: a look at the person and their sessions, and the record', async () => {
    const as = hosted(await bench.founder())
    const read = () => bench.request(getOrganizationHandler, getOrganization, { as, claims: openid() })
    expect([(await read()).cost.waves, (await read()).cost.waves]).toEqual([3, 1])
  })

  test('may come several times at once: one session begins, and all are served', async () => {
    const as = hosted(await bench.founder())
    const replies = await Promise.all(Array.from({ length: 5 }, () => me(as)))
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect((await bench.tenant(as.organizationId).events(sessions, as.sessionId)).length).toBe(1)
  })

  test('is refused for tokens of the API, whose session is recorded before they are given', async () => {
    const as = hosted(await bench.founder())
    for (const scope of ['', 'aws.cognito.signin.user.admin']) {
      expect((await me(as, { scope, auth_time: soon() })).body.code).toBe('INVALID_SESSION')
    }
    expect(await stored(as)).toBeUndefined()
  })

  test('is refused once the person signed out everywhere, until they sign in anew', async () => {
    const as = hosted(await bench.founder())
    const before = String(Math.floor(Date.now() / 1000) - 60)
    await bench.tenant(as.organizationId).commit(patch(personKey(as.userId), { validAfter: new Date().toISOString() }))
    expect((await me(as, openid(before))).body.code).toBe('INVALID_SESSION')
    expect(await stored(as)).toBeUndefined()
    expect((await me(as)).status).toBe(200)
  })

  test('has passed the second factor where the person has one', async () => {
    const as = hosted(await bench.founder())
    await bench.tenant(as.organizationId).commit(patch(personKey(as.userId), { mfaEnabled: true }))
    expect((await me(as)).body.data.session.mfa).toBe(true)
  })

  test('is refused while the person recovers with a backup code, as Cognito asks for no second factor then', async () => {
    const as = hosted(await bench.founder())
    await bench.tenant(as.organizationId).commit(put(recoveryKey(as.userId), { hash: 'x', startedAt: NOW }))
    expect((await me(as)).body.code).toBe('INVALID_SESSION')
  })

  test('of a remembered sign-in does not bring back who was sent away', async () => {
    const [as, again] = [hosted(await bench.founder()), { sessionId: randomUUID() }]
    const signIn = openid()
    expect((await me(as, signIn)).status).toBe(200)
    await change(save(sessions, revoke((await stored(as)) as Session, 'ended by its owner', new Date().toISOString())), as)
    expect((await me(as, signIn)).status).toBe(401)
    expect((await me({ ...as, ...again }, signIn)).status).toBe(401)
    expect((await me({ ...as, ...again }, openid(String(Number(signIn.auth_time) + 30)))).status).toBe(200)
  })

  test('comes too late where the organization lets no session last that long', async () => {
    const ada = await bench.founder()
    const key = organizations.keyOf({ id: ada.organizationId, organizationId: ada.organizationId })
    await bench.tenant(ada.organizationId).commit(patch(key, { settings: { sessionPolicy: { lifetimeMinutes: 30 } } }))
    const as = hosted(ada)
    expect((await me(as, openid(String(Math.floor(Date.now() / 1000) - 1_800)))).body.code).toBe('INVALID_SESSION')
    expect(await stored(as)).toBeUndefined()
    expect((await me(as)).status).toBe(200)
  })

  test('records nothing of a stranger or of somebody who may not act there', async () => {
    const [ada, eve] = [await bench.founder(), await bench.founder()]
    const strange = hosted(eve)
    expect((await me(strange, openid(), { 'x-organization-id': ada.organizationId })).status).toBe(404)
    const member = await bench.member(ada)
    const locked = hosted(member)
    const user = await bench.tenant(ada.organizationId).get(users, member.userId)
    if (user) await change(save(users, lock(user, 'left the keys', new Date().toISOString())), ada)
    expect((await me(locked)).body).toMatchObject({ code: 'ACCOUNT_LOCKED', details: { reason: 'left the keys' } })
    expect([await stored(strange), await stored(locked)]).toEqual([undefined, undefined])
  })

  test('is recorded though the organization demands a second factor that it lacks: signing up for one takes a session', async () => {
    const ada = await bench.founder()
    const organization = await bench.tenant(ada.organizationId).get(organizations, ada.organizationId)
    const key = organizations.keyOf({ id: ada.organizationId, organizationId: ada.organizationId })
    await bench.tenant(ada.organizationId).commit(patch(key, { settings: { ...organization?.settings, mfaRequired: true } }))
    const as = hosted(ada)
    const refused = await bench.request(getOrganizationHandler, getOrganization, { as, claims: openid() })
    expect(refused.body.code).toBe('MFA_REQUIRED')
    expect((await me(as)).body.data).toMatchObject({ mfa: { required: true }, session: { mfa: false } })
  })
})
