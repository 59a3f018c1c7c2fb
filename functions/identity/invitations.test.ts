import { AdminGetUserCommand, CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { describe, expect, test } from '@jest/globals'
import { organizationUpdated } from '../../events/organizations.ts'
import { userDeleted, userJoined, userLocked } from '../../events/users.ts'
import type { DomainEvent, EventType } from '../../shared/event.ts'
import { mintInvitation } from '../../shared/identity/codes.ts'
import { createIdentity } from '../../shared/identity-provider.ts'
import { newId } from '../../shared/ids.ts'
import { guardKey, loginKey, membershipKey, organizationKey, personKey, sessionKey, tenantsKey } from '../../shared/store/keys.ts'
import { meter } from '../../shared/store/meter.ts'
import { patch, put, save } from '../../shared/store/writes.ts'
import { mailHash } from '../../shared/tokens.ts'
import { type Person as SignedIn, workbench } from '../../test/workbench.ts'
import { organizations } from '../organizations/door.ts'
import { getUser } from '../users/contract.ts'
import { invite, type User, users } from '../users/door.ts'
import { handler as getHandler } from '../users/get-user.ts'
import { handler as acceptHandler } from './accept-invitation.ts'
import { acceptInvitation } from './contract.ts'
import { handler as onMembershipChanged } from './on-membership-changed.ts'
import { handler as onOrganizationChanged } from './on-organization-changed.ts'
import { handler as setMailAlias } from './set-mail-alias.ts'
import { newIp, newMail, PASSWORD, type Registered, read, registered, signIn } from './test-people.ts'

const bench = workbench()

const accept = (body: object, as?: SignedIn) => bench.request(acceptHandler, acceptInvitation, { body, ip: newIp(), ...(as ? { as } : {}) })
const now = () => new Date().toISOString()
const userIn = async (organizationId: string, id: string) => (await bench.tenant(organizationId).get(users, id)) as User
const patchUser = (organizationId: string, id: string, set: object) =>
  bench.tenant(organizationId).commit(patch(users.keyOf({ id, organizationId }), { ...set }))

/** An address that an organization invites; the record has an id of its own, whoever has the address. */
async function invited(organizationId: string, email = newMail(), at = now(), roleIds = ['rol_basic_user']) {
  const userId = newId('usr')
  const user = invite({ firstName: 'Grace', lastName: 'Hopper', email, id: userId, organizationId, roleIds, by: 'usr_x', at })
  const { token, write } = mintInvitation({ userId, organizationId, email, invitedAt: at })
  await bench.tenant(organizationId).commit([save(users, user), write])
  return { email, userId, organizationId, token } satisfies Registered & { token: string }
}

const attributesOf = async (Username: string) => {
  const { UserAttributes = [] } = await new CognitoIdentityProviderClient({}).send(
    new AdminGetUserCommand({ UserPoolId: bench.pool.id, Username }),
  )
  return Object.fromEntries(UserAttributes.map(({ Name, Value }) => [Name, Value]))
}

const eventOf = (type: EventType, organizationId: string, aggregateId: string): DomainEvent => ({
  id: newId('evt'),
  type: type.name,
  version: 1,
  schemaVersion: 1,
  aggregateType: 'user',
  aggregateId,
  organizationId,
  timestamp: now(),
  data: {},
  changes: {},
  metadata: { actorId: 'system', actorKind: 'system', correlationId: 'x', requestId: 'x', source: 'x' },
})

describe('somebody new', () => {
  test('becomes active by accepting, with a proven address and a password of their own, at home where they joined', async () => {
    const { organizationId } = await bench.founder()
    const grace = await invited(organizationId)
    const reply = await accept({ token: grace.token, password: PASSWORD, lastName: 'Murray Hopper' })
    expect(reply.status).toBe(200)
    expect(reply.body.data.organization).toEqual({ id: organizationId, name: 'Bench' })
    expect(reply.body.data.user).toMatchObject({ id: grace.userId, status: 'active', emailVerified: true, name: 'Grace Murray Hopper' })
    expect((await bench.tenant(organizationId).events(users, grace.userId)).map(({ type }) => type)).toEqual([
      'user.created',
      'user.joined',
    ])
    expect(await read(membershipKey(grace.userId, organizationId))).toMatchObject({ userStatus: 'active', role: 'basic_user' })
    const home = { homeOrganizationId: organizationId, defaultOrganizationId: organizationId, elsewhere: 0, epoch: 1 }
    expect(await read(personKey(grace.userId))).toMatchObject({ email: grace.email, ...home })
    expect((await signIn(bench, grace.email)).status).toBe(200)
  })

  test('reads what they say, else what the invitation says, else what their browser accepts', async () => {
    const { organizationId } = await bench.founder()
    const localeOf = async (body: object, headers: Record<string, string>, set: object = {}) => {
      const grace = await invited(organizationId)
      await patchUser(organizationId, grace.userId, { firstName: 'Grace', ...set })
      const reply = await bench.request(acceptHandler, acceptInvitation, {
        body: { token: grace.token, password: PASSWORD, ...body },
        ip: newIp(),
        headers,
      })
      return reply.body.data.user.locale
    }
    const german = { 'accept-language': 'de-DE,de;q=0.9' }
    expect(await localeOf({}, german)).toBe('de')
    expect(await localeOf({}, german, { locale: 'fr' })).toBe('fr')
    expect(await localeOf({ locale: 'en-NZ' }, german, { locale: 'fr' })).toBe('en-NZ')
    expect(await localeOf({}, {})).toBe('en')
  })

  test('must choose a password, and a strong one; the invitation stays open meanwhile', async () => {
    const { organizationId } = await bench.founder()
    const grace = await invited(organizationId)
    expect((await accept({ token: grace.token })).body).toMatchObject({
      code: 'VALIDATION_ERROR',
      details: { password: 'Choose a password' },
    })
    expect((await accept({ token: grace.token, password: 'short' })).body.code).toBe('WEAK_PASSWORD')
    expect((await accept({ token: grace.token, password: PASSWORD })).status).toBe(200)
  })

  test('can accept again after a crash between Cognito and the table, with the later password', async () => {
    const { organizationId } = await bench.founder()
    const grace = await invited(organizationId)
    await createIdentity(meter(), grace.userId, 'Earlier horse Battery 1')
    expect((await accept({ token: grace.token, password: PASSWORD })).status).toBe(200)
    expect((await signIn(bench, grace.email)).status).toBe(200)
  })

  test('invited by two becomes one person, by the first acceptance; the other takes a session of theirs', async () => {
    const [one, two] = [await bench.founder(), await bench.founder()]
    const email = newMail()
    const invitations = [await invited(one.organizationId, email), await invited(two.organizationId, email)]
    const replies = await Promise.all(invitations.map(({ token }) => accept({ token, password: PASSWORD })))
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 401])
    expect(replies.find(({ status }) => status === 401)?.body.code).toBe('SIGN_IN_TO_ACCEPT')
    const login = await read(loginKey(mailHash(email)))
    const winner = replies.find(({ status }) => status === 200)?.body.data.user
    expect(login).toMatchObject({ personId: winner.id, organizationId: winner.organizationId })
    const loser = invitations.find(({ userId }) => userId !== winner.id)
    expect(await read(personKey(loser?.userId ?? ''))).toBeUndefined()
    await expect(attributesOf(loser?.userId ?? '')).rejects.toThrow()
  })

  test('does not get an address that is kept for whoever had it until lately', async () => {
    const { organizationId } = await bench.founder()
    const ada = await bench.founder({ email: newMail() })
    const formerUntil = new Date(Date.now() + 3_600_000).toISOString()
    await bench.tenant(organizationId).commit(patch(loginKey(mailHash(ada.email)), { formerUntil }))
    const { token } = await invited(organizationId, ada.email)
    expect((await accept({ token, password: PASSWORD })).body).toMatchObject({ code: 'EMAIL_TAKEN', details: { until: formerUntil } })
    await bench.tenant(organizationId).commit(patch(loginKey(mailHash(ada.email)), { formerUntil: now() }))
    expect((await accept({ token, password: PASSWORD })).status).toBe(200)
  })
})

