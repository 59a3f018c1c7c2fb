import { beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Endpoint } from '../../shared/endpoint.ts'
import { relist } from '../../shared/resource/lists.ts'
import { type Bench, type Person, workbench } from '../../test/workbench.ts'
import { groupsOf } from '../groups/test-groups.ts'
import { unitsOf } from '../units/test-units.ts'
import { users } from '../users/user-store.ts'
import { evaluateAccessBatch, whatCan, whoCan } from './contract.ts'
import { handler as evaluateBatch } from './evaluate-access-batch.ts'
import { asked, build, type Organization, organization } from './test-organization.ts'
import { grant, worldOf } from './test-people.ts'
import { handler as what } from './what-can.ts'
import { handler as who } from './who-can.ts'

/** Who may do something, and with what: found without looking at everybody and everything, and the same as if one had. */

const bench = workbench()

async function walk<T>(as: Person, handler: Parameters<Bench['request']>[0], contract: Endpoint, body: object): Promise<T[]> {
  const found: T[] = []
  for (let cursor: string | null = null, pages = 0; ; pages++) {
    const reply = await bench.request(handler, contract, { as, body: { ...body, ...(cursor ? { cursor } : {}) } })
    expect([reply.status, pages < 200]).toEqual([200, true])
    found.push(...reply.body.data)
    cursor = reply.body.meta.nextCursor
    if (cursor === null) return found
  }
}

async function evaluations(as: Person, questions: object[]): Promise<boolean[]> {
  const { body } = await bench.request(evaluateBatch, evaluateAccessBatch, { as, body: { evaluations: questions } })
  return body.data.map(({ allowed }: { allowed: boolean }) => allowed)
}

const seeing = { user: 'users:read', unit: 'units:read', group: 'groups:read', order: 'resources:read' }
type Type = keyof typeof seeing

const thingsOf = ({ userIds, unitIds, groupIds, things }: Organization): Record<Type, string[]> => ({
  user: userIds,
  unit: unitIds,
  group: groupIds,
  order: things,
})

const world = fc.record({
  of: organization,
  permission: asked,
  type: fc.constantFrom<Type>('user', 'unit', 'group', 'order'),
  which: fc.option(fc.nat(), { nil: undefined }),
  subject: fc.nat(),
  limit: fc.integer({ min: 1, max: 3 }),
  lookout: fc.nat(3),
  moves: fc.record({ unit: fc.option(fc.nat(3), { nil: undefined }), group: fc.option(fc.nat(3), { nil: undefined }) }),
})

describe('a search', () => {
  test('finds, page by page, each once, whoever and whatever an evaluation of all finds allowed', async () => {
    const found = { who: 0, what: 0 }
    await fc.assert(
      fc.asyncProperty(world, async ({ of, permission, type, which, subject: n, limit, lookout, moves }) => {
        const ada = await bench.founder()
        const built = await build(bench, ada, of)
        const { userIds, unitIds, groupIds } = built
        if (moves.unit !== undefined) await unitsOf(bench, ada).move(unitIds[moves.unit] ?? '', unitIds[0] ?? '')
        if (moves.group !== undefined) await groupsOf(bench, ada).move(groupIds[moves.group] ?? '', groupIds[0] ?? '')
        const eve = await bench.member(ada, { roleIds: [] })
        await worldOf(bench, ada.organizationId).holds(eve, grant({ permission: '*:read' }, { type: 'unit', id: unitIds[lookout] ?? '' }))
        await relist(built.tenant, users, eve.userId)
        const ids = thingsOf({ ...built, userIds: [...userIds, eve.userId] })[type]
        const resource = which === undefined ? undefined : { type, id: ids[which % ids.length] ?? '' }
        const subject = userIds[n % userIds.length] ?? ''

        for (const as of [ada, eve]) {
          const able = await walk<{ userId: string; because: unknown[] }>(as, who, whoCan, { permission, resource, limit })
          const may = await evaluations(
            as,
            userIds.map((userId) => ({ userId, permission, resource })),
          )
          expect(able.map(({ userId }) => userId).sort()).toEqual(userIds.filter((_, at) => may[at]).sort())
          expect(able.every(({ because }) => because.length > 0)).toBe(true)
          found.who += able.length

          const isAskable = (await evaluations(as, [{ permission: 'users:read', resource: { type: 'user', id: subject } }]))[0]
          if (!isAskable) continue
          const doable = await walk<{ resource: { id: string } }>(as, what, whatCan, { userId: subject, permission, type, limit })
          const [theirs, seen] = [
            await evaluations(
              as,
              ids.map((id) => ({ userId: subject, permission, resource: { type, id } })),
            ),
            await evaluations(
              as,
              ids.map((id) => ({ permission: seeing[type], resource: { type, id } })),
            ),
          ]
          expect(doable.map(({ resource: { id } }) => id).sort()).toEqual(ids.filter((_, at) => theirs[at] && seen[at]).sort())
          found.what += doable.length
        }
      }),
      { numRuns: 8, endOnFailure: true },
    )
    expect(Object.values(found).every((count) => count > 0)).toBe(true)
  })
})

