import { expect, test } from '@jest/globals'
import { passwordChanged } from '../../events/identity.ts'
import { mintReset } from '../../shared/identity/codes.ts'
import { giveUpMail } from '../../shared/identity/login-store.ts'
import { begin } from '../../shared/identity/session.ts'
import { sessions, sessionsOf } from '../../shared/identity/session-store.ts'
import { personKey } from '../../shared/store/keys.ts'
import { save } from '../../shared/store/writes.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import { endSession, forgotPassword, getMe, listSessions, logout, logoutAll, refresh, resetPassword } from './contract.ts'
import { handler as endHandler } from './end-session.ts'
import { handler as forgotHandler } from './forgot-password.ts'
import { handler as meHandler } from './get-me.ts'
import { handler as listHandler } from './list-sessions.ts'
import { handler as logoutHandler } from './logout.ts'
import { handler as logoutAllHandler } from './logout-all.ts'
import { handler as refreshHandler } from './refresh.ts'
import { handler as resetHandler } from './reset-password.ts'
import { newIp, newMail, PASSWORD, type Registered, read, registered, signalsOf, signedIn, signIn, table } from './test-people.ts'

const bench = workbench()

const NEW_PASSWORD = 'Another horse Battery 8'
const meStatus = async (as: Person) => (await bench.request(meHandler, getMe, { as })).status
const listed = (as: Person, query?: Record<string, string>) => bench.request(listHandler, listSessions, { as, ...(query ? { query } : {}) })
const end = (as: Person, id: string) => bench.request(endHandler, endSession, { as, params: { id } })
const leave = (as: Person) => bench.request(logoutAllHandler, logoutAll, { as })
const renew = (refreshToken: string) => bench.request(refreshHandler, refresh, { body: { refreshToken } })
const reset = (body: object) => bench.request(resetHandler, resetPassword, { body })
const forget = (email: string) => bench.request(forgotHandler, forgotPassword, { body: { email }, ip: newIp() })

/** A session of the person begun in some organization, without Cognito. */
async function sessionIn(of: Registered, organizationId: string, at = new Date().toISOString()) {
  const expiresAt = new Date(Date.parse(at) + 7 * 86_400_000).toISOString()
  const place = { id: crypto.randomUUID(), organizationId, personId: of.userId, device: 'x', ipAddress: '192.0.2.1', userAgent: 'x' }
  const begun = begin({ ...place, mfa: false, method: 'password', at, expiresAt, epoch: 1 })
  await bench.tenant(organizationId).commit(save(sessions, begun))
  return begun.after
}

async function mint({ email, userId, organizationId }: Registered, now = new Date().toISOString()) {
  const minted = mintReset(email, userId, now)
  await bench.tenant(organizationId).commit(minted.write)
  return minted
}

const mailed = async (of: Registered, now?: string) => (await mint(of, now)).code

test('after signing out the next request is refused, and the session cannot be renewed', async () => {
  const as = await signedIn(bench, await registered(bench))
  expect(await meStatus(as)).toBe(200)
  const reply = await bench.request(logoutHandler, logout, { as })
  expect([reply.status, reply.body, reply.cost.waves]).toEqual([204, undefined, 3])
  expect(await meStatus(as)).toBe(401)
  expect((await renew(as.refreshToken)).body.code).toBe('INVALID_SESSION')
})

test('signing out everywhere ends every session, in other organizations too, and says how many', async () => {
  const [ada, other] = [await registered(bench), await registered(bench)]
  const [one, two] = [await signedIn(bench, ada), await signedIn(bench, ada)]
  const elsewhere = await sessionIn(ada, other.organizationId)
  const reply = await leave(one)
  expect(reply.body.data).toEqual({ ended: 3 })
  expect([await meStatus(one), await meStatus(two)]).toEqual([401, 401])
  const events = await bench.tenant(other.organizationId).events(sessions, elsewhere.id)
  expect(events.map(({ type }) => type)).toEqual(['auth.login.success', 'auth.session.revoked'])
  expect(await read(personKey(ada.userId))).toHaveProperty('validAfter')
  expect((await renew(two.refreshToken)).body.code).toBe('INVALID_SESSION')
})

test('more sessions than one transaction takes are all ended', async () => {
  const ada = await registered(bench)
  const as = await signedIn(bench, ada)
  await Promise.all(Array.from({ length: 50 }, () => sessionIn(ada, ada.organizationId)))
  expect((await leave(as)).body.data).toEqual({ ended: 51 })
  expect((await sessionsOf(table(), ada.userId)).filter(({ status }) => status === 'active')).toEqual([])
})

test('whoever acts elsewhere still signs out everywhere', async () => {
  const [ada, other] = [await registered(bench), await registered(bench)]
  await sessionIn(ada, other.organizationId)
  const founder = await bench.founder()
  expect((await leave(founder)).body.data).toEqual({ ended: 1 })
  const code = await mailed(ada)
  expect((await reset({ email: ada.email, code, newPassword: NEW_PASSWORD })).status).toBe(204)
  expect((await sessionsOf(table(), ada.userId)).map(({ status }) => status)).toEqual(['revoked'])
})

test('one session is ended by its id, and only an own one', async () => {
  const ada = await registered(bench)
  const [here, there] = [await signedIn(bench, ada), await signedIn(bench, ada)]
  const strange = await bench.founder()
  expect((await end(strange, there.sessionId)).status).toBe(404)
  expect((await end(here, there.sessionId)).status).toBe(204)
  expect((await end(here, there.sessionId)).status).toBe(204)
  expect([await meStatus(here), await meStatus(there)]).toEqual([200, 401])
  expect((await end(here, 'not-an-id')).status).toBe(404)
})

