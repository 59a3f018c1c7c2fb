import { describe, expect, test } from '@jest/globals'
import { membersLeaving, organizationClosed, providerEnded } from '../../events/organizations.ts'
import { userReapprovalRequired, userUnlocked } from '../../events/users.ts'
import { type DomainEvent, type EventType, fromRecord } from '../../shared/event.ts'
import { mintInvitation } from '../../shared/identity/codes.ts'
import { newId } from '../../shared/ids.ts'
import { relist } from '../../shared/resource/lists.ts'
import { membershipKey, organizationKey, personKey, signalPartition } from '../../shared/store/keys.ts'
import { patch, save } from '../../shared/store/writes.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import { handler as acceptHandler } from '../identity/accept-invitation.ts'
import { acceptInvitation, leaveMembership, setHome } from '../identity/contract.ts'
import { handler as leaveHandler } from '../identity/leave-membership.ts'
import { handler as homeHandler } from '../identity/set-home.ts'
import { newIp, newMail, PASSWORD, read } from '../identity/test-people.ts'
import { handler as onNews } from '../notifications/on-news.ts'
import { handler as onUserInvited } from '../notifications/on-user-invited.ts'
import { handler as tellAdministrators } from '../notifications/tell-administrators.ts'
import { createUser, deleteUser, inviteUser, restoreUser, updateUser } from '../users/contract.ts'
import { handler as addOwn } from '../users/create-user.ts'
import { handler as removeUser } from '../users/delete-user.ts'
import { findUsers, invite, type User, users } from '../users/door.ts'
import { handler as reinvite } from '../users/invite-user.ts'
import { handler as restore } from '../users/restore-user.ts'
import { handler as updateOwn } from '../users/update-user.ts'
import * as contracts from './contract.ts'
import { handler as create } from './create-customer-organization.ts'
import { handler as addAtCustomer } from './create-organization-user.ts'
import { handler as endProvider } from './end-provider.ts'
import { handler as getOwn } from './get-organization.ts'
import { handler as leaveOwn } from './leave-organization.ts'
import { handler as onOrganizationEnded } from './on-organization-ended.ts'
import { organizations } from './organization-store.ts'

const bench = workbench()

const now = () => new Date().toISOString()
const at = (organizationId: string) => ({ 'x-organization-id': organizationId })
const names = { firstName: 'Joan', lastName: 'Clarke' }
const userIn = async (organizationId: string, id: string) => (await bench.tenant(organizationId).get(users, id)) as User
const personOf = (id: string) => read(personKey(id))
const listed = async (organizationId: string) => (await findUsers(bench.tenant(organizationId), { limit: 100, now: now() })).items

/** A provider and its customer with an administrator of its own. */
async function customer() {
  const grace = await bench.founder({ type: 'mss_provider', roleIds: ['rol_super_admin'] })
  const id: string = (await bench.request(create, contracts.createCustomerOrganization, { as: grace, body: { name: 'Acme' } })).body.data.id
  const joan = await bench.member({ ...grace, organizationId: id }, { roleIds: ['rol_admin'] })
  return { grace, id, joan }
}
type Cast = Awaited<ReturnType<typeof customer>>

/** The invitation that the mail would have brought. */
async function mailed(organizationId: string, userId: string): Promise<string> {
  const { email, invitedAt = '' } = await userIn(organizationId, userId)
  const { token, write } = mintInvitation({ userId, organizationId, email, invitedAt })
  await bench.tenant(organizationId).commit(write)
  return token
}

/** Invited by the provider from outside. */
async function invitedBy({ grace, id }: Cast, email: string, roleIds = ['rol_admin']) {
  const options = { as: grace, params: { id }, body: { email, ...names, roleIds } }
  const reply = await bench.request(addAtCustomer, contracts.createOrganizationUser, options)
  return { userId: reply.body.data.id as string, token: await mailed(id, reply.body.data.id) }
}

/** Invited by somebody within. */
async function invitedWithin(as: Person, organizationId: string, email: string, roleIds = ['rol_admin']) {
  const reply = await bench.request(addOwn, createUser, { as, headers: at(organizationId), body: { email, ...names, roleIds } })
  return { userId: reply.body.data.id as string, token: await mailed(organizationId, reply.body.data.id) }
}

