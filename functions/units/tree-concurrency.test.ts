import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { runs } from '../../shared/jobs/run.ts'
import type { OrganizationGate } from '../../shared/serve/call.ts'
import { levelPartition, organizationKey } from '../../shared/store/keys.ts'
import { logger } from '../../shared/telemetry.ts'
import { follows } from '../../shared/tree/follow.ts'
import { LISTED } from '../../shared/tree/listed.ts'
import { asKey, type Path } from '../../shared/tree/path.ts'
import { type Bench, openWorkbench } from '../../test/workbench.ts'
import type { User } from '../users/user.ts'
import { rule } from './follow-moves.ts'
import { unitsOf } from './test-units.ts'
import { fold, type Unit, units, unitTree } from './unit.ts'

/** Sixteen people at once make units, move, rename and remove them, and put users into them, while jobs follow the moves and are killed. */

let bench: Bench
beforeAll(async () => {
  bench = await openWorkbench()
}, 60_000)
afterAll(() => bench.close())

const WRITERS = 16
const NAMES = ['Sales', 'Night', 'Lab']
const unit = fc.nat(1_000)
const act = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constant('create' as const), unit, name: fc.nat(NAMES.length - 1) }) },
  { weight: 5, arbitrary: fc.record({ what: fc.constant('move' as const), unit, under: fc.option(unit, { freq: 8 }) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('rename' as const), unit, name: fc.nat(NAMES.length - 1) }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('remove' as const), unit }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('enter' as const), unit }) },
)
const day = fc.record({
  acts: fc.array(fc.array(act, { minLength: 3, maxLength: 3 }), { minLength: WRITERS, maxLength: WRITERS }),
  /** Which steps of jobs are killed. */
  kills: fc.infiniteStream(fc.nat(9).map((n) => n < 2)),
})

