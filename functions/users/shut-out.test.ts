import { randomUUID } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { findPerson } from '../../shared/identity/person-store.ts'
import { isLive, refreshed, type Session } from '../../shared/identity/session.ts'
import { sessions, sessionsOf } from '../../shared/identity/session-store.ts'
import type { LambdaHandler } from '../../shared/serve/serve.ts'
import { personKey, sessionKey } from '../../shared/store/keys.ts'
import { meter } from '../../shared/store/meter.ts'
import { tableFor } from '../../shared/store/table.ts'
import { patch, put, save } from '../../shared/store/writes.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import * as contracts from './contract.ts'
import { handler as deactivate } from './deactivate-user.ts'
import { handler as remove } from './delete-user.ts'
import { handler as endAll } from './end-user-sessions.ts'
import { handler as lock } from './lock-user.ts'
import { handler as restore } from './restore-user.ts'
import { commitShutOut } from './shut-out.ts'
import { lock as locked, type User } from './user.ts'
import { users } from './user-store.ts'

const bench = workbench()

const lookups = () => tableFor(undefined, meter())
const now = () => new Date().toISOString()

const sessionOf = async ({ userId, sessionId }: Person): Promise<Session> =>
  (await sessionsOf(lookups(), userId)).find(({ id }) => id === sessionId) as Session

/** More sessions of the same person, as sign-in leaves them. */
async function more(person: Person, count: number, organizationId = person.organizationId) {
  const { pk: _pk, sk: _sk, ...first } = { pk: '', sk: '', ...(await sessionOf(person)) }
  for (let n = 0; n < count; n++) {
    const id = randomUUID()
    await bench.tenant(organizationId).commit(put(sessionKey(person.userId, id), { ...first, id, organizationId }))
  }
}

const liveOf = async (person: Person, organizationId = person.organizationId) =>
  (await sessionsOf(lookups(), person.userId)).filter((each) => each.organizationId === organizationId && isLive(each, now())).length

const ways = {
  lock: [lock, contracts.lockUser, { reason: 'Test' }, 'locked by an administrator'],
  deactivate: [deactivate, contracts.deactivateUser, undefined, 'deactivated by an administrator'],
  remove: [remove, contracts.deleteUser, undefined, 'removed from the organization'],
} as const

const shutOut = (way: keyof typeof ways, as: Person, { userId: id }: Person) => {
  const [handler, contract, body] = ways[way]
  return bench.request(handler, contract, { as, params: { id }, ...(body ? { body } : {}) })
}

describe.each(Object.keys(ways) as (keyof typeof ways)[])('%s', (way) => {
  test('ends every session that was begun here, with the reason, and none that was begun elsewhere', async () => {
    const [admin, other] = [await bench.founder(), await bench.founder()]
    const whom = await bench.member(admin)
    await more(whom, 2)
    await more(whom, 1, other.organizationId)
    expect((await shutOut(way, admin, whom)).status).toBeLessThan(300)
    expect([await liveOf(whom), await liveOf(whom, other.organizationId)]).toEqual([0, 1])
    expect(await sessionOf(whom)).toMatchObject({ status: 'revoked', revokedReason: ways[way][3] })
    const [, ended] = await bench.tenant(admin.organizationId).events(sessions, whom.sessionId)
    expect([ended?.type, ended?.metadata.actorId]).toEqual(['auth.session.revoked', admin.userId])
  })

  test('ends as many as one transaction holds, and shuts the user out whatever is left', async () => {
    const admin = await bench.founder()
    const whom = await bench.member(admin)
    await more(whom, 44)
    expect((await shutOut(way, admin, whom)).status).toBeLessThan(300)
    expect(await liveOf(whom)).toBe(5)
  })

  test('of an administrator takes a session that proved itself lately, of others does not', async () => {
    const admin = await bench.founder()
    const [peer, whom] = [await bench.member(admin, { roleIds: ['rol_admin'] }), await bench.member(admin)]
    const { organizationId, userId: personId, sessionId: id } = admin
    await bench
      .tenant(organizationId)
      .commit(patch(sessions.keyOf({ id, organizationId, personId }), { freshAt: '2026-01-01T00:00:00.000Z' }))
    expect((await shutOut(way, admin, peer)).body.code).toBe('STEP_UP_REQUIRED')
    expect([await liveOf(peer), (await shutOut(way, admin, whom)).status < 300]).toEqual([1, true])
  })

  test('that is refused ends nothing', async () => {
    const admin = await bench.founder()
    expect((await shutOut(way, admin, admin)).body.code).toBe('LAST_ADMIN')
    expect(await liveOf(admin)).toBe(1)
  })
})