const accept = (token: string, as?: Person) =>
  bench.request(acceptHandler, acceptInvitation, {
    ip: newIp(),
    body: as ? { token } : { token, password: PASSWORD },
    ...(as ? { as } : {}),
  })
const end = ({ joan }: Cast) => bench.request(endProvider, contracts.endProvider, { as: joan })
const enters = async (as: Person, organizationId: string) =>
  (await bench.request(getOwn, contracts.getOrganization, { as, headers: at(organizationId) })).status
const leave = (as: Person, id: string) => bench.request(leaveHandler, leaveMembership, { as, params: { id } })

/** One of the provider's people, an administrator within the customer. */
async function insider(cast: Cast): Promise<Person> {
  const sam = await bench.member(cast.grace)
  expect((await accept((await invitedBy(cast, sam.email)).token, sam)).status).toBe(200)
  return sam
}

async function eventOf(type: EventType, organizationId: string, data = {}): Promise<DomainEvent> {
  const events = await bench.tenant(organizationId).events(organizations, organizationId)
  const known = events.findLast((event) => event.type === type.name)
  if (known) return known
  return {
    id: newId('evt'),
    type: type.name,
    version: 9,
    schemaVersion: 1,
    aggregateType: 'organization',
    aggregateId: organizationId,
    organizationId,
    timestamp: now(),
    data,
    changes: {},
    metadata: { actorId: 'system', actorKind: 'system', correlationId: 'c', requestId: 'r', source: 's' },
  }
}

async function leavingSignals(organizationId: string): Promise<DomainEvent[]> {
  const { items } = await bench
    .tenant(organizationId)
    .list<Record<string, unknown>>({ partitions: [signalPartition(now().slice(0, 10))], limit: 100 })
  return items.map(fromRecord).filter(({ type }) => type === membersLeaving.name)
}

/** Hands the event over, and what it leads to, as the relay would. */
async function settle(type: EventType, organizationId: string): Promise<number> {
  let runs = 0
  for (let next: DomainEvent[] = [await eventOf(type, organizationId)]; next.length > 0; runs++) {
    const before = (await leavingSignals(organizationId)).length
    expect(await bench.react(onOrganizationEnded, ...next)).toEqual([])
    next = (await leavingSignals(organizationId)).slice(before)
  }
  return runs
}