describe('a question', () => {
  let ada: Person
  let grace: Person
  beforeEach(async () => {
    ada = await bench.founder()
    grace = await bench.member(ada)
  })
  const holds = (...assignments: Parameters<ReturnType<typeof worldOf>['holds']>[1][]) =>
    worldOf(bench, ada.organizationId).holds(grace, ...assignments)
  const askWho = (as: Person, body: object) => bench.request(who, whoCan, { as, body })
  const askWhat = (as: Person, body: object) => bench.request(what, whatCan, { as, body })

  test('about others takes the permission to ask about them', async () => {
    await holds(grant({ permission: 'users:read' }))
    const answers = [
      await askWho(grace, { permission: 'users:read' }),
      await askWhat(grace, { userId: ada.userId }),
      await askWhat(grace, { userId: ada.userId, permission: 'users:read', type: 'user' }),
    ]
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(Array(3).fill([403, 'FORBIDDEN']))
  })

  test('about oneself is answered to everybody: which permissions, and where they hold', async () => {
    const unit = await worldOf(bench, ada.organizationId).unit()
    const over = '2020-01-01T00:00:00.000Z'
    await holds(
      grant({ permission: 'users:read' }, { type: 'unit', id: unit }),
      grant({ permission: 'order:approve' }),
      grant({ permission: 'audit:read', expiresAt: over }),
    )
    const { body } = await askWhat(grace, {})
    expect(body.data).toEqual([
      { permission: 'order:approve', resource: null, scopes: [{ type: 'organization' }], because: [] },
      { permission: 'users:read', resource: null, scopes: [{ type: 'unit', id: unit }], because: [] },
    ])
    const one = await askWhat(grace, { limit: 1 })
    const two = await askWhat(grace, { limit: 1, cursor: one.body.meta.nextCursor })
    expect([...one.body.data, ...two.body.data]).toEqual(body.data)
    expect(two.body.meta.nextCursor).toBeNull()
  })

  test('shows nobody things that they may act on and not see', async () => {
    await holds(grant({ permission: 'users:update' }))
    const { body } = await askWhat(grace, { permission: 'users:update', type: 'user' })
    expect(body).toMatchObject({ data: [], meta: { nextCursor: null } })
  })

  test('about somebody of another organization is about nobody', async () => {
    const other = await bench.founder()
    const answers = [
      await askWhat(ada, { userId: other.userId }),
      await askWhat(ada, { userId: other.userId, permission: 'users:read', type: 'user' }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([404, 404])
    const known = await askWho(ada, { permission: 'users:read', resource: { type: 'user', id: other.userId } })
    expect(known.body.data.every(({ userId }: { userId: string }) => userId !== other.userId)).toBe(true)
  })

  test('opens its next page to itself alone', async () => {
    const first = await askWhat(ada, { limit: 1 })
    const cursor = first.body.meta.nextCursor
    const others = [
      await askWhat(ada, { limit: 1, cursor, userId: grace.userId }),
      await askWho(ada, { permission: 'users:read', cursor }),
      await askWho(ada, { permission: 'users:read', cursor: 'constructor' }),
    ]
    expect(others.map(({ body }) => body.code)).toEqual(Array(3).fill('INVALID_CURSOR'))
    expect((await askWhat(ada, { limit: 2, cursor })).status).toBe(200)
  })

  test.each([
    'constructor:read',
    '__proto__:read',
    'toString:*',
    '*:*',
  ])('takes %s for a permission or for a mistake', async (permission) => {
    const answers = [await askWho(ada, { permission }), await askWhat(ada, { permission, type: 'constructor' })]
    for (const { status } of answers) expect([200, 400]).toContain(status)
  })

  test('says both what is to be done and with which things, or neither', async () => {
    const answers = [await askWhat(ada, { permission: 'users:read' }), await askWhat(ada, { type: 'user' })]
    expect(answers.map(({ body }) => body.code)).toEqual(['VALIDATION_ERROR', 'VALIDATION_ERROR'])
  })
})
