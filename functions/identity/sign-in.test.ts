import { expect, test } from '@jest/globals'
import { putMembership } from '../../shared/identity/membership-store.ts'
import { begin } from '../../shared/identity/session.ts'
import { sessions, sessionsOf } from '../../shared/identity/session-store.ts'
import { attemptsKey, membershipKey, personKey, sessionKey } from '../../shared/store/keys.ts'
import { patch, put, save } from '../../shared/store/writes.ts'
import { mailHash } from '../../shared/tokens.ts'
import { workbench } from '../../test/workbench.ts'
import { organizations } from '../organizations/door.ts'
import { register as newUser, type User, users } from '../users/door.ts'
import { getMe, refresh } from './contract.ts'
import { handler as meHandler } from './get-me.ts'
import { handler as refreshHandler } from './refresh.ts'
import { newMail, PASSWORD, type Registered, read, registered, signalsOf, signedIn, signIn, table } from './test-people.ts'

const bench = workbench()

const WRONG = 'Wrong Password 123'
const me = (as: Awaited<ReturnType<typeof signedIn>>, headers = {}) => bench.request(meHandler, getMe, { as, headers })
const renew = (refreshToken: string) => bench.request(refreshHandler, refresh, { body: { refreshToken } })

/** Changes a user or an organization as its administrators would. */
const change = async (of: Registered, set: Partial<User>) => {
  const key = users.keyOf({ id: of.userId, organizationId: of.organizationId })
  const user = (await bench.tenant(of.organizationId).get(users, of.userId)) as User
  await bench.tenant(of.organizationId).commit(patch(key, { ...set, version: user.version + 1 }))
}
const suspend = (organizationId: string) =>
  bench.tenant(organizationId).commit(patch(organizations.keyOf({ id: organizationId, organizationId }), { status: 'suspended' }))

/** The same person as a user of another organization. */
async function joinOther(of: Registered, { organizationId }: Registered) {
  const names = { firstName: 'Ada', lastName: 'Elsewhere', email: of.email }
  const at = new Date().toISOString()
  const user = newUser({
    id: of.userId,
    organizationId,
    ...names,
    roleIds: ['rol_basic_user'],
    by: 'x',
    at,
  })
  await bench.tenant(organizationId).commit([save(users, user), putMembership(user.after)])
}

test('signing in gives tokens and the user, begins a session and counts the sign-in, in three waves', async () => {
  const ada = await registered(bench)
  const reply = await signIn(bench, ada.email.toUpperCase())
  expect(reply.status).toBe(200)
  expect(reply.cost.waves).toBe(3)
  expect(reply.body.data).toMatchObject({
    mfaRequired: false,
    mfaSetupRequired: false,
    user: { id: ada.userId, loginCount: 1, lastLoginIp: expect.stringMatching(/^198/) },
  })
  expect(reply.body.data.tokens).toMatchObject({ expiresIn: 3600, tokenType: 'Bearer' })
  const [session] = await sessionsOf(table(), ada.userId)
  expect(session).toMatchObject({ status: 'active', device: 'jest', organizationId: ada.organizationId })
  const tenant = bench.tenant(ada.organizationId)
  expect((await tenant.events(sessions, String(session?.id))).map(({ type }) => type)).toEqual(['auth.login.success'])
  expect((await tenant.events(users, ada.userId)).map(({ type }) => type)).toEqual(['user.created', 'user.authenticated'])
})

test('many sign-ins at once all succeed and are all counted', async () => {
  const ada = await registered(bench)
  const replies = await Promise.all(Array.from({ length: 4 }, () => signIn(bench, ada.email)))
  expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  expect(await bench.tenant(ada.organizationId).get(users, ada.userId)).toMatchObject({ loginCount: 4 })
})

test('an unknown address and a wrong password are answered alike, at the same cost in waves', async () => {
  const ada = await registered(bench)
  const [wrong, unknown] = [await signIn(bench, ada.email, WRONG), await signIn(bench, newMail(), WRONG)]
  const { requestId: _a, timestamp: _b, ...first } = wrong.body
  const { requestId: _c, timestamp: _d, ...second } = unknown.body
  expect(first).toEqual({ ...second, code: 'INVALID_CREDENTIALS' })
  expect([wrong.status, wrong.cost.waves]).toEqual([unknown.status, unknown.cost.waves])
  const signals = await signalsOf(ada.organizationId)
  expect(signals).toMatchObject([{ type: 'auth.login.failed', aggregateId: ada.userId, data: { reason: 'INVALID_CREDENTIALS' } }])
})

