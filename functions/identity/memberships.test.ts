import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { userLeft } from '../../events/users.ts'
import type { DomainEvent, EventType } from '../../shared/event.ts'
import { mintInvitation } from '../../shared/identity/codes.ts'
import { begin } from '../../shared/identity/session.ts'
import { sessions, sessionsOf } from '../../shared/identity/session-store.ts'
import { newId } from '../../shared/ids.ts'
import { loginKey, membershipKey, personKey } from '../../shared/store/keys.ts'
import { patch, save } from '../../shared/store/writes.ts'
import { mailHash } from '../../shared/tokens.ts'
import { type Bench, openWorkbench, type Person } from '../../test/workbench.ts'
import { leaveOrganization } from '../organizations/contract.ts'
import { organizations } from '../organizations/door.ts'
import { handler as leaveHandler } from '../organizations/leave-organization.ts'
import { createUser, inviteUser, restoreUser } from '../users/contract.ts'
import { handler as inviteHandler } from '../users/create-user.ts'
import { type User, users } from '../users/door.ts'
import { handler as reinviteHandler } from '../users/invite-user.ts'
import { handler as restoreHandler } from '../users/restore-user.ts'
import { handler as acceptHandler } from './accept-invitation.ts'
import { acceptInvitation, foundOrganization, getMe, refresh } from './contract.ts'
import { handler as foundHandler } from './found-organization.ts'
import { handler as meHandler } from './get-me.ts'
import { handler as onMemberGone } from './on-member-gone.ts'
import { handler as refreshHandler } from './refresh.ts'
import { newMail, PASSWORD, read, registered, signedIn, signIn, table } from './test-people.ts'

let bench: Bench
beforeAll(async () => {
  bench = await openWorkbench()
})
afterEach(() => {
  delete process.env.TESSERA_REGISTRATION
})
afterAll(() => bench.close())

const found = (as: Person, body: object) => bench.request(foundHandler, foundOrganization, { as, body })
const leave = (as: Person, headers = {}) => bench.request(leaveHandler, leaveOrganization, { as, headers })
const me = (as: Person, headers = {}) => bench.request(meHandler, getMe, { as, headers })
const at = (organizationId: string) => ({ 'x-organization-id': organizationId })
const userIn = async (organizationId: string, id: string) => (await bench.tenant(organizationId).get(users, id)) as User
const organizationKey = (organizationId: string) => organizations.keyOf({ id: organizationId, organizationId })
const loginOf = (email: string) => read(loginKey(mailHash(email)))

/** The invitation that the mail would have brought, for as long as it is the one that counts. */
async function mailed(organizationId: string, userId: string): Promise<string> {
  const { email, invitedAt = '' } = await userIn(organizationId, userId)
  const { token, write } = mintInvitation({ userId, organizationId, email, invitedAt })
  await bench.tenant(organizationId).commit(write)
  return token
}

async function invited(by: Person, email: string): Promise<{ userId: string; token: string }> {
  const body = { email, firstName: 'Grace', lastName: 'Hopper' }
  const reply = await bench.request(inviteHandler, createUser, { as: by, body })
  return { userId: reply.body.data.id, token: await mailed(by.organizationId, reply.body.data.id) }
}

/** Somebody new chooses a password; who has an account is signed in. */
const accept = (token: string, by?: string | Person) =>
  bench.request(acceptHandler, acceptInvitation, typeof by === 'object' ? { body: { token }, as: by } : { body: { token, password: by } })

/** Somebody who signs in, a member of both organizations and at home in the first. */
async function inBoth(one: Person, other: Person) {
  const email = newMail()
  const first = await invited(one, email)
  await accept(first.token, PASSWORD)
  const bob = { email, userId: first.userId, organizationId: one.organizationId }
  const second = await invited(other, email)
  expect((await accept(second.token, await signedIn(bench, bob))).status).toBe(200)
  return bob
}

const happened = async (type: EventType, organizationId: string, id: string): Promise<DomainEvent> => {
  const events = await bench.tenant(organizationId).events(users, id)
  return events.findLast((event) => event.type === type.name) as DomainEvent
}

