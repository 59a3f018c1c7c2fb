import { randomUUID } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { homeChanged } from '../../events/identity.ts'
import { userDeactivated, userDeleted, userLocked } from '../../events/users.ts'
import type { DomainEvent, EventType } from '../../shared/event.ts'
import { departure, isManagedBy } from '../../shared/identity/home-store.ts'
import { putMembership } from '../../shared/identity/membership-store.ts'
import type { Person } from '../../shared/identity/person.ts'
import { begin, isLive, type Session } from '../../shared/identity/session.ts'
import { sessions, sessionsOf } from '../../shared/identity/session-store.ts'
import { newId } from '../../shared/ids.ts'
import { loginKey, membershipKey, personKey } from '../../shared/store/keys.ts'
import { patch, save } from '../../shared/store/writes.ts'
import { mailHash } from '../../shared/tokens.ts'
import { type Person as Signed, workbench } from '../../test/workbench.ts'
import { register as newUser, users } from '../users/door.ts'
import { setHome } from './contract.ts'
import { handler as onMemberGone } from './on-member-gone.ts'
import { handler as onMembershipChanged } from './on-membership-changed.ts'
import { handler } from './set-home.ts'
import { lastSignal } from './test-events.ts'
import { read, table } from './test-people.ts'

const bench = workbench()

const choose = (as: Signed, organizationId: string) => bench.request(handler, setHome, { as, body: { organizationId } })
const personOf = async (id: string) => (await read(personKey(id))) as unknown as Person
const at = () => new Date().toISOString()

/** Makes somebody a member of another organization, too. */
async function alsoIn(organizationId: string, { userId: id, email }: Signed, elsewhere = 1): Promise<void> {
  const there = newUser({ id, organizationId, email, firstName: 'Ada', lastName: 'L', roleIds: ['rol_basic_user'], by: id, at: at() })
  await bench.tenant(organizationId).commit([save(users, there), putMembership(there.after), patch(personKey(id), { elsewhere })])
}

describe('a person’s home', () => {
  test('is where they say, and the one before counts among the others; it is told where they are at home now', async () => {
    const [ada, eve] = [await bench.founder(), await bench.founder()]
    await alsoIn(eve.organizationId, ada)
    expect((await choose(ada, eve.organizationId)).body.data).toEqual({ homeOrganizationId: eve.organizationId })
    expect(await personOf(ada.userId)).toMatchObject({ homeOrganizationId: eve.organizationId, elsewhere: 1 })
    const event = await lastSignal(eve.organizationId, homeChanged)
    expect([event.aggregateName, event.data]).toEqual(['Ada Lovelace', { userId: ada.userId, homeOrganizationId: eve.organizationId }])
    expect((await choose(ada, eve.organizationId)).status).toBe(200)
    expect((await personOf(ada.userId)).elsewhere).toBe(1)
  })

  test('once they have left the one before, the next one manages them, and until then none does', async () => {
    const [ada, eve] = [await bench.founder(), await bench.founder()]
    const bob = await bench.member(eve)
    await alsoIn(ada.organizationId, bob)
    await bench.tenant(eve.organizationId).commit(departure(await personOf(bob.userId), eve.organizationId))
    const left = await personOf(bob.userId)
    expect([left.elsewhere, isManagedBy(left, eve.organizationId), isManagedBy(left, ada.organizationId)]).toEqual([1, false, false])
    const session = { ...bob, organizationId: ada.organizationId }
    expect((await choose(session, ada.organizationId)).status).toBe(200)
    const moved = await personOf(bob.userId)
    expect([moved.elsewhere, isManagedBy(moved, ada.organizationId), isManagedBy(moved, eve.organizationId)]).toEqual([0, true, false])
  })

  test('is only where they are an active member, and takes a fresh session', async () => {
    const [ada, eve] = [await bench.founder(), await bench.founder()]
    expect((await choose(ada, eve.organizationId)).body.code).toBe('NOT_FOUND')
    await alsoIn(eve.organizationId, ada)
    const record = users.keyOf({ id: ada.userId, organizationId: eve.organizationId })
    // The list of memberships trails; the record itself decides.
    await bench.tenant(eve.organizationId).commit(patch(record, { status: 'disabled' }))
    expect((await choose(ada, eve.organizationId)).body.code).toBe('NOT_FOUND')
    await bench.tenant(eve.organizationId).commit(patch(record, { status: 'active' }))
    const key = sessions.keyOf({ id: ada.sessionId, organizationId: ada.organizationId, personId: ada.userId })
    await bench.tenant(ada.organizationId).commit(patch(key, { freshAt: '2026-01-01T00:00:00.000Z' }))
    expect((await choose(ada, eve.organizationId)).body.code).toBe('STEP_UP_REQUIRED')
  })

  test('is counted exactly, also when they leave it at the same moment', async () => {
    for (let n = 0; n < 10; n++) {
      const [ada, eve] = [await bench.founder(), await bench.founder()]
      await alsoIn(eve.organizationId, ada)
      const leave = bench.tenant(ada.organizationId).commit(departure(await personOf(ada.userId), ada.organizationId))
      const [left, chosen] = await Promise.allSettled([leave, choose(ada, eve.organizationId)])
      if (left.status === 'rejected')
        await bench.tenant(ada.organizationId).commit(departure(await personOf(ada.userId), ada.organizationId))
      expect(chosen.status === 'fulfilled' && chosen.value.status).toBe(200)
      expect(await personOf(ada.userId)).toMatchObject({ homeOrganizationId: eve.organizationId, elsewhere: 0 })
    }
  })
})

