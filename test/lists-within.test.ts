import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { assign, assignments } from '../functions/access/assignment.ts'
import * as accessContracts from '../functions/access/contract.ts'
import { handler as listAssignments } from '../functions/access/list-role-assignments.ts'
import { contexts } from '../functions/contexts.ts'
import * as groupContracts from '../functions/groups/contract.ts'
import { groups } from '../functions/groups/group.ts'
import { handler as listGroups } from '../functions/groups/list-groups.ts'
import { groupsOf } from '../functions/groups/test-groups.ts'
import * as resourceContracts from '../functions/resources/contract.ts'
import { handler as listResources } from '../functions/resources/list-resources.ts'
import { makeResource, resources } from '../functions/resources/resource.ts'
import { unitsOf } from '../functions/units/test-units.ts'
import { decide } from '../shared/access/evaluate.ts'
import type { Assignment, Policy, Scope } from '../shared/access/model.ts'
import { systemPolicy } from '../shared/access/system-roles.ts'
import type { Contexts } from '../shared/context.ts'
import type { Endpoint } from '../shared/endpoint.ts'
import { newId } from '../shared/ids.ts'
import { relist } from '../shared/resource/lists.ts'
import { resourceOf } from '../shared/serve/concerns.ts'
import type { Change, Entity, Versioned } from '../shared/store/entity.ts'
import { itemKey } from '../shared/store/keys.ts'
import { patch, save } from '../shared/store/writes.ts'
import { LISTED } from '../shared/tree/listed.ts'
import { type Bench, type Person, workbench } from './workbench.ts'

/** Groups, what was given, and registered things: whoever sees a part of an organization is shown what lies there, and nothing else. */

const bench = workbench()

