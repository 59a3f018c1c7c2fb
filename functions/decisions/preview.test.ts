import { beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Assignment } from '../../shared/access/model.ts'
import { newId } from '../../shared/ids.ts'
import { relist } from '../../shared/resource/lists.ts'
import { save } from '../../shared/store/writes.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import { roles, setPermissions } from '../access/role.ts'
import { giveGroup, groups, takeFromGroup } from '../groups/group.ts'
import { groupsOf } from '../groups/test-groups.ts'
import { unitsOf } from '../units/test-units.ts'
import { giveUser, joinGroup, leaveGroup, takeFromUser } from '../users/holdings.ts'
import { users } from '../users/user-store.ts'
import { evaluateAccessBatch, previewAccess } from './contract.ts'
import { handler as evaluateBatch } from './evaluate-access-batch.ts'
import { handler as preview } from './preview-access.ts'
import { build, type Organization, organization } from './test-organization.ts'
import { EVERYWHERE, grant, worldOf } from './test-people.ts'

/** What a change would give and take, said before it is made. */

const bench = workbench()

interface Effect {
  userId: string
  gains: Assignment[]
  losses: Assignment[]
}

async function effects(as: Person, change: object, limit: number): Promise<Effect[] | string> {
  const found: Effect[] = []
  for (let cursor: string | null = null, pages = 0; ; pages++) {
    const reply = await bench.request(preview, previewAccess, { as, body: { change, limit, ...(cursor ? { cursor } : {}) } })
    if (reply.status !== 200) return reply.body.code
    expect(pages).toBeLessThan(200)
    found.push(...reply.body.data)
    cursor = reply.body.meta.nextCursor
    if (cursor === null) return found
  }
}

const index = fc.nat(3)
const kinds = fc.oneof(
  fc.record({ type: fc.constant('role_permissions' as const), at: index, permissions: fc.subarray(['users:read', 'order:approve']) }),
  fc.record({ type: fc.constantFrom('member_added' as const, 'member_removed' as const), at: index, user: fc.nat(5) }),
  fc.record({ type: fc.constantFrom('group_moved' as const, 'unit_moved' as const), at: index, to: fc.option(index) }),
  fc.record({ type: fc.constant('assignment_added' as const), at: index, user: fc.option(fc.nat(5)), unit: fc.option(index) }),
  fc.record({ type: fc.constant('assignment_removed' as const), at: fc.nat() }),
)
type Kind = typeof kinds extends fc.Arbitrary<infer T> ? T : never

/** The change as it is asked about, and its making. */
async function changeOf(kind: Kind, ada: Person, { tenant, userIds: [, ...people], unitIds, groupIds, roleIds }: Organization) {
  const now = new Date().toISOString()
  const groupId = groupIds[kind.at % groupIds.length] ?? ''
  const holding = async ({ type, id }: { type: string; id: string }, change: 'give' | 'take', what: Assignment) => {
    if (type === 'user') {
      const user = await tenant.get(users, id)
      const made = user && (change === 'give' ? giveUser(user, what, now) : takeFromUser(user, what.id, now))
      if (made) await tenant.commit(save(users, made))
    } else {
      const group = await tenant.get(groups, id)
      const made = group && (change === 'give' ? giveGroup(group, what, now) : takeFromGroup(group, what.id, now))
      if (made) await tenant.commit(save(groups, made))
    }
  }
  if (kind.type === 'role_permissions') {
    const roleId = roleIds[kind.at % roleIds.length] ?? ''
    return {
      asked: { type: kind.type, roleId, permissions: kind.permissions },
      async make() {
        const role = await tenant.get(roles, roleId)
        const change = role && setPermissions(role, kind.permissions, now)
        if (change) await tenant.commit(save(roles, change))
      },
    }
  }
  if (kind.type === 'member_added' || kind.type === 'member_removed') {
    const userId = people[kind.user % people.length] ?? ''
    return {
      asked: { type: kind.type, groupId, userId },
      async make() {
        const user = await tenant.get(users, userId)
        const change = user && (kind.type === 'member_added' ? joinGroup : leaveGroup)(user, groupId, now)
        if (change) await tenant.commit(save(users, change))
      },
    }
  }
  if (kind.type === 'group_moved' || kind.type === 'unit_moved') {
    const [ids, tree] = kind.type === 'group_moved' ? [groupIds, groupsOf(bench, ada)] : [unitIds, unitsOf(bench, ada)]
    const [id, newParentId] = [ids[kind.at] ?? '', kind.to === null ? null : (ids[kind.to] ?? '')]
    const asked = { type: kind.type, [kind.type === 'group_moved' ? 'groupId' : 'unitId']: id, newParentId }
    return { asked, make: async () => expect((await tree.move(id, newParentId)).status).toBe(200) }
  }
  if (kind.type === 'assignment_added') {
    const holder = kind.user === null ? { type: 'group', id: groupId } : { type: 'user', id: people[kind.user % people.length] ?? '' }
    const scope = kind.unit === null ? EVERYWHERE : { type: 'unit' as const, id: unitIds[kind.unit] ?? '' }
    return {
      asked: { type: kind.type, holder, permission: 'order:approve', scope },
      make: () => holding(holder, 'give', { ...grant({ permission: 'order:approve' }, scope), expiresAt: '2126-01-01T00:00:00.000Z' }),
    }
  }
  const all = [
    ...(await Promise.all(people.map(async (id) => ({ holder: { type: 'user', id }, held: (await tenant.get(users, id))?.assignments })))),
    ...(await Promise.all(
      groupIds.map(async (id) => ({ holder: { type: 'group', id }, held: (await tenant.get(groups, id))?.assignments })),
    )),
  ].flatMap(({ holder, held = [] }) => held.map((assignment) => ({ holder, assignment })))
  const { holder, assignment } = all[kind.at % all.length] ?? { holder: { type: 'user', id: '' }, assignment: grant({}) }
  return {
    asked: { type: kind.type, holder, assignmentId: assignment.id },
    make: () => holding(holder, 'take', assignment),
  }
}

