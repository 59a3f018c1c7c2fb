import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Assignment, Scope } from '../../shared/access/model.ts'
import { fromRecord } from '../../shared/event.ts'
import { newId } from '../../shared/ids.ts'
import { denialPartition } from '../../shared/store/keys.ts'
import { patch, save } from '../../shared/store/writes.ts'
import { moves } from '../../shared/tree/moving.ts'
import { type Person, type Reply, workbench } from '../../test/workbench.ts'
import * as userContracts from '../users/contract.ts'
import { handler as listUsers } from '../users/list-users.ts'
import { users } from '../users/user-store.ts'
import { rule } from './follow-moves.ts'
import { type Group, giveGroup, groupNodes, groups, moveTo, toGroup } from './group.ts'
import { groupsOf } from './test-groups.ts'

/** Groups lie under groups: who is in one holds what those above it hold. */

const bench = workbench()
let ada: Person
let mine: ReturnType<typeof groupsOf>
beforeEach(async () => {
  ada = await bench.founder()
  mine = groupsOf(bench, ada)
})

const id = ({ body }: Reply): string => body.data.id
const code = ({ status, body }: Reply) => body?.code ?? status
const sees = async (as: Person) => code(await bench.request(listUsers, userContracts.listUsers, { as }))
const everywhere: Scope = { type: 'organization' }
const group = (of: string): Scope => ({ type: 'group', id: of })
const grant = (permission: string, scope: Scope = everywhere): Assignment => ({
  id: newId('asg'),
  permission,
  scope,
  grantedBy: ada.userId,
  createdAt: new Date().toISOString(),
})
async function give(groupId: string, permission: string, scope?: Scope) {
  const held = await mine.tenant.get(groups, groupId)
  if (held) await mine.tenant.commit(save(groups, giveGroup(held, grant(permission, scope), new Date().toISOString())))
}
async function holding(...held: [permission: string, scope?: Scope][]): Promise<Person> {
  const person = await bench.member(ada, { roleIds: [] })
  const assignments = held.map(([permission, scope]) => grant(permission, scope))
  await mine.tenant.commit(patch(users.keyOf({ id: person.userId, organizationId: ada.organizationId }), { assignments }))
  return person
}

describe('a group under another', () => {
  test('says where it lies, is listed under its parent, and bears a name that is taken elsewhere', async () => {
    const [top, low] = (await mine.chain(2)) as [string, string]
    const made = await mine.create(low, 'Night shift')
    expect(made.body.data).toMatchObject({ parentId: low, path: [top, low, id(made)], hierarchyLevel: 3 })
    expect((await mine.list({ parentId: low })).body.data.map(({ id: listed }: { id: string }) => listed)).toEqual([id(made)])
    expect([code(await mine.create(low, 'night SHIFT')), code(await mine.create(top, 'Night shift'))]).toEqual(['NAME_TAKEN', 201])
  })

  test('lies no deeper than eight levels, and under a group that is there, in this organization', async () => {
    const chain = await mine.chain(8)
    expect(code(await mine.create(chain[7]))).toBe('TOO_DEEP')
    const elsewhere = await groupsOf(bench, await bench.founder()).create()
    expect([code(await mine.create(newId('grp'))), code(await mine.create(id(elsewhere)))]).toEqual(['GROUP_UNKNOWN', 'GROUP_UNKNOWN'])
    expect(code(await mine.move(chain[7] ?? '', id(elsewhere)))).toBe('GROUP_UNKNOWN')
  })

  test('is removed before what it lies under', async () => {
    const [top, low] = (await mine.chain(2)) as [string, string]
    expect([code(await mine.remove(top)), code(await mine.remove(low)), code(await mine.remove(top))]).toEqual(['HAS_CHILDREN', 204, 204])
  })

  test('gives its members what those above it hold, eight levels up, from the next request on', async () => {
    const chain = await mine.chain(8)
    const grace = await holding()
    await mine.put(chain[7] ?? '', grace)
    expect(await sees(grace)).toBe('FORBIDDEN')
    await give(chain[0] ?? '', 'users:read')
    expect(await sees(grace)).toBe(200)
  })

  test('is joined by nobody by whom they were put there without what those above it hold', async () => {
    const [top, low] = (await mine.chain(2)) as [string, string]
    await give(top, 'users:delete')
    const bob = await holding(['groups:*'], ['users:update'])
    const refused = await mine.as(bob).put(low, bob)
    expect([code(refused), refused.body.details.missing]).toEqual(['FORBIDDEN', ['users:delete']])
  })
})

describe('nobody makes a group', () => {
  test('under groups that give what they do not hold, and each attempt is on record', async () => {
    const [top, low] = (await mine.chain(2)) as [string, string]
    await give(top, 'users:delete')
    const bob = await holding(['groups:*', group(low)])
    const refused = await mine.as(bob).create(low)
    expect([code(refused), refused.body.details.missing]).toEqual(['FORBIDDEN', ['users:delete']])
    expect(code(await mine.as(await holding(['groups:*', group(low)], ['users:delete'])).create(low))).toBe(201)
    const { items } = await mine.tenant.list<Record<string, unknown>>({
      partitions: [denialPartition(new Date().toISOString().slice(0, 10))],
      limit: 100,
    })
    expect(items.map(fromRecord).filter(({ type }) => type === 'access.escalation_attempted')).toMatchObject([{ aggregateId: bob.userId }])
  })
})