describe('an invitation', () => {
  test('serves once, for seven days, and only with its own token', async () => {
    const { organizationId } = await bench.founder()
    const grace = await invited(organizationId)
    expect((await accept({ token: grace.token, password: PASSWORD, firstName: 'Amazing' })).body.data.user.firstName).toBe('Amazing')
    const late = await invited(organizationId, newMail(), '2026-01-01T00:00:00.000Z')
    for (const token of [grace.token, late.token, 'x'.repeat(43)]) {
      const reply = await accept({ token, password: PASSWORD })
      expect([reply.status, reply.body.code]).toEqual([410, 'INVITATION_EXPIRED'])
    }
  })

  test('accepted twice at once makes one join, who can sign in', async () => {
    const { organizationId } = await bench.founder()
    const grace = await invited(organizationId)
    const replies = await Promise.all([1, 2].map(() => accept({ token: grace.token, password: PASSWORD })))
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 410])
    expect((await signIn(bench, grace.email)).status).toBe(200)
  })

  test('leads nowhere once the user is removed or has another address, or the organization is suspended', async () => {
    const { organizationId } = await bench.founder()
    const codes = []
    for (const set of [{ deletedAt: now() }, { email: newMail() }]) {
      const grace = await invited(organizationId)
      await patchUser(organizationId, grace.userId, set)
      codes.push((await accept({ token: grace.token, password: PASSWORD })).body.code)
    }
    const grace = await invited(organizationId)
    await bench.tenant(organizationId).commit(patch(organizations.keyOf({ id: organizationId, organizationId }), { status: 'suspended' }))
    codes.push((await accept({ token: grace.token, password: PASSWORD })).body.code)
    expect(codes).toEqual(['INVITATION_EXPIRED', 'INVITATION_EXPIRED', 'ORGANIZATION_SUSPENDED'])
  })

  test('to a record that is a former member’s, moved to another mailbox, makes nobody that member', async () => {
    const [ada, eve] = [await registered(bench), newMail()]
    await patchUser(ada.organizationId, ada.userId, { status: 'invited', email: eve, invitedAt: now() })
    const { invitedAt = '' } = await userIn(ada.organizationId, ada.userId)
    const { token, write } = mintInvitation({ userId: ada.userId, organizationId: ada.organizationId, email: eve, invitedAt })
    await bench.tenant(ada.organizationId).commit(write)
    expect((await accept({ token, password: 'Another horse Battery 7' })).body.code).toBe('INVITATION_EXPIRED')
    expect((await signIn(bench, ada.email, 'Another horse Battery 7')).body.code).toBe('INVALID_CREDENTIALS')
  })
})