test.each(['known', 'unknown'])('five failures lock an address that is %s for 15 minutes, the right password too', async (kind) => {
  const email = kind === 'known' ? (await registered(bench)).email : newMail()
  const failures = await Promise.all(Array.from({ length: 5 }, () => signIn(bench, email, WRONG)))
  expect(failures.map(({ body }) => body.code)).toEqual(Array(5).fill('INVALID_CREDENTIALS'))
  const locked = await signIn(bench, email)
  expect([locked.status, locked.body.code]).toEqual([403, 'ACCOUNT_LOCKED'])
  expect(locked.body.details.retryAfter).toBeGreaterThan(14 * 60)
  expect(locked.body.details.retryAfter).toBeLessThanOrEqual(15 * 60)
})

test('after the lock has run out, counting begins anew, and the right password opens and forgets', async () => {
  const ada = await registered(bench)
  const key = attemptsKey(mailHash(ada.email))
  await bench.tenant(ada.organizationId).commit(put(key, { failures: 5, expiresAt: '2020-01-01T00:00:00.000Z' }))
  expect((await signIn(bench, ada.email, WRONG)).body.code).toBe('INVALID_CREDENTIALS')
  expect(await read(key)).toMatchObject({ wrong: 1 })
  expect((await signIn(bench, ada.email, WRONG)).body.code).toBe('INVALID_CREDENTIALS')
  expect(await read(key)).toMatchObject({ wrong: 2 })
  expect((await signIn(bench, ada.email)).status).toBe(200)
  expect(await read(key)).toBeUndefined()
})

test.each([
  ['a locked user', { status: 'locked', lockReason: 'left a laptop on the train' }, 'ACCOUNT_LOCKED'],
  ['a deactivated user', { status: 'disabled' }, 'ACCOUNT_DISABLED'],
  ['a removed user', { deletedAt: '2026-01-01T00:00:00.000Z' }, 'ACCOUNT_DISABLED'],
] as const)('%s learns why only with the right password, and gets no session', async (_who, set, code) => {
  const ada = await registered(bench)
  await change(ada, set)
  expect((await signIn(bench, ada.email, WRONG)).body.code).toBe('INVALID_CREDENTIALS')
  const reply = await signIn(bench, ada.email)
  expect([reply.status, reply.body.code]).toEqual([403, code])
  expect(await sessionsOf(table(), ada.userId)).toEqual([])
  expect((await signalsOf(ada.organizationId)).map(({ data }) => data.reason).sort()).toEqual([code, 'INVALID_CREDENTIALS'].sort())
  expect(await read(attemptsKey(mailHash(ada.email)))).toMatchObject({ wrong: 1 })
})

test('nobody signs in to a suspended organization', async () => {
  const ada = await registered(bench)
  await suspend(ada.organizationId)
  expect((await signIn(bench, ada.email)).body.code).toBe('ORGANIZATION_SUSPENDED')
})

test('an organization chosen at sign-in becomes the default; one the person is not in is not found', async () => {
  const [ada, other, foreign] = [await registered(bench), await registered(bench), await registered(bench)]
  await joinOther(ada, other)
  const reply = await signIn(bench, ada.email, PASSWORD, { organizationId: other.organizationId })
  expect(reply.body.data.user).toMatchObject({ organizationId: other.organizationId, lastName: 'Elsewhere' })
  expect(await read(personKey(ada.userId))).toMatchObject({ defaultOrganizationId: other.organizationId })
  expect((await signIn(bench, ada.email)).body.data.user.organizationId).toBe(other.organizationId)
  const refused = await signIn(bench, ada.email, PASSWORD, { organizationId: foreign.organizationId })
  expect([refused.status, refused.body.code]).toEqual([404, 'NOT_FOUND'])
})

test('where a second factor is demanded, sign-in says that it has to be set up, and me stays open', async () => {
  const ada = await registered(bench)
  const key = organizations.keyOf({ id: ada.organizationId, organizationId: ada.organizationId })
  await bench.tenant(ada.organizationId).commit(patch(key, { settings: { mfaRequired: true } }))
  expect((await signIn(bench, ada.email)).body.data.mfaSetupRequired).toBe(true)
  expect((await me(await signedIn(bench, ada))).body.data.mfa).toEqual({ enabled: false, required: true, backupCodesLeft: 0 })
})