describe('a group that moves', () => {
  let [weak, strong, moved] = ['', '', '']
  let grace: Person
  beforeEach(async () => {
    ;[weak, strong, moved] = [id(await mine.create()), id(await mine.create()), '']
    moved = id(await mine.create(weak))
    await give(strong, 'users:read')
    grace = await holding()
    expect(code(await mine.put(id(await mine.create(moved)), grace))).toBe(201)
  })

  test('gives and takes at once, before any row follows and after', async () => {
    expect(await sees(grace)).toBe('FORBIDDEN')
    expect((await mine.move(moved, strong)).body.data).toMatchObject({ parentId: strong, path: [strong, moved] })
    expect(await sees(grace)).toBe(200)
    await mine.settle()
    expect([await sees(grace), (await mine.get(moved)).body.data.path]).toEqual([200, [strong, moved]])
    await mine.move(moved, null)
    expect([await sees(grace), (await mine.get(moved)).body.data.path]).toEqual(['FORBIDDEN', [moved]])
  })

  test('makes no cycle and goes not too deep', async () => {
    const below = id(await mine.create(moved))
    expect([code(await mine.move(moved, below)), code(await mine.move(moved, moved))]).toEqual(['CYCLE', 'CYCLE'])
    const deep = await mine.chain(7, undefined)
    expect(code(await mine.move(moved, deep[6] ?? ''))).toBe('TOO_DEEP')
  })

  test('is moved by nobody who does not hold what its members gain, or lose, by it', async () => {
    const bob = mine.as(await holding(['groups:*']))
    const gained = await bob.move(moved, strong)
    expect([code(gained), gained.body.details.missing]).toEqual(['FORBIDDEN', ['users:read']])
    await mine.move(moved, strong)
    const lost = await bob.move(moved, null)
    expect([code(lost), lost.body.details.missing]).toEqual(['FORBIDDEN', ['users:read']])
    expect(code(await mine.as(await holding(['groups:*'], ['users:read'])).move(moved, null))).toBe(200)
  })

  test('is left where it is by whoever was judged when it lay elsewhere', async () => {
    const judged = (await mine.tenant.get(groups, moved)) as Group
    await mine.move(moved, strong)
    const call = { tenant: mine.tenant, actor: { id: ada.userId }, now: new Date().toISOString() }
    const moving = moves({ ...groupNodes, follow: rule, change: moveTo, present: toGroup }, call, { judged, parentId: undefined })
    await expect(moving).rejects.toMatchObject({ code: 'VERSION_CONFLICT' })
    expect((await mine.get(moved)).body.data.path).toEqual([strong, moved])
  })

  test('comes under nobody by whom it was moved, who could do less with it before', async () => {
    const place = id(await mine.create())
    const bob = await holding(['groups:create'], ['groups:update'], ['users:update', group(place)])
    const refused = await mine.as(bob).move(moved, place)
    expect([code(refused), refused.body.details.missing]).toEqual(['FORBIDDEN', ['users:update']])
  })

  test('goes where whoever moves it may make groups, and nowhere else', async () => {
    const bob = mine.as(await holding(['groups:*', group(weak)]))
    expect([code(await bob.move(moved, null)), code(await bob.move(moved, strong))]).toEqual(['FORBIDDEN', 'FORBIDDEN'])
    const inside = id(await bob.create(weak))
    expect(code(await bob.move(moved, inside))).toBe(200)
    expect(code(await bob.create())).toBe('FORBIDDEN')
  })
})

describe('whoever may see the groups of a part', () => {
  let cast: { top: string; low: string; other: string }
  beforeEach(async () => {
    const [top, low] = (await mine.chain(2)) as [string, string]
    cast = { top, low, other: id(await mine.create()) }
  })
  const seen = async (as: Person, query = {}) =>
    (await mine.as(as).list(query)).body.data.map(({ id: listed }: { id: string }) => listed).sort()

  test('is shown those, page by page, and no other, also right after a move', async () => {
    const { top, low, other } = cast
    const bob = await holding(['groups:read', group(top)])
    expect(await seen(bob)).toEqual([top, low].sort())
    const first = await mine.as(bob).list({ limit: '1' })
    const rest = await mine.as(bob).list({ limit: '1', cursor: first.body.meta.nextCursor })
    expect([first, rest].map(({ body }) => body.data.map(({ id: listed }: { id: string }) => listed)).toSorted()).toEqual(
      [[top], [low]].toSorted(),
    )
    await mine.move(low, other)
    expect(await seen(bob)).toEqual([top])
    await mine.move(other, top)
    expect(await seen(bob)).toEqual([top, low, other].sort())
    await mine.settle()
    expect(await seen(bob)).toEqual([top, low, other].sort())
  })
})