describe('who has an account', () => {
  const both = async (roleIds?: string[]) => {
    const [home, other] = [await bench.founder(), await bench.founder()]
    const ada = await bench.member(home, { email: newMail() })
    return { home, other, ada, invitation: await invited(other.organizationId, ada.email, now(), roleIds) }
  }

  test('accepts with a session of that address, and by nothing else', async () => {
    const { ada, invitation, home } = await both()
    const { token } = invitation
    const unsigned = await accept({ token, password: PASSWORD })
    expect([unsigned.status, unsigned.body.code]).toEqual([401, 'SIGN_IN_TO_ACCEPT'])
    const stranger = await accept({ token }, home)
    expect([stranger.status, stranger.body.code]).toEqual([401, 'SIGN_IN_TO_ACCEPT'])
    expect(stranger.body.error).toContain(`${ada.email.slice(0, 1)}…@example.com`)
    expect(stranger.body.error).not.toContain(ada.email)
    const refused = await accept({ token, password: PASSWORD }, ada)
    expect(refused.body).toMatchObject({ code: 'VALIDATION_ERROR', details: { password: expect.stringContaining('You have an account') } })
    expect((await accept({ token }, ada)).status).toBe(200)
  })

  test('keeps their id and joins with the invited roles; names are ignored, and the invited record ends', async () => {
    const { ada, other, invitation, home } = await both(['rol_admin'])
    const reply = await accept({ token: invitation.token, firstName: 'Ignored' }, ada)
    const { organizationId } = other
    expect(reply.body.data.user).toMatchObject({ id: ada.userId, organizationId, firstName: 'Grace', role: 'admin', status: 'active' })
    const events = await bench.tenant(organizationId).events(users, invitation.userId)
    expect(events.at(-1)).toMatchObject({ type: 'user.invitation_accepted', data: { as: ada.userId }, metadata: { actorId: ada.userId } })
    expect((await bench.tenant(organizationId).events(users, ada.userId)).map(({ type }) => type)).toEqual(['user.joined'])
    const gone = await bench.request(getHandler, getUser, { as: other, params: { id: invitation.userId } })
    expect([gone.status, gone.body.code]).toEqual([410, 'DELETED'])
    const [guard] = await bench.tenant(organizationId).read(guardKey(organizationId, 'EMAIL', mailHash(ada.email)))
    expect(guard).toEqual({ owner: ada.userId })
    expect(await read(membershipKey(ada.userId, organizationId))).toMatchObject({ userStatus: 'active', role: 'admin' })
    expect(await read(membershipKey(invitation.userId, organizationId))).toBeUndefined()
    expect(await read(personKey(ada.userId))).toMatchObject({ homeOrganizationId: home.organizationId, elsewhere: 1, epoch: 1 })
  })

  test('accepts once, however often at once', async () => {
    const { ada, invitation } = await both()
    const replies = await Promise.all([1, 2, 3].map(() => accept({ token: invitation.token }, ada)))
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 410, 410])
    expect(await read(personKey(ada.userId))).toMatchObject({ elsewhere: 1 })
  })

  test('does not join with a session that has ended, nor with one that no request has used yet', async () => {
    const { ada, invitation } = await both()
    const { token } = invitation
    await bench.tenant(ada.organizationId).commit(patch(sessionKey(ada.userId, ada.sessionId), { status: 'revoked' }))
    const ended = await accept({ token }, ada)
    expect([ended.status, ended.body.code]).toEqual([401, 'INVALID_SESSION'])
    const unused = await bench.request(acceptHandler, acceptInvitation, {
      body: { token },
      as: { ...ada, sessionId: crypto.randomUUID() },
      claims: { scope: 'openid email' },
    })
    expect(unused.body.code).toBe('INVALID_SESSION')
    expect(unused.body.error).toContain('/auth/me')
  })

  test('does not join with a session that has lasted, or was idle, longer than its organization allows', async () => {
    const { ada, invitation } = await both()
    const tenant = bench.tenant(ada.organizationId)
    const old = new Date(Date.now() - 3 * 3_600_000).toISOString()
    await tenant.commit(patch(sessionKey(ada.userId, ada.sessionId), { createdAt: old, lastActivityAt: old }))
    for (const sessionPolicy of [{ lifetimeMinutes: 60 }, { idleMinutes: 30 }]) {
      await tenant.commit(patch(organizationKey(ada.organizationId), { settings: { sessionPolicy } }))
      const reply = await accept({ token: invitation.token }, ada)
      expect([reply.status, reply.body.code]).toEqual([401, 'INVALID_SESSION'])
    }
    await tenant.commit(patch(organizationKey(ada.organizationId), { settings: {} }))
    expect((await accept({ token: invitation.token }, ada)).status).toBe(200)
  })

  test('removed here before comes back as they were, with the new roles', async () => {
    const [home, other] = [await bench.founder(), await bench.founder()]
    const ada = await bench.member(home, { email: newMail() })
    const first = await invited(other.organizationId, ada.email)
    await accept({ token: first.token }, ada)
    const { organizationId } = other
    // Removed under an address that they have no more.
    const moved = newMail()
    await patchUser(organizationId, ada.userId, { deletedAt: now(), department: 'Compilers' })
    await bench.tenant(organizationId).commit(patch(personKey(ada.userId), { email: moved, elsewhere: 0 }))
    await bench
      .tenant(organizationId)
      .commit(put(loginKey(mailHash(moved)), { personId: ada.userId, organizationId: home.organizationId, epoch: 1 }))
    const second = await invited(organizationId, moved, now(), ['rol_admin'])
    const reply = await accept({ token: second.token }, ada)
    expect(reply.body.data.user).toMatchObject({ id: ada.userId, email: moved, role: 'admin', department: 'Compilers', deletedAt: null })
    const [old, held] = await bench
      .tenant(organizationId)
      .read(guardKey(organizationId, 'EMAIL', mailHash(ada.email)), guardKey(organizationId, 'EMAIL', mailHash(moved)))
    expect([old, held]).toEqual([undefined, { owner: ada.userId }])
    expect(await read(personKey(ada.userId))).toMatchObject({ elsewhere: 1 })
  })

  test('and is a member here already, under an address of before, has nothing to accept', async () => {
    const ada = await bench.founder({ email: newMail() })
    const moved = newMail()
    await bench.tenant(ada.organizationId).commit(patch(personKey(ada.userId), { email: moved }))
    await bench
      .tenant(ada.organizationId)
      .commit(put(loginKey(mailHash(moved)), { personId: ada.userId, organizationId: ada.organizationId, epoch: 1 }))
    const { token } = await invited(ada.organizationId, moved)
    const reply = await accept({ token }, ada)
    expect([reply.status, reply.body.code]).toEqual([409, 'EMAIL_TAKEN'])
  })

  test('comes to a customer of their own organization as one of the provider’s people', async () => {
    const provider = await bench.founder({ type: 'mss_provider', roleIds: ['rol_super_admin'], email: newMail() })
    const customer = await bench.founder()
    const key = organizations.keyOf({ id: customer.organizationId, organizationId: customer.organizationId })
    const link = { provider: { organizationId: provider.organizationId, since: now() } }
    await bench.tenant(customer.organizationId).commit(patch(key, link))
    const { token } = await invited(customer.organizationId, provider.email)
    expect((await accept({ token }, provider)).status).toBe(200)
    expect(await userIn(customer.organizationId, provider.userId)).toMatchObject({ fromProvider: provider.organizationId })
  })
})

