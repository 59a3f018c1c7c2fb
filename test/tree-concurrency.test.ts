import { expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { rule as followGroups } from '../functions/groups/follow-moves.ts'
import { type Group, groups, groupTree } from '../functions/groups/group.ts'
import { isIn, type Member, members } from '../functions/groups/member.ts'
import { groupsOf } from '../functions/groups/test-groups.ts'
import { rule as followUnits } from '../functions/units/follow-moves.ts'
import { unitsOf } from '../functions/units/test-units.ts'
import { type Unit, units, unitTree } from '../functions/units/unit.ts'
import type { User } from '../functions/users/user.ts'
import { users } from '../functions/users/user-store.ts'
import { runs } from '../shared/jobs/run.ts'
import { relist } from '../shared/resource/lists.ts'
import type { OrganizationGate } from '../shared/serve/call.ts'
import { itemKey, levelPartition, organizationKey } from '../shared/store/keys.ts'
import type { Tenant } from '../shared/store/tenant.ts'
import { logger } from '../shared/telemetry.ts'
import { follows } from '../shared/tree/follow.ts'
import { LISTED } from '../shared/tree/listed.ts'
import { foldName } from '../shared/tree/names.ts'
import { asKey, type Path } from '../shared/tree/path.ts'
import type { Tree } from '../shared/tree/tree.ts'
import { type Reply, workbench } from './workbench.ts'

/**
 * Sixteen people at once make units and groups, move, rename and remove them, and put users into them and out, while jobs follow the moves and
 * are killed.
 */

const bench = workbench()

const WRITERS = 16
const ACTS = 3
const NAMES = ['Sales', 'Night', 'Lab', 'Ward', 'Field']
const PREFIX = { units: unitTree.prefix, groups: groupTree.prefix }
const kind = fc.constantFrom('units' as const, 'groups' as const)
const node = fc.nat(1_000)
const name = fc.nat(NAMES.length - 1)
const act = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constant('create' as const), kind, node, name }) },
  { weight: 6, arbitrary: fc.record({ what: fc.constant('move' as const), kind, node, under: fc.option(node, { freq: 8 }) }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('rename' as const), kind, node, name }) },
  { weight: 4, arbitrary: fc.record({ what: fc.constant('remove' as const), kind, node }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('enter' as const), node }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('join' as const), node, who: node }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('leave' as const), node, who: node }) },
)
const day = fc.record({
  acts: fc.array(fc.array(act, { minLength: ACTS, maxLength: ACTS }), { minLength: WRITERS, maxLength: WRITERS }),
  /** Which steps of jobs are killed. */
  kills: fc.infiniteStream(fc.nat(9).map((n) => n < 2)),
})
type Day = typeof day extends fc.Arbitrary<infer D> ? D : never
type Act = Day['acts'][number][number]

/** What this organization's trees are made of, with jobs of which some steps are killed. */
async function plant(kills: Day['kills']) {
  const ada = await bench.founder()
  const people = await Promise.all([1, 2, 3, 4].map(() => bench.member(ada)))
  const mortal =
    <W extends (...given: never[]) => Promise<unknown>>(work: W) =>
    async (...given: Parameters<W>): Promise<Awaited<ReturnType<W>>> => {
      const outcome = (await work(...given)) as Awaited<ReturnType<W>>
      if (kills.next().value) throw new Error('Killed')
      return outcome
    }
  const ofUnits = unitsOf(bench, ada, runs(followUnits, mortal(follows({ tree: unitTree, nodes: units, listed: LISTED }))))
  const ofGroups = groupsOf(bench, ada, runs(followGroups, mortal(follows({ tree: groupTree, nodes: groups, listed: LISTED }))))
  let made = 0
  return {
    ada,
    people,
    units: {
      ...ofUnits,
      create: (called: string, under?: string) => ofUnits.create(called, under, people[made++ % people.length]?.userId),
      rename: (id: string, called: string) => ofUnits.update(id, { name: called }),
    },
    groups: { ...ofGroups, create: (called: string, under?: string) => ofGroups.create(under, called) },
  }
}

