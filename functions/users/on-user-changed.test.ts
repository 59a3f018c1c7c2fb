import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { DomainEvent } from '../../shared/event.ts'
import { listedKey, listingsOf, relist } from '../../shared/resource/lists.ts'
import type { Key } from '../../shared/store/keys.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import { patch, save, type Write } from '../../shared/store/writes.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import * as contracts from './contract.ts'
import { handler as list } from './list-users.ts'
import { handler as onUserChanged } from './on-user-changed.ts'
import { lock, remove, restore, signedIn, type User } from './user.ts'
import { detailsOf, edit, setRoles } from './user-details.ts'
import { users } from './user-store.ts'

const bench = workbench()

const tenantOf = (person: Person) => bench.tenant(person.organizationId)
const eventsOf = (person: Person): Promise<DomainEvent[]> => tenantOf(person).events(users, person.userId)

async function change(person: Person, transition: (user: User) => ReturnType<typeof edit>) {
  const tenant = tenantOf(person)
  const user = await tenant.get(users, person.userId)
  const done = user && transition(user)
  if (done) await tenant.commit(save(users, done))
}

const rolesOf = ({ assignments }: User) => assignments.flatMap(({ roleId }) => roleId ?? [])
const now = () => new Date().toISOString()
const rename = (person: Person, firstName: string, lastName = 'Lovelace') =>
  change(person, (user) => edit(user, { ...detailsOf(user), firstName, lastName }, now()))

async function settle(...people: Person[]) {
  for (const person of people) expect(await bench.react(onUserChanged, ...(await eventsOf(person)))).toEqual([])
}

const ids = async (as: Person, query: Record<string, string>) => {
  const reply = await bench.request(list, contracts.listUsers, { as, query })
  expect(reply.status).toBe(200)
  return reply.body.data.map(({ id }: { id: string }) => id) as string[]
}