describe('one more organization of your own', () => {
  test('has you as its administrator, known and proven, beside the first', async () => {
    const ada = await bench.founder()
    const reply = await found(ada, { name: 'Second Ltd' })
    expect([reply.status, reply.headers.location, reply.cost.waves]).toEqual([201, '/api/v1/organization', 3])
    const { organization, user } = reply.body.data
    expect(organization).toMatchObject({ name: 'Second Ltd', type: 'customer', status: 'trial', createdBy: ada.userId })
    expect(user).toMatchObject({ id: ada.userId, organizationId: organization.id, emailVerified: true, status: 'active', role: 'admin' })
    expect((await me(ada)).body.data.memberships).toHaveLength(2)
    expect((await me(ada, at(organization.id))).body.data.user.organizationId).toBe(organization.id)
    expect(await read(personKey(ada.userId))).toMatchObject({ homeOrganizationId: ada.organizationId, founded: 1, elsewhere: 1 })
  })

  test('of a provider has a super administrator; its short name is its own', async () => {
    const ada = await bench.founder()
    const slug = newId('org').toLowerCase().replace('_', '-')
    const reply = await found(ada, { name: 'Guard', slug, type: 'mss_provider' })
    expect(reply.body.data).toMatchObject({ organization: { slug }, user: { role: 'super_admin' } })
    expect((await found(ada, { name: 'Guard', slug })).body.code).toBe('SLUG_TAKEN')
    const same = [await found(ada, { name: `Twin ${slug}` }), await found(ada, { name: `Twin ${slug}` })]
    expect(new Set(same.map(({ body }) => body.data.organization.slug)).size).toBe(2)
  })

  test('takes an installation that is open to registration', async () => {
    process.env.TESSERA_REGISTRATION = 'invited'
    expect((await found(await bench.founder(), { name: 'Closed' })).body.code).toBe('REGISTRATION_CLOSED')
  })

  test('comes ten times at most, however many are asked for at once', async () => {
    const ada = await bench.founder()
    await bench.tenant(ada.organizationId).commit(patch(personKey(ada.userId), { founded: 8 }))
    const replies = await Promise.all(Array.from({ length: 4 }, (_, n) => found(ada, { name: `Org ${n}` })))
    expect(replies.map(({ status, body }) => body.code ?? status).sort()).toEqual([
      ...[201, 201, 'TOO_MANY_ORGANIZATIONS', 'TOO_MANY_ORGANIZATIONS'],
    ])
  })
})

describe('home is where a person first joined', () => {
  test('so whoever invited them earlier, in vain, has no hold on them', async () => {
    const [eve, ada] = [await bench.founder(), await bench.founder()]
    const email = newMail()
    const unused = await invited(eve, email)
    const { userId, token } = await invited(ada, email)
    expect(unused.userId).not.toBe(userId)
    expect((await accept(token, PASSWORD)).body.data.user.id).toBe(userId)
    expect(await loginOf(email)).toMatchObject({ personId: userId, organizationId: ada.organizationId })
    const bob = await signedIn(bench, { email, userId, organizationId: ada.organizationId })
    expect((await accept(unused.token, bob)).body.data.user.id).toBe(userId)
    expect(await read(personKey(userId))).toMatchObject({ homeOrganizationId: ada.organizationId, elsewhere: 1, email })
  })

  test('and it counts the others, as often as they come and go', async () => {
    const [one, other] = [await bench.founder(), await bench.founder()]
    const bob = await inBoth(one, other)
    expect(await read(personKey(bob.userId))).toMatchObject({ homeOrganizationId: one.organizationId, elsewhere: 1 })
    await leave(await signedIn(bench, bob), at(other.organizationId))
    expect(await read(personKey(bob.userId))).toMatchObject({ elsewhere: 0 })
  })
})

describe('an invitation', () => {
  test('sent again ends the one before', async () => {
    const ada = await bench.founder()
    const { userId, token } = await invited(ada, newMail())
    await bench.request(reinviteHandler, inviteUser, { as: ada, params: { id: userId } })
    const fresh = await mailed(ada.organizationId, userId)
    expect((await accept(token, PASSWORD)).body.code).toBe('INVITATION_EXPIRED')
    expect((await accept(fresh, PASSWORD)).status).toBe(200)
  })
})