test('sessions are listed newest first, each once, with the current one marked', async () => {
  const ada = await registered(bench)
  const as = await signedIn(bench, ada)
  const older = await Promise.all([1, 2, 3, 4].map((hour) => sessionIn(ada, ada.organizationId, `2026-01-01T0${hour}:00:00.000Z`)))
  const seen: { id: string; current: boolean; status: string }[] = []
  for (let cursor: string | undefined, first = true; first || cursor; first = false) {
    const { body } = await listed(as, { limit: '2', ...(cursor ? { cursor } : {}) })
    seen.push(...body.data)
    cursor = body.meta.nextCursor ?? undefined
  }
  expect(seen.map(({ id }) => id)).toEqual([as.sessionId, ...older.map(({ id }) => id).reverse()])
  expect(seen.map(({ current }) => current)).toEqual([true, false, false, false, false])
})

test("a cursor of somebody else's sessions opens nothing", async () => {
  const ada = await bench.founder()
  const member = await bench.member(ada)
  await sessionIn({ ...member }, member.organizationId)
  const { nextCursor } = (await listed(member, { limit: '1' })).body.meta
  expect((await listed(ada, { cursor: nextCursor })).body.code).toBe('INVALID_CURSOR')
})

test('a forgotten password is answered alike for known and unknown addresses, and told once a minute', async () => {
  const ada = await registered(bench)
  const [known, again, unknown] = [await forget(ada.email), await forget(ada.email), await forget(newMail())]
  expect([known.status, again.status, unknown.status]).toEqual([202, 202, 202])
  expect(known.cost.waves).toBe(unknown.cost.waves)
  const told = (await signalsOf(ada.organizationId)).filter(({ type }) => type === 'auth.password.forgotten')
  expect(new Set(told.map(({ timestamp }) => timestamp.slice(0, 16))).size).toBe(told.length)
  expect(told[0]).toMatchObject({ aggregateId: ada.userId, data: { userId: ada.userId } })
})

test('the mailed code sets a new password once and ends all sessions', async () => {
  const ada = await registered(bench)
  const as = await signedIn(bench, ada)
  const code = await mailed(ada)
  expect((await reset({ email: ada.email, code, newPassword: NEW_PASSWORD })).status).toBe(204)
  expect(await meStatus(as)).toBe(401)
  expect((await signIn(bench, ada.email, NEW_PASSWORD)).status).toBe(200)
  expect((await signIn(bench, ada.email, PASSWORD)).body.code).toBe('INVALID_CREDENTIALS')
  expect((await reset({ email: ada.email, code, newPassword: PASSWORD })).body.code).toBe('INVALID_CODE')
  expect((await signalsOf(ada.organizationId)).some(({ type }) => type === passwordChanged.name)).toBe(true)
})

test('a weak new password leaves the code usable; five wrong tries end it', async () => {
  const ada = await registered(bench)
  const code = await mailed(ada)
  const replies = []
  for (const newPassword of ['short', 'no upper case 1', 'NO LOWER CASE 1', 'No Digit In Here', ` ${NEW_PASSWORD}`]) {
    replies.push((await reset({ email: ada.email, code, newPassword })).body)
  }
  expect(replies.map((body) => body.details.newPassword)).toEqual([
    'Make it longer',
    'Add an upper-case letter',
    'Add a lower-case letter',
    'Add a digit',
    'Choose another, without spaces around it',
  ])
  const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0')
  for (let n = 0; n < 5; n++) expect((await reset({ email: ada.email, code: wrong, newPassword: NEW_PASSWORD })).status).toBe(401)
  expect((await reset({ email: ada.email, code, newPassword: NEW_PASSWORD })).body.code).toBe('INVALID_CODE')
})

test('ten wrong codes a day leave the link alone, which no wrong guess ends; each is told', async () => {
  const ada = await registered(bench)
  const guess = (code: string) => reset({ email: ada.email, code, newPassword: NEW_PASSWORD })
  for (let round = 0; round < 2; round++) {
    const { code } = await mint(ada)
    const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0')
    for (let n = 0; n < 5; n++) expect((await guess(wrong)).body.code).toBe('INVALID_CODE')
  }
  const { code, token } = await mint(ada)
  const refused = await guess(code)
  expect([refused.status, refused.body.code]).toEqual([429, 'TOO_MANY_CODES'])
  expect((await signalsOf(ada.organizationId)).filter(({ type }) => type === 'auth.password_reset.failed')).toHaveLength(11)
  expect((await reset({ token, newPassword: NEW_PASSWORD })).status).toBe(204)
  expect((await signIn(bench, ada.email, NEW_PASSWORD)).status).toBe(200)
  expect((await reset({ token, newPassword: PASSWORD })).body.code).toBe('LINK_EXPIRED')
})

test('a link proves nothing once the person has another address, or another link was mailed', async () => {
  const ada = await registered(bench)
  const [first, second] = [await mint(ada), await mint(ada)]
  expect((await reset({ token: first.token, newPassword: NEW_PASSWORD })).body.code).toBe('LINK_EXPIRED')
  await bench.tenant(ada.organizationId).commit(giveUpMail(ada.email, ada.userId, new Date().toISOString()))
  expect((await reset({ token: second.token, newPassword: NEW_PASSWORD })).body.code).toBe('LINK_EXPIRED')
})

test('an unknown address and a wrong code are answered alike', async () => {
  const ada = await registered(bench)
  await mailed(ada, '2020-01-01T00:00:00.000Z')
  expect((await reset({ email: ada.email, code: '000000', newPassword: NEW_PASSWORD })).body.code).toBe('INVALID_CODE')
  expect((await reset({ email: newMail(), code: '000000', newPassword: NEW_PASSWORD })).body.code).toBe('INVALID_CODE')
})