describe('the search', () => {
  test('finds by the beginnings of names and address, without case and accents, each user once', async () => {
    const admin = await bench.founder()
    const [zoe, adam] = [await bench.member(admin), await bench.member(admin)]
    await rename(zoe, 'Zoë', 'Zoller')
    await rename(adam, 'Adam', 'Zöllner')
    await settle(zoe, adam)
    expect((await ids(admin, { q: 'zo' })).sort()).toEqual([zoe.userId, adam.userId].sort())
    expect(await ids(admin, { q: 'ZOLL ad' })).toEqual([adam.userId])
    expect(await ids(admin, { q: adam.email.slice(0, 30) })).toEqual([adam.userId])
    expect(await ids(admin, { q: 'oller' })).toEqual([])
    expect(await ids(admin, { q: '\u0301' })).toEqual([])
  })

  test('takes three waves, a list by role too, and goes on page by page', async () => {
    const admin = await bench.founder()
    const people = await Promise.all(Array.from({ length: 5 }, () => bench.member(admin)))
    await settle(...people)
    const query = { q: 'love', limit: '2' }
    const first = await bench.request(list, contracts.listUsers, { as: admin, query })
    expect(first.cost.waves).toBe(3)
    const byRole = await bench.request(list, contracts.listUsers, { as: admin, query: { roleId: 'rol_basic_user', limit: '2' } })
    expect([byRole.cost.waves, byRole.body.data.length]).toEqual([3, 2])
    const seen = [...first.body.data]
    for (let cursor = first.body.meta.nextCursor; cursor; ) {
      const page = await bench.request(list, contracts.listUsers, { as: admin, query: { ...query, cursor } })
      seen.push(...page.body.data)
      cursor = page.body.meta.nextCursor
    }
    expect(seen.map(({ id }) => id).sort()).toEqual(people.map(({ userId }) => userId).sort())
  })

  test('combines with status and role', async () => {
    const admin = await bench.founder()
    const [one, other] = [await bench.member(admin), await bench.member(admin, { roleIds: ['rol_report_viewer'] })]
    await change(one, (user) => lock(user, 'test', now()))
    await settle(admin, one, other)
    expect(await ids(admin, { q: 'ada', status: 'locked' })).toEqual([one.userId])
    expect(await ids(admin, { q: 'ada', roleId: 'rol_report_viewer' })).toEqual([other.userId])
    expect(await ids(admin, { roleId: 'rol_basic_user' })).toEqual([one.userId])
    expect(await ids(admin, { roleId: 'rol_basic_user', status: 'active' })).toEqual([])
    expect(await ids(admin, { status: 'locked' })).toEqual([one.userId])
    expect(await ids(admin, {})).toEqual([admin, one, other].map(({ userId }) => userId).sort())
  })

  test('forgets old names, old roles and removed users', async () => {
    const admin = await bench.founder()
    const member = await bench.member(admin)
    await settle(member)
    await rename(member, 'Augusta')
    await change(member, (user) => setRoles(user, ['rol_request_user'], 'usr', now()))
    await settle(member)
    expect(await ids(admin, { q: 'ada' })).toEqual([])
    expect(await ids(admin, { roleId: 'rol_basic_user' })).toEqual([])
    expect(await ids(admin, { roleId: 'rol_request_user' })).toEqual([member.userId])
    await change(member, (user) => remove(user, now()))
    await settle(member)
    expect(await ids(admin, { q: 'augusta' })).toEqual([])
    await change(member, (user) => restore(user, now()))
    await settle(member)
    expect(await ids(admin, { q: 'augusta' })).toEqual([member.userId])
  })

  test('refuses the cursor of another search', async () => {
    const admin = await bench.founder()
    const people = [await bench.member(admin), await bench.member(admin)]
    await settle(...people)
    const { body } = await bench.request(list, contracts.listUsers, { as: admin, query: { q: 'ada', limit: '1' } })
    const query = { q: 'love', limit: '1', cursor: body.meta.nextCursor }
    expect((await bench.request(list, contracts.listUsers, { as: admin, query })).body.code).toBe('INVALID_CURSOR')
  })
})

