import { AdminGetUserCommand, CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { organizationUpdated } from '../../events/organizations.ts'
import { userEmailChanged, userEmailVerified, userLocked } from '../../events/users.ts'
import type { DomainEvent, EventType } from '../../shared/event.ts'
import { createIdentity } from '../../shared/identity-provider.ts'
import { newId } from '../../shared/ids.ts'
import { membershipKey, personKey, tenantsKey } from '../../shared/store/keys.ts'
import { meter } from '../../shared/store/meter.ts'
import { patch, put, save } from '../../shared/store/writes.ts'
import { type Bench, openWorkbench } from '../../test/workbench.ts'
import { organizations } from '../organizations/reads.ts'
import { invite, type User, users } from '../users/reads.ts'
import { handler as acceptHandler } from './accept-invitation.ts'
import { mintInvitation } from './codes.ts'
import { acceptInvitation } from './contract.ts'
import { handler as onMembershipChanged } from './on-membership-changed.ts'
import { handler as onOrganizationChanged } from './on-organization-changed.ts'
import { putMembership, takeMail } from './person-store.ts'
import { handler as setMailAlias } from './set-mail-alias.ts'
import { newMail, PASSWORD, type Registered, read, registered, signIn } from './test-people.ts'

// Passwords are hashed at full cost, on a machine that may be busy.
jest.setTimeout(60_000)

let bench: Bench
beforeAll(async () => {
  bench = await openWorkbench()
}, 60_000)
afterAll(() => bench.close())

const accept = (body: object) => bench.request(acceptHandler, acceptInvitation, { body })
const now = () => new Date().toISOString()

/** Somebody invited to an organization: a new person, or one who has a home already. */
async function invited(organizationId: string, known?: Registered, at = now()): Promise<Registered & { token: string }> {
  const person = known ?? { email: newMail(), userId: newId('usr'), organizationId }
  const names = { firstName: 'Grace', lastName: 'Hopper', email: person.email }
  const who = { id: person.userId, organizationId }
  const user = invite({ ...names, ...who, roleIds: ['rol_basic_user'], by: 'usr_x', at })
  const { token, write } = mintInvitation({ userId: person.userId, organizationId, email: person.email, invitedAt: at })
  const mail = takeMail(person.email, { personId: person.userId, homeOrganizationId: organizationId })
  await bench.tenant(organizationId).commit([save(users, user), putMembership(user.after), write, ...(known ? [] : [mail])])
  return { ...person, token }
}

const attributesOf = async (Username: string) => {
  const { UserAttributes = [] } = await new CognitoIdentityProviderClient({}).send(
    new AdminGetUserCommand({ UserPoolId: bench.pool.id, Username }),
  )
  return Object.fromEntries(UserAttributes.map(({ Name, Value }) => [Name, Value]))
}

const eventOf = (type: EventType, organizationId: string, aggregateId: string): DomainEvent => ({
  ...{ id: newId('evt'), type: type.name, version: 1, schemaVersion: 1, aggregateType: 'user', aggregateId, organizationId },
  ...{ timestamp: now(), data: {}, changes: {} },
  metadata: { actorId: 'system', actorKind: 'system', correlationId: 'x', requestId: 'x', source: 'x' },
})

test('accepting makes the invited person active with a proven address and a password of their own', async () => {
  const { organizationId } = await registered(bench, newMail(), { name: 'Navy' })
  const grace = await invited(organizationId)
  const reply = await accept({ token: grace.token, password: PASSWORD, lastName: 'Murray Hopper' })
  expect(reply.status).toBe(200)
  expect(reply.body.data.organization).toEqual({ id: organizationId, name: 'Navy' })
  expect(reply.body.data.user).toMatchObject({ id: grace.userId, status: 'active', emailVerified: true, name: 'Grace Murray Hopper' })
  expect((await bench.tenant(organizationId).events(users, grace.userId)).map(({ type }) => type)).toEqual(['user.created', 'user.joined'])
  expect(await read(membershipKey(grace.userId, organizationId))).toMatchObject({ userStatus: 'active', role: 'basic_user' })
  expect((await signIn(bench, grace.email)).status).toBe(200)
})

test('an invitation serves once, for seven days, and only with its own token', async () => {
  const { organizationId } = await registered(bench)
  const grace = await invited(organizationId)
  expect((await accept({ token: grace.token, password: PASSWORD, firstName: 'Amazing' })).body.data.user.firstName).toBe('Amazing')
  const late = await invited(organizationId, undefined, '2026-01-01T00:00:00.000Z')
  for (const token of [grace.token, late.token, 'x'.repeat(43)]) {
    const reply = await accept({ token, password: PASSWORD })
    expect([reply.status, reply.body.code]).toEqual([410, 'INVITATION_EXPIRED'])
  }
})

test('of two who accept at once one joins, and can sign in', async () => {
  const { organizationId } = await registered(bench)
  const grace = await invited(organizationId)
  const replies = await Promise.all([1, 2].map(() => accept({ token: grace.token, password: PASSWORD })))
  expect(replies.map(({ status }) => status).sort()).toEqual([200, 410])
  expect((await signIn(bench, grace.email)).status).toBe(200)
})

test('whoever is new must choose a password, and a strong one; the invitation stays open meanwhile', async () => {
  const { organizationId } = await registered(bench)
  const grace = await invited(organizationId)
  expect((await accept({ token: grace.token })).body).toMatchObject({
    code: 'VALIDATION_ERROR',
    details: { password: 'Choose a password' },
  })
  expect((await accept({ token: grace.token, password: 'short' })).body.code).toBe('WEAK_PASSWORD')
  expect((await accept({ token: grace.token, password: PASSWORD })).status).toBe(200)
})

test('after a crash between Cognito and the table, accepting again works with the later password', async () => {
  const { organizationId } = await registered(bench)
  const grace = await invited(organizationId)
  await createIdentity(meter(), grace.userId, 'Earlier horse Battery 1')
  expect((await accept({ token: grace.token, password: PASSWORD })).status).toBe(200)
  expect((await signIn(bench, grace.email)).status).toBe(200)
})

test('a person who signs in here already keeps password and names, and belongs to both organizations', async () => {
  const [ada, other] = [await registered(bench), await registered(bench)]
  const { token } = await invited(other.organizationId, ada)
  expect((await accept({ token, password: PASSWORD })).body.code).toBe('VALIDATION_ERROR')
  const reply = await accept({ token, firstName: 'Ignored' })
  expect(reply.body.data.user).toMatchObject({ id: ada.userId, organizationId: other.organizationId, firstName: 'Grace' })
  expect(await read(personKey(ada.userId))).toMatchObject({ homeOrganizationId: ada.organizationId, emailVerified: false })
  const there = await signIn(bench, ada.email, PASSWORD, { organizationId: other.organizationId })
  expect(there.body.data.user.organizationId).toBe(other.organizationId)
})

test('an invitation leads nowhere once the user is removed or has another address, or the organization is suspended', async () => {
  const { organizationId } = await registered(bench)
  const codes = []
  for (const set of [{ deletedAt: now() }, { email: newMail() }]) {
    const grace = await invited(organizationId)
    await bench.tenant(organizationId).commit(patch(users.keyOf({ id: grace.userId, organizationId }), set))
    codes.push((await accept({ token: grace.token, password: PASSWORD })).body.code)
  }
  const grace = await invited(organizationId)
  await bench.tenant(organizationId).commit(patch(organizations.keyOf({ id: organizationId, organizationId }), { status: 'suspended' }))
  codes.push((await accept({ token: grace.token, password: PASSWORD })).body.code)
  expect(codes).toEqual(['INVITATION_EXPIRED', 'INVITATION_EXPIRED', 'ORGANIZATION_SUSPENDED'])
})

test('a verified address becomes the name at the hosted login; one not verified does not', async () => {
  const ada = await registered(bench)
  const { organizationId, userId } = ada
  const key = users.keyOf({ id: userId, organizationId })
  await bench.tenant(organizationId).commit(patch(key, { emailVerified: true }))
  expect(await bench.react(setMailAlias, eventOf(userEmailVerified, organizationId, userId))).toEqual([])
  expect(await attributesOf(userId)).toMatchObject({ email: ada.email, email_verified: 'true' })
  await bench.tenant(organizationId).commit(patch(key, { emailVerified: false, email: 'changed@example.com' }))
  await bench.react(setMailAlias, eventOf(userEmailChanged, organizationId, userId))
  expect(await attributesOf(userId)).toMatchObject({ email: 'changed@example.com', email_verified: 'false' })
})

test('nobody at Cognito is a failure to be retried, unless the person has only been invited', async () => {
  const { organizationId } = await registered(bench)
  const grace = await invited(organizationId)
  expect(await bench.react(setMailAlias, eventOf(userEmailChanged, organizationId, grace.userId))).toEqual([])
  const founder = await bench.founder()
  expect(await bench.react(setMailAlias, eventOf(userEmailChanged, founder.organizationId, founder.userId))).toEqual(['message-0'])
  expect(await bench.react(setMailAlias, eventOf(userEmailChanged, founder.organizationId, newId('usr')))).toEqual([])
})

test('what sign-in knows of a person follows the user record, whatever the order of events', async () => {
  const ada = await registered(bench)
  const { organizationId, userId } = ada
  const tenant = bench.tenant(organizationId)
  const user = (await tenant.get(users, userId)) as User
  const set = { status: 'locked', email: 'other@example.com', version: user.version + 1 }
  await tenant.commit(patch(users.keyOf(user), set))
  const event = eventOf(userLocked, organizationId, userId)
  expect(await bench.react(onMembershipChanged, event, event)).toEqual([])
  expect(await read(membershipKey(userId, organizationId))).toMatchObject({ userStatus: 'locked', version: 2 })
  expect(await read(personKey(userId))).toMatchObject({ email: 'other@example.com', homeVersion: 2 })
  await tenant.commit(put(membershipKey(userId, organizationId), { organizationId, role: 'admin', userStatus: 'deleted', version: 9 }))
  await tenant.commit(patch(personKey(userId), { email: 'newest@example.com', homeVersion: 9 }))
  expect(await bench.react(onMembershipChanged, event)).toEqual([])
  expect(await read(membershipKey(userId, organizationId))).toMatchObject({ userStatus: 'deleted' })
  expect(await read(personKey(userId))).toMatchObject({ email: 'newest@example.com' })
  expect(await bench.react(onMembershipChanged, eventOf(userLocked, organizationId, newId('usr')))).toEqual([])
})

test("an organization's card follows its record and never goes back", async () => {
  const { organizationId } = await registered(bench)
  const tenant = bench.tenant(organizationId)
  const event = eventOf(organizationUpdated, organizationId, organizationId)
  await tenant.commit(patch(organizations.keyOf({ id: organizationId, organizationId }), { name: 'Renamed', version: 2 }))
  expect(await bench.react(onOrganizationChanged, event)).toEqual([])
  expect(await read(tenantsKey(organizationId))).toMatchObject({ name: 'Renamed', version: 2 })
  await tenant.commit(patch(tenantsKey(organizationId), { name: 'Newer', version: 3 }))
  expect(await bench.react(onOrganizationChanged, event)).toEqual([])
  expect(await read(tenantsKey(organizationId))).toMatchObject({ name: 'Newer' })
  expect(await bench.react(onOrganizationChanged, eventOf(organizationUpdated, newId('org'), newId('org')))).toEqual([])
})