async function play({ acts, kills }: typeof day extends fc.Arbitrary<infer D> ? D : never) {
  const ada = await bench.founder()
  const owners = await Promise.all([1, 2, 3, 4].map(() => bench.member(ada)))
  const work = follows({ tree: unitTree, nodes: units, listed: LISTED })
  const mortal = runs(rule, async (call) => {
    const outcome = await work(call)
    if (kills.next().value) throw new Error('Killed')
    return outcome
  })
  const tree = unitsOf(bench, ada, mortal)
  const known = [...(await tree.chain(7)), ...(await tree.chain(3)), ...(await tree.chain(1))]
  const there = new Set(known)
  const pick = (n: number) => known[n % known.length] ?? ''
  const replies: unknown[] = []

  async function perform(each: (typeof acts)[number][number], n: number) {
    const on = pick(each.unit)
    if (each.what === 'move') return tree.move(on, each.under === null ? null : pick(each.under))
    if (each.what === 'rename') return tree.update(on, { name: `${NAMES[each.name]}` })
    if (each.what === 'enter') return tree.createUser(on)
    if (each.what === 'create') {
      const reply = await tree.create(`${NAMES[each.name]} ${each.unit % 5}`, on, owners[n % owners.length]?.userId)
      if (reply.status === 201) {
        known.push(reply.body.data.id)
        there.add(reply.body.data.id)
      }
      return reply
    }
    const reply = await tree.remove(on)
    if (reply.status === 204) there.delete(on)
    return reply
  }

  let isOver = false
  const following = (async () => {
    while (!isOver) if ((await tree.runJobs()) === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  })()
  await Promise.all(
    acts.map(async (own, n) => {
      for (const each of own) {
        const { status, body } = await perform(each, n)
        replies.push([each.what, status < 400 ? 'done' : (body?.code ?? status)].join(' '))
      }
    }),
  )
  isOver = true
  await following
  await tree.settle()
  return { tree, ada, there, replies }
}

test('no unit is lost, hangs in the air or under itself, or lies too deep; counts, names and paths are right once all is followed', async () => {
  jest.spyOn(logger, 'error').mockImplementation(() => undefined)
  const all: Record<string, number> = {}
  await fc.assert(
    fc.asyncProperty(day, async (given) => {
      const { tree, ada, there, replies } = await play(given)
      const { tenant } = tree
      for (const reply of replies as string[]) all[reply] = (all[reply] ?? 0) + 1
      // A job that was killed too often has given up; the next move has its work done.
      const [before] = await tenant.read<OrganizationGate>(organizationKey(ada.organizationId))
      if (before?.pendingMoves?.length) {
        const spare = (await tree.create('Spare')).body.data.id
        const other = (await tree.create('Other')).body.data.id
        there.add(spare).add(other)
        expect((await tree.as(ada).move(spare, other)).status).toBe(200)
        await tree.as(ada).settle()
      }
      const [organization] = await tenant.read<OrganizationGate>(organizationKey(ada.organizationId))
      expect(organization?.pendingMoves ?? []).toEqual([])

      const { items } = await tenant.list<Unit>({ partitions: ['UNITS'], index: 'g1', limit: 1_000 })
      const byId = new Map(items.map((each) => [each.id, each]))
      expect([...byId.keys()].sort()).toEqual([...there].sort())
      const people = (await tenant.list<User>({ partitions: ['USERS'], index: 'g1', limit: 1_000 })).items
      const pathOf = (each: Unit, depth = 0): Path => {
        if (depth > items.length) throw new Error(`${each.id} lies under itself.`)
        const parent = each.parentId === undefined ? undefined : byId.get(each.parentId)
        if (each.parentId !== undefined && !parent) throw new Error(`${each.id} hangs in the air.`)
        return [...(parent ? pathOf(parent, depth + 1) : []), each.id]
      }
      for (const each of items) {
        expect([each.id, each.path]).toEqual([each.id, pathOf(each)])
        expect(each.path.length).toBeLessThanOrEqual(unitTree.levels)
        expect([each.children, each.members]).toEqual([
          items.filter(({ parentId }) => parentId === each.id).length,
          people.filter(({ unitId }) => unitId === each.id).length,
        ])
      }
      const names = items.map(({ parentId = '', name }) => `${parentId}/${fold(name)}`)
      expect(new Set(names).size).toBe(names.length)
      const levels = Array.from({ length: unitTree.levels }, (_, n) => levelPartition(unitTree.plural, n + 1))
      const rows = await tenant.list<{ id: string; path: Path }>({ partitions: levels, consistent: true, limit: 1_000 })
      expect(rows.items.map(({ path }) => asKey(path)).sort()).toEqual(items.map(({ path }) => asKey(path)).sort())
      const listed = await tenant.list<{ id: string; path: Path; via: string }>({
        partitions: ['USERS#TREE'],
        consistent: true,
        limit: 1_000,
      })
      expect(listed.items.map(({ id, path }) => [id, asKey(path)]).sort()).toEqual(
        people.flatMap(({ id, unitId }) => (unitId ? [[id, asKey(byId.get(unitId)?.path ?? [])]] : [])).sort(),
      )
    }),
    { numRuns: 2, endOnFailure: true },
  )
  // Refusals are those that there are, and whatever is done is met.
  const codes = new Set(Object.keys(all).map((each) => each.split(' ')[1]))
  const expected = [
    'done',
    'CYCLE',
    'DELETED',
    'HAS_CHILDREN',
    'MOVE_IN_PROGRESS',
    'NAME_TAKEN',
    'PARENT_UNKNOWN',
    'TOO_DEEP',
    'UNAVAILABLE',
  ]
  expect([...codes].filter((each) => ![...expected, 'UNIT_UNKNOWN', 'VERSION_CONFLICT'].includes(each ?? ''))).toEqual([])
  for (const what of ['create', 'move', 'rename', 'remove', 'enter']) expect(all[`${what} done`]).toBeGreaterThan(0)
}, 300_000)