describe('the lists that the reaction keeps', () => {
  test('show the present, however events are lost in order, doubled or at once', async () => {
    const name = fc.constantFrom('Ada', 'Eve', 'Bob', 'Zoë')
    const command = fc.oneof(
      name.map((first) => (person: Person) => rename(person, first)),
      fc.constant((person: Person) => change(person, (user) => (user.deletedAt ? restore(user, now()) : remove(user, now())))),
      fc
        .constantFrom('rol_basic_user', 'rol_report_viewer')
        .map((role) => (person: Person) => change(person, (user) => setRoles(user, [role], 'usr', now()))),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(command, fc.boolean()), { maxLength: 8 }),
        fc.infiniteStream(fc.nat()),
        async (commands, order) => {
          const admin = await bench.founder()
          const member = await bench.member(admin)
          for (const [run, deliverNow] of commands) {
            await run(member)
            if (deliverNow) await bench.react(onUserChanged, ...(await eventsOf(member)).slice(-2))
          }
          const events = (await eventsOf(member)).map((event) => [order.next().value as number, event] as const).sort(([a], [b]) => a - b)
          const delivered = events.map(([, event]) => event)
          await bench.react(onUserChanged, ...delivered, ...delivered.slice(0, 1))
          await settle(member)
          const tenant = tenantOf(admin)
          const user = (await tenant.get(users, member.userId)) as User
          const partitions = ['USERS#SEARCH', 'USERS#ROLE#rol_basic_user', 'USERS#ROLE#rol_report_viewer']
          const { items } = await tenant.list<{ id: string; terms: string[]; values: { ROLE: string[] }; term?: string }>({
            partitions,
            limit: 100,
          })
          expect(
            items
              .filter((each) => each.term)
              .map((each) => each.term)
              .sort(),
          ).toEqual(listingsOf(users, user).flatMap(({ term }) => term ?? []))
          expect(items.filter((each) => !each.term)).toHaveLength(user.deletedAt ? 0 : 1)
          const told = { id: user.id, terms: [...new Set(items.flatMap(({ term }) => term ?? []))], values: { ROLE: rolesOf(user) } }
          for (const each of items) expect(each).toMatchObject(told)
        },
      ),
      { numRuns: 12 },
    )
  })

  test('are left as they are by a change of which they tell nothing, such as a sign-in', async () => {
    const admin = await bench.founder()
    const member = await bench.member(admin)
    await settle(member)
    const tenant = tenantOf(member)
    let parts: number[] = []
    const counting: Tenant = {
      ...tenant,
      commit: async <R>(writes: Write | readonly Write[], reply?: R) => {
        parts.push([writes].flat().length)
        return tenant.commit(writes, reply)
      },
    }
    const partsOf = async (transition: Parameters<typeof change>[1]) => {
      parts = []
      await change(member, transition)
      await relist(counting, users, member.userId)
      return parts
    }
    const signIn = { at: now(), ipAddress: '203.0.113.1', userAgent: 'x', loginMethod: 'password', mfaEnabled: false }
    expect(await partsOf((user) => signedIn(user, signIn))).toEqual([1])
    expect(await partsOf((user) => edit(user, { ...detailsOf(user), department: 'Engines' }, now()))).toEqual([1])
    expect((await partsOf((user) => edit(user, { ...detailsOf(user), firstName: 'Eve' }, now())))[0]).toBeGreaterThan(2)
    expect(await ids(admin, { q: 'eve' })).toEqual([member.userId])
  })

  test('are not taken back by a writer who read the user before the last change', async () => {
    const admin = await bench.founder()
    const member = await bench.member(admin)
    await settle(member)
    await rename(member, 'Eve')
    const tenant = tenantOf(member)
    let overtaken = false
    const slow: Tenant = {
      ...tenant,
      async read<T>(...keys: Key[]) {
        const found = await tenant.read<T>(...keys)
        if (!overtaken) {
          overtaken = true
          await rename(member, 'Bob')
          await relist(tenant, users, member.userId)
        }
        return found
      },
    }
    await relist(slow, users, member.userId)
    expect(await ids(admin, { q: 'eve' })).toEqual([])
    expect(await ids(admin, { q: 'bob' })).toEqual([member.userId])
  })

  test.each([1, 2, 4])('are made whole by whoever comes after a stop behind write %i of the first', async (written) => {
    const admin = await bench.founder()
    const member = await bench.member(admin)
    const tenant = tenantOf(member)
    const key = listedKey(users, tenant.id, member.userId)
    let left = written
    const stopping: Tenant = {
      ...tenant,
      commit: (...asked) => (left-- > 0 ? tenant.commit(...asked) : Promise.reject(new Error('Stopped.'))),
    }
    await expect(relist(stopping, users, member.userId)).rejects.toThrow('Stopped.')
    await rename(member, 'Eve')
    await tenant.commit(patch(key, { heldUntil: '2026-01-01T00:00:00.000Z' }))
    await relist(tenant, users, member.userId)
    for (const query of [{ q: 'eve' } as Record<string, string>, { q: 'love' }, { roleId: 'rol_basic_user' }])
      expect(await ids(admin, query)).toEqual([member.userId])
    expect(await ids(admin, { q: 'ada' })).toEqual([])
    expect((await tenant.read<{ heldUntil?: string }>(key))[0]?.heldUntil).toBeUndefined()
  })

  test('ignore an event of a user who is not there', async () => {
    const admin = await bench.founder()
    const [event] = await eventsOf(admin)
    expect(await bench.react(onUserChanged, { ...(event as DomainEvent), aggregateId: 'usr_0' })).toEqual([])
  })
})
