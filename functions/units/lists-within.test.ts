import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decide } from '../../shared/access/evaluate.ts'
import type { Assignment, Policy, Scope } from '../../shared/access/model.ts'
import { systemPolicy } from '../../shared/access/system-roles.ts'
import type { Endpoint } from '../../shared/endpoint.ts'
import { newId } from '../../shared/ids.ts'
import { relist } from '../../shared/resource/lists.ts'
import { searchFor, searchTerms } from '../../shared/resource/search.ts'
import { resourceOf } from '../../shared/serve/concerns.ts'
import type { Entity, Versioned } from '../../shared/store/entity.ts'
import { itemKey } from '../../shared/store/keys.ts'
import { patch, putNew, save } from '../../shared/store/writes.ts'
import { grows, pathUnder } from '../../shared/tree/tree.ts'
import { type Bench, type Person, workbench } from '../../test/workbench.ts'
import * as userContracts from '../users/contract.ts'
import { handler as listInvitations } from '../users/list-invitations.ts'
import { handler as listUsers } from '../users/list-users.ts'
import { invite, type User } from '../users/user.ts'
import { users } from '../users/user-store.ts'
import * as contracts from './contract.ts'
import { handler as listUnits } from './list-units.ts'
import { unitsOf } from './test-units.ts'
import { makeUnit, type Unit, units, unitTree } from './unit.ts'

/** Whoever sees a part of an organization is shown in its lists what a look at everything, thing by thing, finds allowed. */

const bench = workbench()

const UNITS = 6
const GROUPS = 3
const USERS = 8
const now = () => new Date().toISOString()

const person = fc.record({
  unit: fc.option(fc.nat(UNITS - 1), { nil: undefined, freq: 4 }),
  groups: fc.subarray(Array.from({ length: GROUPS }, (_, n) => n)),
  firstName: fc.constantFrom('Grace', 'Ada'),
  department: fc.constantFrom('a', 'b'),
})
const inDepartment = [{ attribute: 'resource.department', operator: 'equals' as const, value: 'a' }]
const grant = fc.oneof(
  { weight: 4, arbitrary: fc.record({ unit: fc.nat(UNITS - 1), conditional: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ group: fc.nat(GROUPS - 1) }) },
  { weight: 2, arbitrary: fc.record({ user: fc.nat(USERS - 1) }) },
  { weight: 1, arbitrary: fc.record({ ofUnit: fc.nat(UNITS - 1) }) },
  { weight: 1, arbitrary: fc.constant({ everywhere: true }) },
)
const world = fc.record({
  /** Each may hang under one before it. */
  parents: fc.array(fc.nat(), { minLength: UNITS, maxLength: UNITS }),
  people: fc.array(person, { minLength: USERS, maxLength: USERS }),
  grants: fc.array(grant, { minLength: 1, maxLength: 4 }),
  moves: fc.array(fc.tuple(fc.nat(UNITS - 1), fc.nat(UNITS)), { minLength: 1, maxLength: 3 }),
  isFollowed: fc.boolean(),
  limit: fc.integer({ min: 1, max: 5 }),
})
type World = typeof world extends fc.Arbitrary<infer W> ? W : never

async function build({ parents, people }: World, ada: Person) {
  const tenant = bench.tenant(ada.organizationId)
  const gate = { policyVersion: 1 }
  const made: Unit[] = []
  for (const [n, above] of parents.entries()) {
    const parent = above % (n + 1) === n ? undefined : made[above % (n + 1)]
    const id = newId('unit')
    const path = pathUnder(unitTree, gate, parent, id)
    const change = makeUnit(tenant.id, { id, name: `${n % 2 ? 'Grace' : 'Night'} ${n}`, ownerId: ada.userId, path }, now())
    await tenant.commit([save(units, change), grows(unitTree, gate, change.after)])
    await relist(tenant, units, id)
    made.push(change.after)
  }
  const groupIds = Array.from({ length: GROUPS }, () => newId('grp'))
  for (const [n, id] of groupIds.entries())
    await tenant.commit(
      putNew(itemKey(tenant.id, 'GROUP', id), { id, path: n === 1 ? groupIds.slice(0, 2) : [id], assignments: [] }, 'CONFLICT'),
    )
  const all: User[] = []
  for (const { unit, groups, firstName, department } of people) {
    const id = newId('usr')
    const fields = {
      id,
      organizationId: tenant.id,
      firstName,
      lastName: 'Hopper',
      email: `${id}@example.com`,
      by: id,
      at: now(),
      roleIds: [],
    }
    const invited = invite({ ...fields, department, ...(unit === undefined ? {} : { unitId: made[unit]?.id }) })
    const change = { ...invited, after: { ...invited.after, groupIds: groups.map((n) => groupIds[n] ?? '') } }
    await tenant.commit(save(users, change))
    await relist(tenant, users, id)
    all.push(change.after)
  }
  return { tenant, units: made, users: all, groupIds }
}
type Built = Awaited<ReturnType<typeof build>>