test('what is listed by its place follows when places move', () => {
  const all = Object.values(contexts as Contexts).flatMap(({ entities = [] }) => entities)
  const kept = all.filter(({ byPlace }) => byPlace === 'kept').map(({ name, plural }) => ({ name, plural }))
  expect(kept.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([...LISTED].toSorted((a, b) => a.name.localeCompare(b.name)))
})

const NODES = 5
const node = fc.nat(NODES - 1)
const place = fc.oneof(fc.record({ unit: node }), fc.record({ group: node }), fc.constant({ everywhere: true as const }))
const world = fc.record({
  /** Each may hang under one before it. */
  parents: fc.array(fc.nat(), { minLength: NODES, maxLength: NODES }),
  /** Where something was given, and, in a unit, where something is. */
  things: fc.array(place, { minLength: 4, maxLength: 8 }),
  grants: fc.array(place, { minLength: 1, maxLength: 3 }),
  moves: fc.array(fc.record({ tree: fc.constantFrom('units' as const, 'groups' as const), node, under: fc.nat(NODES) }), { maxLength: 3 }),
  isFollowed: fc.boolean(),
  limit: fc.integer({ min: 1, max: 4 }),
})
type World = typeof world extends fc.Arbitrary<infer W> ? W : never

async function walk(as: Person, handler: Parameters<Bench['request']>[0], contract: Endpoint, limit: number) {
  const seen: string[] = []
  for (let cursor: string | undefined; ; ) {
    const query = { limit: String(limit), ...(cursor ? { cursor } : {}) }
    const { status, body } = await bench.request(handler, contract, { as, query })
    expect(status).toBe(200)
    seen.push(...body.data.map(({ id }: { id: string }) => id))
    if (body.meta.nextCursor === null) break
    cursor = body.meta.nextCursor
  }
  expect(new Set(seen).size).toBe(seen.length)
  return seen.toSorted()
}

async function play({ parents, things, grants, moves, isFollowed, limit }: World) {
  const ada = await bench.founder()
  const trees = { units: unitsOf(bench, ada), groups: groupsOf(bench, ada) }
  const { tenant } = trees.units
  const ids = { units: [] as string[], groups: [] as string[] }
  /** The parent of each, as everybody is told. */
  const above = new Map<string, string | undefined>()
  for (const [n, at] of parents.entries())
    for (const kind of ['units', 'groups'] as const) {
      const parent = at % (n + 1) === n ? undefined : ids[kind][at % (n + 1)]
      const made = kind === 'units' ? await trees.units.create(`Unit ${n}`, parent) : await trees.groups.create(parent, `Group ${n}`)
      ids[kind].push(made.body.data.id)
      above.set(made.body.data.id, parent)
    }
  const scopeOf = (at: World['grants'][number]): Scope => {
    if ('unit' in at) return { type: 'unit', id: ids.units[at.unit] ?? '' }
    return 'group' in at ? { type: 'group', id: ids.groups[at.group] ?? '' } : { type: 'organization' }
  }
  const now = () => new Date().toISOString()
  const bob = await bench.member(ada, { roleIds: [] })
  const all: { assignments: Versioned[]; resources: Versioned[] } = { assignments: [], resources: [] }
  async function keep<T extends Versioned>(entity: Entity<T>, change: Change<T>) {
    await tenant.commit(save(entity, change))
    await relist(tenant, entity, change.after.id)
    return change.after
  }
  for (const [n, at] of things.entries()) {
    const scope = scopeOf(at)
    const giving = { subject: { type: 'user', id: ada.userId } as const, permission: 'users:read', scope }
    all.assignments.push(await keep(assignments, assign(tenant.id, giving, ada.userId, now())))
    const lies = scope.type === 'unit' ? { unitId: scope.id } : {}
    all.resources.push(
      await keep(resources, makeResource(tenant.id, { type: 'order', key: `PO-${n}`, attributes: {}, ...lies }, undefined, now())),
    )
  }
  const held = grants.map(
    (at): Assignment => ({ id: newId('asg'), permission: '*:read', scope: scopeOf(at), grantedBy: 'usr_1', createdAt: now() }),
  )
  await tenant.commit(patch(itemKey(tenant.id, 'USER', bob.userId), { assignments: held }))
  for (const { tree, node: moved, under } of moves) {
    const [id = '', parent] = [ids[tree][moved], ids[tree][under]]
    if ((await trees[tree].move(id, parent ?? null)).status === 200) above.set(id, parent)
  }
  if (isFollowed) await Promise.all([trees.units.settle(), trees.groups.settle()])

  const pathTo = (id: string): string[] => {
    const parent = above.get(id)
    return [...(parent ? pathTo(parent) : []), id]
  }
  const policy: Policy = {
    ...systemPolicy,
    unit: (id) => (above.has(id) ? pathTo(id) : undefined),
    group: (id) => (above.has(id) ? { id, path: pathTo(id), assignments: [] } : undefined),
  }
  const principal = { id: bob.userId, kind: 'member' as const, assignments: held }
  const allowed = <T extends Versioned>(entity: Entity<T>, items: readonly T[], permission: string) =>
    items
      .filter((item) => decide({ principal, policy, permission, resource: resourceOf(entity, item), environment: {}, now: now() }).allowed)
      .map(({ id }) => id)
      .toSorted()
  const expected = [
    allowed(groups, ids.groups.map((id) => ({ id })) as never, 'groups:read'),
    allowed(assignments, all.assignments as never, 'role_assignments:read'),
    allowed(resources, all.resources as never, 'resources:read'),
  ]
  const shown = [
    await walk(bob, listGroups, groupContracts.listGroups, limit),
    await walk(bob, listAssignments, accessContracts.listRoleAssignments, limit),
    await walk(bob, listResources, resourceContracts.listResources, limit),
  ]
  return { expected, shown: shown.map((each, n) => (n === 1 ? each.filter((id) => all.assignments.some((item) => item.id === id)) : each)) }
}

test('lists show what is allowed of everything, each once, whatever was moved and however far that was followed', async () => {
  let found = 0
  await fc.assert(
    fc.asyncProperty(world, async (given) => {
      const { expected, shown } = await play(given)
      expect(shown).toEqual(expected)
      found += shown.flat().length
    }),
    { numRuns: 12, endOnFailure: true },
  )
  expect(found).toBeGreaterThan(0)
}, 300_000)