describe('leaving', () => {
  test('ends membership, roles and the sessions begun here at once; those begun elsewhere stay', async () => {
    const [one, other] = [await bench.founder(), await bench.founder()]
    const bob = await inBoth(one, other)
    const here = await signedIn(bench, bob)
    const there = await signedIn(bench, bob, { organizationId: other.organizationId })
    const reply = await leave(here, at(one.organizationId))
    expect([reply.status, reply.cost.waves]).toEqual([204, 3])
    expect([(await me(here)).status, (await me(there, at(one.organizationId))).status, (await me(there)).status]).toEqual([401, 404, 200])
    expect((await me(there)).body.data.memberships).toMatchObject([{ organizationId: other.organizationId }])
    expect(await read(membershipKey(bob.userId, one.organizationId))).toMatchObject({ userStatus: 'deleted' })
    expect((await bench.tenant(one.organizationId).events(users, bob.userId)).at(-1)?.type).toBe('user.left')
  })

  test('is not for the last administrator', async () => {
    const ada = await bench.founder()
    expect((await leave(ada)).body.code).toBe('LAST_ADMIN')
    expect((await me(ada)).status).toBe(200)
    await bench.member(ada, { roleIds: ['rol_admin'] })
    expect((await leave(ada)).status).toBe(204)
  })

  test('leads to another organization by default, where the person is told from then on; the home stays', async () => {
    const [one, other] = [await bench.founder(), await bench.founder()]
    const bob = await inBoth(one, other)
    await bench.tenant(one.organizationId).commit(patch(personKey(bob.userId), { defaultOrganizationId: one.organizationId }))
    await leave(await signedIn(bench, bob, { organizationId: one.organizationId }))
    const event = await happened(userLeft, one.organizationId, bob.userId)
    expect(await bench.react(onMemberGone, event, event)).toEqual([])
    const places = { homeOrganizationId: one.organizationId, defaultOrganizationId: other.organizationId }
    expect(await read(personKey(bob.userId))).toMatchObject({ ...places, isGoneFromHome: true })
    expect(await loginOf(bob.email)).toMatchObject({ organizationId: other.organizationId })
  })

  test('leaves everything where it is when there is no other, and the way back is an invitation, by its link alone', async () => {
    const ada = await bench.founder()
    const { userId, token } = await invited(ada, newMail())
    await accept(token, PASSWORD)
    const bob = { userId, organizationId: ada.organizationId, email: (await userIn(ada.organizationId, userId)).email }
    const here = await signedIn(bench, bob)
    await leave(here)
    expect(await bench.react(onMemberGone, await happened(userLeft, ada.organizationId, userId))).toEqual([])
    expect((await signIn(bench, bob.email)).body.code).toBe('ACCOUNT_DISABLED')
    const back = await bench.request(restoreHandler, restoreUser, { as: ada, params: { id: userId } })
    expect(back.body.data.status).toBe('invited')
    expect((await signIn(bench, bob.email)).body.code).toBe('ACCOUNT_DISABLED')
    const refused = await accept(await mailed(ada.organizationId, userId), 'Another horse Battery 7')
    expect(refused.body).toMatchObject({ code: 'VALIDATION_ERROR', details: { password: expect.stringContaining('You have an account') } })
    expect((await accept(await mailed(ada.organizationId, userId))).status).toBe(200)
    expect((await signIn(bench, bob.email)).status).toBe(200)
  })

  test('or a lock in the only organization keeps nobody from joining another, which hears of them from then on', async () => {
    const [one, two, three] = [await bench.founder(), await bench.founder(), await bench.founder()]
    const email = newMail()
    const { userId, token } = await invited(one, email)
    await accept(token, PASSWORD)
    const bob = { userId, organizationId: one.organizationId, email }
    const elsewhere = await invited(two, email)
    expect((await accept(elsewhere.token)).body.code).toBe('SIGN_IN_TO_ACCEPT')
    await leave(await signedIn(bench, bob))
    await bench.react(onMemberGone, await happened(userLeft, one.organizationId, userId))
    expect((await accept(elsewhere.token)).body.data.user.id).toBe(userId)
    expect(await loginOf(email)).toMatchObject({ organizationId: two.organizationId })
    expect((await signIn(bench, email)).body.data.user.organizationId).toBe(two.organizationId)
    await bench.tenant(two.organizationId).commit(patch(membershipKey(userId, two.organizationId), { userStatus: 'locked' }))
    expect((await accept((await invited(three, email)).token)).status).toBe(200)
  })

  test('with more sessions than one transaction takes ends them all, the last by a reaction', async () => {
    const ada = await bench.founder()
    const bob = await bench.member(ada)
    const now = new Date().toISOString()
    const place = { organizationId: ada.organizationId, personId: bob.userId, device: 'x', ipAddress: '192.0.2.1', userAgent: 'x' }
    for (let n = 0; n < 50; n++) {
      const expiresAt = new Date(Date.parse(now) + 86_400_000).toISOString()
      const begun = begin({ ...place, id: crypto.randomUUID(), mfa: false, method: 'password', at: now, expiresAt, epoch: 1 })
      await bench.tenant(ada.organizationId).commit(save(sessions, begun))
    }
    expect((await leave(bob)).status).toBe(204)
    expect(await bench.react(onMemberGone, await happened(userLeft, ada.organizationId, bob.userId))).toEqual([])
    expect((await sessionsOf(table(), bob.userId)).filter(({ status }) => status === 'active')).toEqual([])
  })
})