const world = fc.record({ of: organization, kind: kinds, limit: fc.integer({ min: 1, max: 3 }) })

describe('a change that is not made', () => {
  test('is said to give and take what evaluations before and after making it differ by, person by person', async () => {
    let told = 0
    await fc.assert(
      fc.asyncProperty(world, async ({ of, kind, limit }) => {
        const ada = await bench.founder()
        // Conditions about whose something is are about who asks, and cannot be tried out by somebody else.
        const built = await build(bench, ada, { ...of, grants: of.grants.map((each) => ({ ...each, isOwners: false })) })
        const { userIds, unitIds, things } = built
        const set = worldOf(bench, ada.organizationId)
        await set.holds(ada, grant({ permission: '*:*' }))
        const probe = await bench.member(ada, { roleIds: [] })
        const { asked, make } = await changeOf(kind, ada, built)

        const resources = [
          undefined,
          ...unitIds.slice(0, 3).map((id) => ({ type: 'unit', id })),
          ...userIds.slice(1, 4).map((id) => ({ type: 'user', id })),
          ...things.map((id) => ({ type: 'order', id })),
        ]
        const questions = ['users:read', 'order:approve', 'units:update'].flatMap((permission) =>
          resources.map((resource) => ({ permission, resource })),
        )
        const may = async (userId: string): Promise<boolean[]> => {
          const evaluations = questions.map((each) => ({ ...each, userId }))
          const { body } = await bench.request(evaluateBatch, evaluateAccessBatch, { as: ada, body: { evaluations } })
          return body.data.map(({ allowed }: { allowed: boolean }) => allowed)
        }
        const mayBy = async (held: readonly Assignment[]) => {
          await set.holds(probe, ...held.map((each) => ({ ...each, ...grant({ permission: each.permission ?? '' }, each.scope) })))
          return may(probe.userId)
        }
        const found = await effects(ada, asked, limit)
        if (typeof found === 'string') return expect(found).toBe('CYCLE')
        expect(new Set(found.map(({ userId }) => userId)).size).toBe(found.length)
        const of_ = (userId: string) => found.find((each) => each.userId === userId) ?? { userId, gains: [], losses: [] }

        const before = await Promise.all(userIds.map(may))
        const lost = await Promise.all(userIds.map(async () => [] as boolean[]))
        for (const [n, userId] of userIds.entries()) lost[n] = of_(userId).losses.length > 0 ? await mayBy(of_(userId).losses) : []
        await make()
        for (const [n, userId] of userIds.entries()) {
          const after = await may(userId)
          const gained = of_(userId).gains.length > 0 ? await mayBy(of_(userId).gains) : []
          for (const [at] of questions.entries()) {
            const [then, later] = [before[n]?.[at] ?? false, after[at] ?? false]
            expect(!then && (gained[at] ?? false)).toBe(!then && later)
            expect(!later && (lost[n]?.[at] ?? false)).toBe(!later && then)
          }
        }
        told += found.length
      }),
      { numRuns: 8, endOnFailure: true },
    )
    expect(told).toBeGreaterThan(0)
  })
})

describe('a preview', () => {
  let ada: Person
  let grace: Person
  beforeEach(async () => {
    ada = await bench.founder()
    grace = await bench.member(ada, { roleIds: [] })
    await relist(bench.tenant(ada.organizationId), users, grace.userId)
  })
  const added = (more: object = {}) => ({
    type: 'assignment_added',
    holder: { type: 'user', id: grace.userId },
    permission: 'reports:read',
    scope: EVERYWHERE,
    ...more,
  })
  const ask = (change: object, as = ada) => bench.request(preview, previewAccess, { as, body: { change } })

  test('changes nothing', async () => {
    const { body } = await ask(added())
    expect(body.data).toEqual([
      { userId: grace.userId, gains: [{ permission: 'reports:read', scope: EVERYWHERE, conditions: [], expiresAt: null }], losses: [] },
    ])
    expect((await bench.tenant(ada.organizationId).get(users, grace.userId))?.assignments).toEqual([])
  })

  test('is for whoever may read in the whole organization what was given, and shows whom they may see', async () => {
    const bea = await bench.member(ada, { roleIds: [] })
    const world = worldOf(bench, ada.organizationId)
    const unit = await world.unit()
    await world.holds(bea, grant({ permission: 'role_assignments:read' }, { type: 'unit', id: unit }))
    expect((await ask(added(), bea)).status).toBe(403)
    await world.holds(bea, grant({ permission: 'role_assignments:read' }))
    expect((await ask(added(), bea)).body.data).toEqual([])
  })

  test('is of what is there, in this organization', async () => {
    const other = await bench.founder()
    const unknown = [
      added({ holder: { type: 'user', id: other.userId } }),
      added({ holder: { type: 'group', id: newId('grp') } }),
      { type: 'role_permissions', roleId: newId('rol'), permissions: ['users:read'] },
      { type: 'member_added', groupId: newId('grp'), userId: grace.userId },
      { type: 'unit_moved', unitId: newId('unit'), newParentId: null },
      { type: 'assignment_removed', holder: { type: 'user', id: grace.userId }, assignmentId: newId('asg') },
    ]
    for (const change of unknown) expect((await ask(change)).body.code).toBe('NOT_FOUND')
    const malformed = [added({ permission: undefined }), added({ roleId: 'rol_admin' }), { type: 'constructor' }]
    for (const change of malformed) expect((await ask(change)).body.code).toBe('VALIDATION_ERROR')
  })
})