describe('once the link has ended', () => {
  test('an invitation that the provider made lets nobody in, be it one of its people, somebody else’s or somebody new', async () => {
    const cast = await customer()
    const [sam, eve] = [await bench.member(cast.grace), await bench.founder()]
    const tokens = [(await invitedBy(cast, sam.email)).token, (await invitedBy(cast, eve.email)).token]
    const fresh = await invitedBy(cast, newMail())
    await end(cast)
    const replies = [await accept(tokens[0] ?? '', sam), await accept(tokens[1] ?? '', eve), await accept(fresh.token)]
    expect(replies.map(({ body }) => body.code)).toEqual(Array(3).fill('INVITATION_EXPIRED'))
    expect(await enters(sam, cast.id)).toBe(404)
  })

  test('nor does one that its people made within, or sent elsewhere; one that the customer sends again does', async () => {
    const cast = await customer()
    const sam = await insider(cast)
    const within = await invitedWithin(sam, cast.id, newMail())
    const moved = await invitedWithin(cast.joan, cast.id, newMail())
    const body = { email: newMail() }
    const move = await bench.request(updateOwn, updateUser, { as: sam, headers: at(cast.id), params: { id: moved.userId }, body })
    expect(move.status).toBe(200)
    const sent = await invitedBy(cast, newMail())
    const again = await bench.request(reinvite, inviteUser, { as: cast.joan, params: { id: sent.userId } })
    expect(again.status).toBe(200)
    await end(cast)
    expect((await accept(within.token)).body.code).toBe('INVITATION_EXPIRED')
    expect((await accept(await mailed(cast.id, moved.userId))).body.code).toBe('INVITATION_EXPIRED')
    expect((await accept(await mailed(cast.id, sent.userId))).status).toBe(200)
  })

  test('an invitation of the customer’s own from before lets none of the provider’s people in; a later one does, for good', async () => {
    const cast = await customer()
    const sam = await bench.member(cast.grace)
    const before = await invitedWithin(cast.joan, cast.id, sam.email)
    await end(cast)
    expect((await accept(before.token, sam)).body.code).toBe('INVITATION_EXPIRED')
    await bench.request(reinvite, inviteUser, { as: cast.joan, params: { id: before.userId } })
    expect((await accept(await mailed(cast.id, before.userId), sam)).status).toBe(200)
    expect(await enters(sam, cast.id)).toBe(200)
    await settle(providerEnded, cast.id)
    expect(await enters(sam, cast.id)).toBe(200)
  })

  test('its people are removed with their count, role and sessions there; their own organization keeps them', async () => {
    const cast = await customer()
    const sam = await insider(cast)
    expect((await personOf(sam.userId))?.elsewhere).toBe(1)
    await end(cast)
    await settle(providerEnded, cast.id)
    await settle(providerEnded, cast.id)
    expect(await userIn(cast.id, sam.userId)).toMatchObject({ status: 'invited', deletedAt: expect.any(String) })
    expect((await bench.tenant(cast.id).events(users, sam.userId)).at(-1)).toMatchObject({
      type: 'user.deleted',
      data: { reason: 'provider_ended' },
    })
    expect((await personOf(sam.userId))?.elsewhere).toBe(0)
    expect((await read(membershipKey(sam.userId, cast.id)))?.userStatus).toBe('deleted')
    expect((await listed(cast.id)).map(({ id }) => id)).toEqual([cast.joan.userId])
    expect(await enters(sam, cast.grace.organizationId)).toBe(403)
  })

  test('its open invitations are withdrawn, and those of the customer stay', async () => {
    const cast = await customer()
    const theirs = await invitedBy(cast, newMail())
    const own = await invitedWithin(cast.joan, cast.id, newMail())
    await end(cast)
    await settle(providerEnded, cast.id)
    expect((await listed(cast.id)).map(({ id }) => id).sort()).toEqual([cast.joan.userId, own.userId].sort())
    expect((await userIn(cast.id, theirs.userId)).deletedAt).toBeDefined()
    expect((await accept(own.token)).status).toBe(200)
  })

  test('whom it invited stays, unless they belong to it by now, or did; whoever ended the link stays', async () => {
    const cast = await customer()
    const [eve, mole] = [await bench.founder(), await bench.founder()]
    for (const each of [eve, mole]) await accept((await invitedBy(cast, each.email)).token, each)
    // One of them joins the provider later, and is removed there again.
    await accept((await invitedWithin(cast.grace, cast.grace.organizationId, mole.email, ['rol_basic_user'])).token, mole)
    const gone = { as: cast.grace, params: { id: mole.userId } }
    expect((await bench.request(removeUser, deleteUser, gone)).status).toBe(204)
    await bench.request(endProvider, contracts.endProvider, { as: eve, headers: at(cast.id) })
    await settle(providerEnded, cast.id)
    expect([await enters(eve, cast.id), await enters(mole, cast.id)]).toEqual([200, 404])
  })

  test('a customer with many of its people lets them go in bounded runs', async () => {
    const cast = await customer()
    const { id, grace } = cast
    const make = (n: number) => {
      const who = { id: newId('usr'), organizationId: id, email: `many-${n}-${newMail()}`, roleIds: [], by: grace.userId, at: now() }
      return save(users, invite({ ...names, ...who, invitedFrom: grace.organizationId }))
    }
    for (let n = 0; n < 60; n += 10) await bench.tenant(id).commit(Array.from({ length: 10 }, (_, m) => make(n + m)))
    await end(cast)
    expect(await settle(providerEnded, id)).toBe(3)
    expect((await listed(id)).map((user) => user.id)).toEqual([cast.joan.userId])
  })
})