describe('whoever is shut out of an organization', () => {
  const happened = (type: EventType, { organizationId, userId }: Signed, timestamp = at()): DomainEvent => ({
    id: newId('evt'),
    type: type.name,
    version: 2,
    schemaVersion: 1,
    aggregateType: 'user',
    aggregateId: userId,
    organizationId,
    timestamp,
    data: {},
    changes: {},
    metadata: { actorId: 'usr_1', actorKind: 'member', correlationId: 'c', requestId: 'r', source: 's' },
  })

  async function sessionAt({ organizationId, userId: personId }: Signed, since: string): Promise<string> {
    const agent = { device: 'jest', ipAddress: '192.0.2.1', userAgent: 'jest' }
    const expiresAt = new Date(Date.now() + 60_000).toISOString()
    const session = begin({
      id: randomUUID(),
      organizationId,
      personId,
      ...agent,
      mfa: false,
      method: 'password',
      epoch: 1,
      at: since,
      expiresAt,
    })
    await bench.tenant(organizationId).commit(save(sessions, session))
    return session.after.id
  }

  const liveOf = async ({ userId }: Signed) =>
    (await sessionsOf(table(), userId)).filter((session: Session) => isLive(session, at())).map(({ id }) => id)

  test.each([
    ['locked', userLocked],
    ['deactivated', userDeactivated],
    ['removed', userDeleted],
  ])('by being %s has no session left that began there before; one that began after, or elsewhere, stays', async (_how, type) => {
    const [ada, eve] = [await bench.founder(), await bench.founder()]
    const elsewhere = await sessionAt({ ...ada, organizationId: eve.organizationId }, at())
    const event = happened(type, ada, new Date(Date.now() + 1000).toISOString())
    const later = await sessionAt(ada, new Date(Date.now() + 2000).toISOString())
    expect(await bench.react(onMemberGone, event, event)).toEqual([])
    expect((await liveOf(ada)).sort()).toEqual([elsewhere, later].sort())
  })

  test('acts, and is told, in another one of theirs; their home stays where it is', async () => {
    const [ada, eve] = [await bench.founder(), await bench.founder()]
    const bob = await bench.member(ada)
    await alsoIn(eve.organizationId, bob)
    const record = users.keyOf({ id: bob.userId, organizationId: ada.organizationId })
    expect(await bench.react(onMemberGone, happened(userDeleted, bob))).toEqual([])
    expect((await personOf(bob.userId)).defaultOrganizationId).toBe(ada.organizationId)
    await bench.tenant(ada.organizationId).commit(patch(record, { deletedAt: at() }))
    expect(await bench.react(onMemberGone, happened(userDeleted, bob))).toEqual([])
    expect(await personOf(bob.userId)).toMatchObject({ homeOrganizationId: ada.organizationId, defaultOrganizationId: eve.organizationId })
    expect((await read(loginKey(mailHash(bob.email))))?.organizationId).toBe(eve.organizationId)
  })

  test('is shown so in their memberships; a mere invitation is shown in nobody’s', async () => {
    const ada = await bench.founder()
    const bob = await bench.member(ada)
    const record = users.keyOf({ id: bob.userId, organizationId: ada.organizationId })
    await bench.tenant(ada.organizationId).commit(patch(record, { status: 'locked', version: 2 }))
    const nobody = { ...bob, userId: newId('usr') }
    expect(await bench.react(onMembershipChanged, happened(userLocked, bob), happened(userDeleted, nobody))).toEqual([])
    expect((await read(membershipKey(bob.userId, ada.organizationId)))?.userStatus).toBe('locked')
    expect(await read(membershipKey(nobody.userId, ada.organizationId))).toBeUndefined()
  })
})