test('the proven address becomes the name at the hosted login', async () => {
  const ada = await registered(bench)
  expect(await bench.react(setMailAlias, eventOf(userJoined, ada.organizationId, ada.userId))).toEqual([])
  expect(await attributesOf(ada.userId)).toMatchObject({ email: ada.email, email_verified: 'true' })
})

test('nobody at Cognito is a failure to be retried, unless the person has only been invited', async () => {
  const founder = await bench.founder()
  const grace = await invited(founder.organizationId)
  expect(await bench.react(setMailAlias, eventOf(userJoined, founder.organizationId, grace.userId))).toEqual([])
  expect(await bench.react(setMailAlias, eventOf(userJoined, founder.organizationId, founder.userId))).toEqual(['message-0'])
})

test('what sign-in knows of a person follows the user record, whatever the order of events', async () => {
  const ada = await bench.founder()
  const { organizationId, userId } = ada
  const tenant = bench.tenant(organizationId)
  const user = await userIn(organizationId, userId)
  await patchUser(organizationId, userId, { status: 'locked', version: user.version + 1 })
  const event = eventOf(userLocked, organizationId, userId)
  await tenant.commit(patch(membershipKey(userId, organizationId), { version: 1 }))
  expect(await bench.react(onMembershipChanged, event, event)).toEqual([])
  expect(await read(membershipKey(userId, organizationId))).toMatchObject({ userStatus: 'locked', version: 2 })
  await tenant.commit(put(membershipKey(userId, organizationId), { organizationId, role: 'admin', userStatus: 'deleted', version: 9 }))
  expect(await bench.react(onMembershipChanged, event)).toEqual([])
  expect(await read(membershipKey(userId, organizationId))).toMatchObject({ userStatus: 'deleted' })
})