describe('from the end on, before anybody is removed', () => {
  const told = (to: string) => bench.mails.filter(({ input }) => JSON.stringify(input).includes(to)).length

  test('its people within are told nothing more, neither as administrators nor of themselves', async () => {
    const cast = await customer()
    const sam = await insider(cast)
    const bob = await bench.member({ ...cast.joan, organizationId: cast.id })
    await bench.tenant(cast.id).commit(patch(users.keyOf({ id: bob.userId, organizationId: cast.id }), { reapprovalSince: now() }))
    for (const { userId, organizationId } of [sam, cast.joan].map((each) => ({ ...each, organizationId: cast.id })))
      await relist(bench.tenant(organizationId), users, userId)
    await end(cast)
    const about = (type: EventType, { userId }: Person, data: object): DomainEvent => ({
      id: newId('evt'),
      type: type.name,
      version: 2,
      schemaVersion: 1,
      aggregateType: 'user',
      aggregateId: userId,
      organizationId: cast.id,
      timestamp: now(),
      data: { ...data },
      changes: {},
      metadata: { actorId: 'usr_1', actorKind: 'member', correlationId: 'c', requestId: 'r', source: 's' },
    })
    expect(await bench.react(tellAdministrators, about(userReapprovalRequired, bob, { since: now() }))).toEqual([])
    expect(await bench.react(onNews, about(userUnlocked, sam, {}))).toEqual([])
    expect([told(cast.joan.email), told(sam.email)]).toEqual([1, 0])
  })
})

describe('while the link stands', () => {
  test('whoever was one of the provider’s people, and comes back as somebody whom nothing lets in, is still marked so', async () => {
    const cast = await customer()
    const sam = await insider(cast)
    expect((await bench.request(leaveOwn, contracts.leaveOrganization, { as: sam, headers: at(cast.id) })).status).toBe(204)
    expect((await bench.request(removeUser, deleteUser, { as: cast.grace, params: { id: sam.userId } })).status).toBe(204)
    const gone = patch(membershipKey(sam.userId, cast.grace.organizationId), { userStatus: 'deleted' })
    await bench.tenant(cast.grace.organizationId).commit(gone)
    expect((await bench.request(restore, restoreUser, { as: cast.joan, params: { id: sam.userId } })).body.data.status).toBe('invited')
    const token = await mailed(cast.id, sam.userId)
    // Nothing lets them in any more, so the link alone is proof.
    const reply = await bench.request(acceptHandler, acceptInvitation, { ip: newIp(), body: { token } })
    expect(reply.status).toBe(200)
    expect((await userIn(cast.id, sam.userId)).fromProvider).toBe(cast.grace.organizationId)
  })

  test('nobody is removed, whatever event comes', async () => {
    const cast = await customer()
    const sam = await insider(cast)
    const forged = await Promise.all(
      [providerEnded, organizationClosed, membersLeaving].map((type) =>
        eventOf(type, cast.id, { reason: 'organization_closed', after: 'usr_' }),
      ),
    )
    expect(await bench.react(onOrganizationEnded, ...forged)).toEqual([])
    expect([await enters(sam, cast.id), await enters(cast.joan, cast.id)]).toEqual([200, 200])
  })
})

test('one whom the customer brings back after the end is invited anew, and is its own then', async () => {
  const cast = await customer()
  const sam = await insider(cast)
  await end(cast)
  await settle(providerEnded, cast.id)
  const back = await bench.request(restore, restoreUser, { as: cast.joan, params: { id: sam.userId } })
  expect([back.status, back.body.data.status]).toEqual([200, 'invited'])
  const mails = bench.mails.length
  const restored = (await bench.tenant(cast.id).events(users, sam.userId)).at(-1) as DomainEvent
  expect(await bench.react(onUserInvited, restored)).toEqual([])
  expect(bench.mails).toHaveLength(mails + 1)
  expect((await accept(await mailed(cast.id, sam.userId), sam)).status).toBe(200)
  expect((await userIn(cast.id, sam.userId)).fromProvider).toBeUndefined()
  expect([await enters(sam, cast.id), (await personOf(sam.userId))?.elsewhere]).toEqual([200, 1])
})