function assignmentsOf({ grants }: World, { units: made, users: all, groupIds }: Built): Assignment[] {
  const scopeOf = (given: World['grants'][number]): Scope => {
    if ('unit' in given) return { type: 'unit', id: made[given.unit]?.id ?? '' }
    if ('group' in given) return { type: 'group', id: groupIds[given.group] ?? '' }
    if ('user' in given) return { type: 'resource', resourceType: 'user', id: all[given.user]?.id ?? '' }
    if ('ofUnit' in given) return { type: 'resource', resourceType: 'unit', id: made[given.ofUnit]?.id ?? '' }
    return { type: 'organization' }
  }
  return grants.map((given) => ({
    id: newId('asg'),
    permission: '*:read',
    scope: scopeOf(given),
    ...('everywhere' in given || ('conditional' in given && given.conditional) ? { conditions: inDepartment } : {}),
    grantedBy: 'usr_1',
    createdAt: now(),
  }))
}

/** Ids of a list, page by page; none comes twice. */
async function walk(as: Person, handler: Parameters<Bench['request']>[0], contract: Endpoint, query: Record<string, string>) {
  const seen: string[] = []
  for (let cursor: string | undefined; ; ) {
    const { status, body } = await bench.request(handler, contract, { as, query: { ...query, ...(cursor ? { cursor } : {}) } })
    if (status === 403) return 'refused'
    expect(status).toBe(200)
    seen.push(...body.data.map(({ id }: { id: string }) => id))
    if (body.meta.nextCursor === null) break
    cursor = body.meta.nextCursor
  }
  expect(new Set(seen).size).toBe(seen.length)
  return seen.sort()
}

test('lists show what is allowed of everything, each thing once, whatever was moved and however far that was followed', async () => {
  let shown = 0
  await fc.assert(
    fc.asyncProperty(world, async (given) => {
      const ada = await bench.founder()
      const built = await build(given, ada)
      const { tenant } = built
      const tree = unitsOf(bench, ada)
      for (const [unit, under] of given.moves) await tree.move(built.units[unit]?.id ?? '', built.units[under]?.id ?? null)
      if (given.isFollowed) await tree.settle()
      const eve = await bench.member(ada, { roleIds: [] })
      const assignments = assignmentsOf(given, built)
      await tenant.commit(patch(itemKey(tenant.id, 'USER', eve.userId), { assignments }))

      const paths = new Map<string, string[]>()
      for (const { id } of built.units) paths.set(id, (await tree.get(id)).body.data.path)
      const groupPath = (id: string) => (id === built.groupIds[1] ? built.groupIds.slice(0, 2) : [id])
      const policy: Policy = { ...systemPolicy, unit: (id) => paths.get(id), group: (id) => ({ id, path: groupPath(id), assignments: [] }) }
      const principal = { id: eve.userId, kind: 'member' as const, assignments }
      const allowed = <T extends Versioned>(entity: Entity<T>, items: readonly T[], permission: string) =>
        items
          .filter(
            (item) => decide({ principal, policy, permission, resource: resourceOf(entity, item), environment: {}, now: now() }).allowed,
          )
          .map(({ id }) => id)
          .sort()
      const [unit] = built.units as [Unit]
      const limit = { limit: String(given.limit) }
      const isCalled = (texts: string[]) => searchFor('gra')?.finds(searchTerms(texts)) ?? false
      const people = (query: Record<string, string>) => walk(eve, listUsers, userContracts.listUsers, { ...limit, ...query })
      const parts = (query: Record<string, string>) => walk(eve, listUnits, contracts.listUnits, { ...limit, ...query })
      const users_ = (fits: (user: User) => boolean) => allowed(users, built.users.filter(fits), 'users:read')
      const units_ = (fits: (unit: Unit) => boolean) => allowed(units, built.units.filter(fits), 'units:read')
      const found = await people({})
      // The caller and Ada lie in no part of the organization, and are of no department.
      expect(found).toEqual(users_(() => true))
      expect(await walk(eve, listInvitations, userContracts.listInvitations, limit)).toEqual(found)
      expect(await people({ q: 'gra' })).toEqual(users_(({ firstName }) => isCalled([firstName])))
      expect(await people({ status: 'active' })).toEqual([])
      expect(await people({ unitId: unit.id })).toEqual(users_(({ unitId }) => unitId === unit.id))
      expect(await parts({})).toEqual(units_(() => true))
      expect(await parts({ q: 'gra' })).toEqual(units_(({ name }) => isCalled([name])))
      expect(await parts({ parentId: unit.id })).toEqual(units_(({ id }) => paths.get(id)?.at(-2) === unit.id))
      shown += found.length
    }),
    { numRuns: 8, endOnFailure: true },
  )
  expect(shown).toBeGreaterThan(0)
}, 300_000)