test('an invitation is no membership, whether it is open or over', async () => {
  const { organizationId } = await bench.founder()
  const grace = await invited(organizationId)
  expect(await bench.react(onMembershipChanged, eventOf(userDeleted, organizationId, grace.userId))).toEqual([])
  expect(await read(membershipKey(grace.userId, organizationId))).toBeUndefined()
})

test("an organization's card follows its record and never goes back", async () => {
  const { organizationId } = await bench.founder()
  const tenant = bench.tenant(organizationId)
  const event = eventOf(organizationUpdated, organizationId, organizationId)
  await tenant.commit(put(tenantsKey(organizationId), { id: organizationId, name: 'Bench', version: 1 }))
  await tenant.commit(patch(organizations.keyOf({ id: organizationId, organizationId }), { name: 'Renamed', version: 2 }))
  expect(await bench.react(onOrganizationChanged, event)).toEqual([])
  expect(await read(tenantsKey(organizationId))).toMatchObject({ name: 'Renamed', version: 2 })
  await tenant.commit(patch(tenantsKey(organizationId), { name: 'Newer', version: 3 }))
  expect(await bench.react(onOrganizationChanged, event)).toEqual([])
  expect(await read(tenantsKey(organizationId))).toMatchObject({ name: 'Newer' })
  expect(await bench.react(onOrganizationChanged, eventOf(organizationUpdated, newId('org'), newId('org')))).toEqual([])
})