describe('signing in', () => {
  const lockIn = (organizationId: string, userId: string) =>
    bench.tenant(organizationId).commit(patch(users.keyOf({ id: userId, organizationId }), { status: 'locked' }))

  test('leads to another organization where the default one has locked the person; to name it is refused', async () => {
    const [one, other] = [await bench.founder(), await bench.founder()]
    const bob = await inBoth(one, other)
    await lockIn(one.organizationId, bob.userId)
    expect((await signIn(bench, bob.email)).body.data.user.organizationId).toBe(other.organizationId)
    expect(await read(personKey(bob.userId))).toMatchObject({ defaultOrganizationId: other.organizationId })
    expect((await signIn(bench, bob.email, PASSWORD, { organizationId: one.organizationId })).body.code).toBe('ACCOUNT_LOCKED')
  })

  test('is refused where every organization has locked them', async () => {
    const [one, other] = [await bench.founder(), await bench.founder()]
    const bob = await inBoth(one, other)
    await lockIn(one.organizationId, bob.userId)
    await lockIn(other.organizationId, bob.userId)
    expect((await signIn(bench, bob.email)).body.code).toBe('ACCOUNT_LOCKED')
  })
})

describe('the session policy of an organization', () => {
  const decide = (organizationId: string, sessionPolicy: object) =>
    bench.tenant(organizationId).commit(patch(organizationKey(organizationId), { settings: { sessionPolicy } }))
  const renew = (refreshToken: string) => bench.request(refreshHandler, refresh, { body: { refreshToken } })
  const aged = (as: Person, set: Record<string, unknown>) =>
    bench
      .tenant(as.organizationId)
      .commit(patch(sessions.keyOf({ id: as.sessionId, organizationId: as.organizationId, personId: as.userId }), set))
  const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()

  test('ends what has lasted long enough there, and nothing elsewhere', async () => {
    const [one, other] = [await bench.founder(), await bench.founder()]
    const as = await signedIn(bench, await inBoth(one, other))
    await decide(one.organizationId, { lifetimeMinutes: 30 })
    await aged(as, { createdAt: ago(29) })
    expect((await me(as, at(one.organizationId))).status).toBe(200)
    await aged(as, { createdAt: ago(31) })
    const refused = await me(as, at(one.organizationId))
    expect([refused.status, refused.body.code]).toEqual([401, 'INVALID_SESSION'])
    expect((await me(as, at(other.organizationId))).status).toBe(200)
  })

  test('lets no session go on that was idle too long; it has ended then', async () => {
    const ada = await registered(bench)
    await decide(ada.organizationId, { idleMinutes: 15 })
    const [busy, idle] = [await signedIn(bench, ada), await signedIn(bench, ada)]
    await aged(busy, { lastActivityAt: ago(74) })
    await aged(idle, { lastActivityAt: ago(76) })
    expect([(await renew(busy.refreshToken)).status, (await renew(idle.refreshToken)).status]).toEqual([200, 401])
    expect((await me(idle)).status).toBe(401)
  })
})