/** Both trees are deep enough for some moves to be too deep, and have nodes in which nothing lies. */
async function grow(trees: Awaited<ReturnType<typeof plant>>) {
  const ids = async (of: { chain(length: number): Promise<string[]> }, lengths: number[]) =>
    (await Promise.all(lengths.map((length) => of.chain(length)))).flat()
  return { units: await ids(trees.units, [7, 3, 1, 1]), groups: await ids(trees.groups, [6, 3, 1, 1]) }
}

async function play({ acts, kills }: Day) {
  const trees = await plant(kills)
  const { ada, people } = trees
  const known = await grow(trees)
  const there = { units: new Set(known.units), groups: new Set(known.groups) }
  const pick = <T>(from: readonly T[], n: number) => from[n % from.length] as T
  const replies: string[] = []

  async function perform(each: Act): Promise<Reply> {
    if (each.what === 'enter') return trees.units.createUser(pick(known.units, each.node))
    if (each.what === 'join' || each.what === 'leave') {
      const [id, who] = [pick(known.groups, each.node), pick(people, each.who)]
      const reply = await (each.what === 'join' ? trees.groups.put(id, who) : trees.groups.take(id, who))
      if (reply.status < 400) await relist(trees.groups.tenant, users, who.userId)
      return reply
    }
    const { [each.kind]: tree } = trees
    // What is new has hardly anything in it, so that it can be removed.
    const on = pick(each.what === 'remove' ? known[each.kind].slice(-5) : known[each.kind], each.node)
    if (each.what === 'move') return tree.move(on, each.under === null ? null : pick(known[each.kind], each.under))
    if (each.what === 'rename') return tree.rename(on, pick(NAMES, each.name))
    if (each.what === 'create') {
      const reply = await tree.create(`${pick(NAMES, each.name)} ${each.node % 5}`, on)
      if (reply.status !== 201) return reply
      known[each.kind].push(reply.body.data.id)
      there[each.kind].add(reply.body.data.id)
      return reply
    }
    const reply = await tree.remove(on)
    if (reply.status === 204) there[each.kind].delete(on)
    return reply
  }

  let isOver = false
  const following = [trees.units, trees.groups].map(async ({ runJobs }) => {
    while (!isOver) if ((await runJobs()) === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  })
  await Promise.all(
    acts.map(async (own) => {
      for (const each of own) {
        const { status, body } = await perform(each)
        replies.push([each.what, 'kind' in each ? each.kind : '', status < 400 ? 'done' : (body?.code ?? status)].join(' '))
      }
    }),
  )
  isOver = true
  await Promise.all(following)
  const { tenant } = trees.units
  for (const each of ['units', 'groups'] as const) {
    const tree = trees[each]
    await tree.settle()
    // A job that was killed too often has given up; the next move has its work done.
    if ((await movesOf(tenant)).every(({ from }) => !from[0]?.startsWith(PREFIX[each]))) continue
    const [spare, other] = [(await tree.create('Spare')).body.data.id, (await tree.create('Other')).body.data.id]
    there[each].add(spare).add(other)
    const immortal = { units: unitsOf, groups: groupsOf }[each](bench, ada)
    expect((await immortal.move(spare, other)).status).toBe(200)
    await immortal.settle()
  }
  return { tenant, there, replies }
}

async function movesOf(tenant: Tenant) {
  const [organization] = await tenant.read<OrganizationGate>(organizationKey(tenant.id))
  return organization?.pendingMoves ?? []
}

const allOf = async <T>(tenant: Tenant, partition: string) =>
  (await tenant.list<T>({ partitions: [partition], index: 'g1', limit: 1_000 })).items

/** Every node is where its parents say, and the lists of levels show it there. */
async function expectWhole(tenant: Tenant, tree: Tree, items: readonly (Unit | Group)[], there: ReadonlySet<string>) {
  const byId = new Map(items.map((each) => [each.id, each]))
  expect([...byId.keys()].sort()).toEqual([...there].sort())
  const pathTo = (each: Unit | Group, depth = 0): Path => {
    if (depth > items.length) throw new Error(`${each.id} lies under itself.`)
    const parent = each.parentId === undefined ? undefined : byId.get(each.parentId)
    if (each.parentId !== undefined && !parent) throw new Error(`${each.id} hangs in the air.`)
    return [...(parent ? pathTo(parent, depth + 1) : []), each.id]
  }
  for (const each of items) {
    expect([each.id, each.path]).toEqual([each.id, pathTo(each)])
    expect(each.path.length).toBeLessThanOrEqual(tree.levels)
    expect([each.id, each.children]).toEqual([each.id, items.filter(({ parentId }) => parentId === each.id).length])
  }
  const names = items.map(({ parentId = '', name: called }) => `${parentId}/${foldName(called)}`)
  expect(new Set(names).size).toBe(names.length)
  const levels = Array.from({ length: tree.levels }, (_, n) => levelPartition(tree.plural, n + 1))
  const rows = await tenant.list<{ path: Path }>({ partitions: levels, consistent: true, limit: 1_000 })
  expect(rows.items.map(({ path }) => asKey(path)).sort()).toEqual(items.map(({ path }) => asKey(path)).sort())
}

/** Who is where is counted there, said on both sides, and listed under the paths of all their places. */
async function expectPeople(tenant: Tenant, inUnits: readonly Unit[], inGroups: readonly Group[]) {
  const people = await allOf<User>(tenant, 'USERS')
  for (const unit of inUnits) expect([unit.id, unit.members]).toEqual([unit.id, people.filter(({ unitId }) => unitId === unit.id).length])
  const joined = people.flatMap(({ id, groupIds = [] }) => groupIds.map((groupId) => `${groupId}.${id}`))
  const records = await tenant.read<Member>(
    ...inGroups.flatMap((group) => people.map(({ id }) => members.keyOf({ id: `${group.id}.${id}`, organizationId: tenant.id }))),
  )
  expect(records.flatMap((each) => (isIn(each) ? [each.id] : [])).sort()).toEqual(joined.sort())
  const counts = await tenant.read<{ count: number }>(...inGroups.map(({ id }) => ({ ...itemKey(tenant.id, 'GROUP', id), sk: 'MEMBERS' })))
  expect(counts.map((each) => each?.count)).toEqual(inGroups.map(({ id }) => joined.filter((each) => each.startsWith(`${id}.`)).length))
  const paths = new Map([...inUnits, ...inGroups].map(({ id, path }) => [id, asKey(path)]))
  const listed = await tenant.list<{ id: string; path: Path }>({ partitions: ['USERS#TREE'], consistent: true, limit: 1_000 })
  expect(listed.items.map(({ id, path }) => [id, asKey(path)]).sort()).toEqual(
    people.flatMap(({ id, unitId, groupIds = [] }) => [...(unitId ? [unitId] : []), ...groupIds].map((at) => [id, paths.get(at)])).sort(),
  )
}

test('no unit and no group is lost, hangs in the air or under itself, or lies too deep; counts, names and paths are right once all is followed', async () => {
  jest.spyOn(logger, 'error').mockImplementation(() => undefined)
  const all: Record<string, number> = {}
  await fc.assert(
    fc.asyncProperty(day, async (given) => {
      const { tenant, there, replies } = await play(given)
      for (const reply of replies) all[reply] = (all[reply] ?? 0) + 1
      expect(await movesOf(tenant)).toEqual([])
      const [inUnits, inGroups] = [await allOf<Unit>(tenant, 'UNITS'), await allOf<Group>(tenant, 'GROUPS')]
      await expectWhole(tenant, unitTree, inUnits, there.units)
      await expectWhole(tenant, groupTree, inGroups, there.groups)
      await expectPeople(tenant, inUnits, inGroups)
    }),
    { numRuns: 2, endOnFailure: true },
  )
  // Refusals are those that there are, and whatever is done is met.
  const expected = [
    ...[
      'ALREADY_MEMBER',
      'CYCLE',
      'DELETED',
      'GROUP_UNKNOWN',
      'HAS_CHILDREN',
      'HAS_MEMBERS',
      'MOVE_IN_PROGRESS',
      'NAME_TAKEN',
      'NOT_FOUND',
    ],
    ...['PARENT_UNKNOWN', 'TOO_DEEP', 'UNAVAILABLE', 'UNIT_UNKNOWN', 'VERSION_CONFLICT', 'done'],
  ]
  expect(Object.keys(all).filter((each) => !expected.includes(each.split(' ')[2] ?? ''))).toEqual([])
  const done = ['create units', 'create groups', 'move units', 'move groups', 'rename', 'remove', 'enter', 'join']
  for (const what of done) expect(Object.keys(all).filter((each) => each.startsWith(what) && each.endsWith(' done'))).not.toEqual([])
})