test('me tells user, organizations, roles, permissions and session', async () => {
  const [ada, other] = [await registered(bench), await registered(bench)]
  const as = await signedIn(bench, ada)
  expect((await me(as)).cost.waves).toBe(2)
  await joinOther(ada, other)
  const reply = await me(as)
  expect(reply.cost.waves).toBe(3)
  const { data } = reply.body
  expect(data.user).toMatchObject({ id: ada.userId, email: ada.email })
  expect(data.memberships).toHaveLength(2)
  expect(data.memberships).toContainEqual({
    organizationId: other.organizationId,
    name: 'Bench',
    type: 'customer',
    status: 'trial',
    role: 'basic_user',
  })
  expect(data.roles).toMatchObject([{ id: 'rol_admin', name: 'admin' }])
  expect(data.permissions).toContain('users:*')
  expect(data.session).toMatchObject({ id: as.sessionId, status: 'active', current: true })
  const there = await me(as, { 'x-organization-id': other.organizationId })
  expect(there.body.data.roles).toMatchObject([{ id: 'rol_basic_user' }])
})

test('memberships that ended or are not accepted yet, and organizations without a card, are not told', async () => {
  const ada = await registered(bench)
  const as = await signedIn(bench, ada)
  const row = (organizationId: string, userStatus: string) =>
    put(membershipKey(ada.userId, organizationId), { organizationId, role: null, userStatus, version: 1 })
  const rows = [row('org_1', 'deleted'), row('org_2', 'invited'), row('org_3', 'active')]
  await bench.tenant(ada.organizationId).commit(rows)
  expect((await me(as)).body.data.memberships.map((each: Registered) => each.organizationId)).toEqual([ada.organizationId])
})

test('a refresh gives new tokens of the same session and notes the activity', async () => {
  const ada = await registered(bench)
  const as = await signedIn(bench, ada)
  const reply = await renew(as.refreshToken)
  expect(reply.status).toBe(200)
  expect(reply.body.data.refreshToken).not.toBe(as.refreshToken)
  expect((await read(sessionKey(ada.userId, as.sessionId)))?.version).toBe(2)
  const events = await bench.tenant(ada.organizationId).events(sessions, as.sessionId)
  expect(events.map(({ type }) => type)).toEqual(['auth.login.success', 'auth.session.refreshed'])
  expect((await renew(reply.body.data.refreshToken)).status).toBe(200)
})

test('a token that Cognito does not know renews nothing', async () => {
  const reply = await renew('not-a-token')
  expect([reply.status, reply.body.code]).toEqual([401, 'INVALID_SESSION'])
})

test('our record decides: a revoked session is not renewed, nor one that began with credentials of before', async () => {
  const ada = await registered(bench)
  const [one, two] = [await signedIn(bench, ada), await signedIn(bench, ada)]
  const key = sessionKey(ada.userId, one.sessionId)
  await bench.tenant(ada.organizationId).commit(patch(key, { status: 'revoked' }))
  expect((await renew(one.refreshToken)).body.code).toBe('INVALID_SESSION')
  await bench.tenant(ada.organizationId).commit(patch(key, { status: 'active' }))
  expect((await renew(one.refreshToken)).status).toBe(200)
  await bench.tenant(ada.organizationId).commit(patch(personKey(ada.userId), { epoch: 2 }))
  expect((await renew(two.refreshToken)).body.code).toBe('INVALID_SESSION')
})

test('a locked, a removed and a suspended person get no new tokens', async () => {
  const codes = []
  for (const end of [
    (of: Registered) => change(of, { status: 'locked' }),
    (of: Registered) => change(of, { deletedAt: '2026-01-01T00:00:00.000Z' }),
    (of: Registered) => suspend(of.organizationId),
  ]) {
    const ada = await registered(bench)
    const as = await signedIn(bench, ada)
    await end(ada)
    codes.push((await renew(as.refreshToken)).body.code)
  }
  expect(codes).toEqual(['ACCOUNT_LOCKED', 'INVALID_SESSION', 'ORGANIZATION_SUSPENDED'])
})

test('past fifty live sessions the oldest ends', async () => {
  const ada = await registered(bench)
  const at = (n: number) => new Date(Date.now() - (60 - n) * 60_000).toISOString()
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString()
  const place = {
    organizationId: ada.organizationId,
    personId: ada.userId,
    device: 'x',
    ipAddress: '192.0.2.1',
    userAgent: 'x',
    mfa: false,
  }
  const old = Array.from({ length: 50 }, (_, n) => begin({ ...place, id: `s-${n}`, method: 'password', at: at(n), expiresAt, epoch: 1 }))
  await bench.tenant(ada.organizationId).commit(old.map((each) => save(sessions, each)))
  await signedIn(bench, ada)
  expect((await sessionsOf(table(), ada.userId)).filter(({ status }) => status === 'revoked')).toMatchObject([
    { id: 's-0', revokedReason: 'too many sessions' },
  ])
})