describe('nobody is stuck', () => {
  const shut = (id: string, set: Record<string, unknown>) => bench.tenant(id).commit(patch(organizationKey(id), set))

  test('a closed organization lets all its members go, the last administrator too', async () => {
    const [ada, eve] = [await bench.founder(), await bench.founder()]
    const { token } = await invitedWithin(eve, eve.organizationId, ada.email)
    await accept(token, ada)
    await shut(eve.organizationId, { status: 'closed' })
    await settle(organizationClosed, eve.organizationId)
    expect(await personOf(ada.userId)).toMatchObject({ elsewhere: 0 })
    expect(await personOf(eve.userId)).toMatchObject({ isGoneFromHome: true })
    expect(await listed(eve.organizationId)).toEqual([])
  })

  test.each([
    ['suspended', { status: 'suspended' }, {}],
    ['closed', { status: 'closed' }, {}],
    ['closed by its moment', { status: 'offboarding', closesAt: '2026-01-01T00:00:00.000Z' }, {}],
    [
      'one that ended the link',
      { provider: { organizationId: 'org_9', since: '2026-01-01', endedAt: '2026-01-02' } },
      { fromProvider: 'org_9' },
    ],
    ['one that locked them out', {}, { status: 'locked' }],
  ])('a member leaves an organization that is %s', async (_state, organization, user) => {
    const [ada, eve] = [await bench.founder(), await bench.founder()]
    await accept((await invitedWithin(eve, eve.organizationId, ada.email, ['rol_basic_user'])).token, ada)
    if (Object.keys(organization).length > 0) await shut(eve.organizationId, organization)
    const key = users.keyOf({ id: ada.userId, organizationId: eve.organizationId })
    if (Object.keys(user).length > 0) await bench.tenant(eve.organizationId).commit(patch(key, user))
    expect((await leave(ada, eve.organizationId)).status).toBe(204)
    expect((await personOf(ada.userId))?.elsewhere).toBe(0)
    expect((await read(membershipKey(ada.userId, eve.organizationId)))?.userStatus).toBe('deleted')
    expect((await leave(ada, eve.organizationId)).status).toBe(404)
  })

  test('the last administrator leaves one that is closed, and none that goes on', async () => {
    const [ada, eve] = [await bench.founder(), await bench.founder()]
    await accept((await invitedWithin(eve, eve.organizationId, ada.email)).token, ada)
    expect((await leave(eve, eve.organizationId)).status).toBe(204)
    expect((await leave(ada, eve.organizationId)).body.code).toBe('LAST_ADMIN')
    await shut(eve.organizationId, { status: 'closed' })
    expect((await leave(ada, eve.organizationId)).status).toBe(204)
  })

  test('nobody leaves where they never were', async () => {
    const [ada, eve] = [await bench.founder(), await bench.founder()]
    for (const id of [eve.organizationId, newId('org')]) expect((await leave(ada, id)).status).toBe(404)
  })

  test('who is let in nowhere accepts with the link alone, whatever the list of memberships shows', async () => {
    const [eve, ada] = [await bench.founder(), await bench.founder()]
    const sam = await bench.member(eve)
    const link = { provider: { organizationId: 'org_9', since: '2026-01-01', endedAt: '2026-01-02' } }
    await shut(eve.organizationId, link)
    const key = users.keyOf({ id: sam.userId, organizationId: eve.organizationId })
    await bench.tenant(eve.organizationId).commit(patch(key, { fromProvider: 'org_9' }))
    const { token } = await invitedWithin(ada, ada.organizationId, sam.email, ['rol_basic_user'])
    const reply = await bench.request(acceptHandler, acceptInvitation, { ip: newIp(), body: { token } })
    expect(reply.status).toBe(200)
    const bob = await bench.member(ada)
    const other = await invitedWithin(eve, eve.organizationId, bob.email, ['rol_basic_user'])
    const refused = await bench.request(acceptHandler, acceptInvitation, { ip: newIp(), body: { token: other.token } })
    expect(refused.body.code).toBe('SIGN_IN_TO_ACCEPT')
  })

  test.each([
    ['suspended', { status: 'suspended' }, {}],
    ['closed by its moment', { status: 'offboarding', closesAt: '2026-01-01T00:00:00.000Z' }, {}],
    [
      'one whose provider they came from and was shut out',
      { provider: { organizationId: 'org_9', since: '2026-01-01', endedAt: '2026-01-02' } },
      { fromProvider: 'org_9' },
    ],
  ])('nobody is at home where they cannot enter: %s', async (_state, organization, user) => {
    const [ada, eve] = [await bench.founder(), await bench.founder()]
    await accept((await invitedWithin(eve, eve.organizationId, ada.email)).token, ada)
    await shut(eve.organizationId, organization)
    const key = users.keyOf({ id: ada.userId, organizationId: eve.organizationId })
    if (Object.keys(user).length > 0) await bench.tenant(eve.organizationId).commit(patch(key, user))
    const reply = await bench.request(homeHandler, setHome, { as: ada, body: { organizationId: eve.organizationId } })
    expect([reply.status, (await personOf(ada.userId))?.homeOrganizationId]).toEqual([404, ada.organizationId])
  })
})
