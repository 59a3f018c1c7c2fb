import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { newId } from '../../shared/ids.ts'
import { relist } from '../../shared/resource/lists.ts'
import { searchFor, searchTerms } from '../../shared/resource/search.ts'
import type { Change } from '../../shared/store/entity.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import { save } from '../../shared/store/writes.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import * as contracts from './contract.ts'
import { handler as listInvited } from './list-invitations.ts'
import { handler as list } from './list-users.ts'
import { activate, deactivate, invite, join, lock, remove, restore, type User, unlock } from './user.ts'
import { setRoles } from './user-details.ts'
import { users } from './user-store.ts'

const bench = workbench()

const now = () => new Date().toISOString()

const MOVES = {
  join: (user: User) => join(user, now()),
  lock: (user: User) => lock(user, 'Test', now()),
  unlock: (user: User) => unlock(user, now()),
  activate: (user: User) => activate(user, now()),
  deactivate: (user: User) => deactivate(user, now()),
  remove: (user: User) => remove(user, now()),
  restore: (user: User) => restore(user, now()),
  see: (user: User) => setRoles(user, ['rol_report_viewer'], 'usr', now()),
}
const ANY = ['invited', 'active', 'locked', 'disabled'] as const
const FROM: Record<Exclude<keyof typeof MOVES, 'restore'>, readonly User['status'][]> = {
  join: ['invited'],
  lock: ['active'],
  unlock: ['locked'],
  activate: ['disabled'],
  deactivate: ['active', 'locked'],
  remove: ANY,
  see: ANY,
}

interface Query {
  status?: User['status']
  q?: string
  roleId?: string
}

/** The users of a tenant, and what its lists should show of them. */
function everybody(tenant: Tenant, founder: User) {
  const all = new Map([[founder.id, founder]])
  async function write(change: Change<User>) {
    await tenant.commit(save(users, change))
    all.set(change.after.id, change.after)
    await relist(tenant, users, change.after.id)
  }
  return {
    invite(firstName: string) {
      const id = newId('usr')
      const user = { id, organizationId: tenant.id, firstName, lastName: 'Hopper', email: `${id}@example.com`, by: id, at: now() }
      return write(invite({ ...user, roleIds: ['rol_basic_user'] }))
    },
    /** Moves somebody other than the founder on, where they may be moved like that. */
    async move(index: number, move: keyof typeof MOVES) {
      const others = [...all.values()].slice(1)
      const user = others[index % others.length]
      if (!user || (move === 'restore') !== (user.deletedAt !== undefined)) return
      if (move !== 'restore' && !FROM[move].includes(user.status)) return
      const change = MOVES[move](user)
      if (change) await write(change)
    },
    wanted({ status, q, roleId }: Query): string[] {
      const fits = (user: User) =>
        !user.deletedAt &&
        (!status || user.status === status) &&
        (!roleId || user.assignments.some((each) => each.roleId === roleId)) &&
        (!q || searchFor(q)?.finds(searchTerms([user.email, user.firstName, user.lastName])))
      return [...all.values()]
        .filter(fits)
        .map(({ id }) => id)
        .sort()
    },
  }
}
type Everybody = ReturnType<typeof everybody>

const queries: Query[] = [undefined, ...ANY].flatMap((status) =>
  [undefined, 'grace', 'hop gr'].flatMap((q) =>
    [undefined, 'rol_report_viewer'].map((roleId) => ({
      ...(status ? { status } : {}),
      ...(q ? { q } : {}),
      ...(roleId ? { roleId } : {}),
    })),
  ),
)

async function everybodyOf({ organizationId, userId }: Person) {
  const tenant = bench.tenant(organizationId)
  await relist(tenant, users, userId)
  return everybody(tenant, (await tenant.get(users, userId)) as User)
}

async function walk(as: Person, query: Query, limit: number, handler = list, contract = contracts.listUsers) {
  const seen: string[] = []
  for (let cursor: string | undefined; ; ) {
    const asked = { ...query, limit: String(limit), ...(cursor ? { cursor } : {}) }
    const { status, body, cost } = await bench.request(handler, contract, { as, query: asked })
    expect(status).toBe(200)
    expect(cost.waves).toBeLessThanOrEqual(3)
    seen.push(...body.data.map(({ id }: { id: string }) => id))
    if (body.meta.nextCursor === null) return seen
    cursor = body.meta.nextCursor
  }
}

describe('lists of users', () => {
  test('by status, words and role show whoever a look at everybody finds, page by page, three trips each at most', async () => {
    const step = fc.oneof(
      fc.constantFrom('Grace', 'Ada').map((name) => (all: Everybody) => all.invite(name)),
      fc.tuple(fc.nat(), fc.constantFrom(...(Object.keys(MOVES) as (keyof typeof MOVES)[]))).map(
        ([index, move]) =>
          (all: Everybody) =>
            all.move(index, move),
      ),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), fc.integer({ min: 1, max: 5 }), async (steps, limit) => {
        const founder = await bench.founder()
        const all = await everybodyOf(founder)
        for (const run of steps) await run(all)
        for (const query of queries) expect([query, (await walk(founder, query, limit)).sort()]).toEqual([query, all.wanted(query)])
        const invited = await walk(founder, {}, limit, listInvited, contracts.listInvitations as never)
        expect(invited).toEqual(all.wanted({ status: 'invited' }).reverse())
      }),
      { numRuns: 8 },
    )
  })

  test('by a status that few have take two trips, however many have another, and read nobody else', async () => {
    const founder = await bench.founder()
    const all = await everybodyOf(founder)
    await all.invite('Grace')
    const before = await bench.request(list, contracts.listUsers, { as: founder, query: { status: 'invited' } })
    for (let n = 0; n < 30; n++) await bench.member(founder)
    const after = await bench.request(list, contracts.listUsers, { as: founder, query: { status: 'invited' } })
    expect(after.body.data).toEqual(before.body.data)
    expect([after.cost.waves, after.cost.rru]).toEqual([2, before.cost.rru])
  })
})