test('somebody who renews a session at every moment does not hold up what shuts them out', async () => {
  const admin = await bench.founder()
  const whom = await bench.member(admin)
  const tenant = bench.tenant(admin.organizationId)
  /** The sessions are renewed between being read and being ended, each time. */
  const busy = {
    ...lookups(),
    query: async (input: Parameters<ReturnType<typeof lookups>['query']>[0]) => {
      const seen = await lookups().query(input)
      await tenant.commit(save(sessions, refreshed(await sessionOf(whom), now())))
      return seen
    },
  }
  const user = (await tenant.get<User>(users, whom.userId)) as User
  await commitShutOut({ tenant, lookups: busy, now: now() }, { change: locked(user, 'Test', now()), reason: 'test' })
  expect((await tenant.get<User>(users, whom.userId))?.status).toBe('locked')
})

test('ending the sessions of a user ends all of them, however many', async () => {
  const admin = await bench.founder()
  const whom = await bench.member(admin)
  await more(whom, 49)
  expect((await bench.request(endAll as LambdaHandler, contracts.endUserSessions, { as: admin, params: { id: whom.userId } })).status).toBe(
    204,
  )
  expect(await liveOf(whom)).toBe(0)
})

describe('how many other organizations a person belongs to', () => {
  const elsewhere = async ({ userId }: Person) => (await findPerson(lookups(), userId))?.elsewhere
  /** A member here whose home is another organization. */
  async function guest(admin: Person): Promise<Person> {
    const [whom, home] = [await bench.member(admin), await bench.founder()]
    await bench
      .tenant(admin.organizationId)
      .commit(patch(personKey(whom.userId), { homeOrganizationId: home.organizationId, elsewhere: 1 }))
    return whom
  }
  const bringBack = (as: Person, { userId: id }: Person) => bench.request(restore, contracts.restoreUser, { as, params: { id } })

  test('follows their removal; they come back by an invitation, which counts once they accept it', async () => {
    const admin = await bench.founder()
    const whom = await guest(admin)
    expect((await shutOut('remove', admin, whom)).status).toBe(204)
    expect(await elsewhere(whom)).toBe(0)
    expect((await bringBack(admin, whom)).body.data.status).toBe('invited')
    expect(await elsewhere(whom)).toBe(0)
  })

  test('does not count their home, nor a lock', async () => {
    const admin = await bench.founder()
    const [whom, visiting] = [await bench.member(admin), await guest(admin)]
    const before = await elsewhere(whom)
    await shutOut('remove', admin, whom)
    await bringBack(admin, whom)
    await shutOut('lock', admin, visiting)
    expect([await elsewhere(whom), await elsewhere(visiting)]).toEqual([before, 1])
  })

  test('is not touched by the removal and return of somebody who was only invited', async () => {
    const admin = await bench.founder()
    const whom = await guest(admin)
    const { organizationId, userId: id } = whom
    await bench.tenant(organizationId).commit(patch(users.keyOf({ id, organizationId }), { status: 'invited' }))
    await shutOut('remove', admin, whom)
    expect((await bringBack(admin, whom)).body.data.status).toBe('invited')
    expect(await elsewhere(whom)).toBe(1)
  })
})
