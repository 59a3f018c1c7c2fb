import { beforeEach, describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import { makeRole, remove, roles, setPermissions } from '../../functions/access/role.ts'
import { type Bench, type Person, type RequestOptions, workbench } from '../../test/workbench.ts'
import type { Assignment, Scope } from '../access/model.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { newId } from '../ids.ts'
import { Id } from '../schema.ts'
import { entity } from '../store/entity.ts'
import { itemKey, type Key, organizationKey } from '../store/keys.ts'
import { type Note, notes, write } from '../store/test-notes.ts'
import { patch, putNew, raisePolicy, save } from '../store/writes.ts'
import { openReference } from './denial.ts'
import { serve } from './serve.ts'

interface Placed extends Note {
  unitId?: string
  status: string
}
const placedNotes = entity<Placed>({
  ...(notes as unknown as ReturnType<typeof entity<Placed>>),
  access: { unitId: ({ unitId }) => unitId, attributes: ['status'] },
})

const Shown = z.object({ id: z.string(), title: z.string(), version: z.number() })
const shape = { summary: 'x', permission: 'users:update', reply: Shown } as const
const getNote = endpoint({ ...shape, route: 'GET /api/v1/notes/{id}', params: z.object({ id: z.string() }) })
const makeNote = endpoint({
  ...shape,
  route: 'POST /api/v1/notes',
  body: z.object({ title: z.string(), unitId: Id('unit').optional() }),
  within: { type: 'note', unit: 'unitId' },
})
const listNotes = endpoint({ ...shape, route: 'GET /api/v1/notes', within: 'anywhere', reply: z.object({ scopes: z.array(z.unknown()) }) })

const got = serve(getNote, { resource: placedNotes }, ({ resource }) => resource)
const made = serve(makeNote, ({ body }) => ({ id: 'x', version: 1, title: body.title }))
const listed = serve(listNotes, async ({ access }) => ({ scopes: await access.scopes('users:update') }))

const bench = workbench()
let ada: Person
beforeEach(async () => {
  ada = await bench.founder({ roleIds: [] })
})

const own = () => bench.tenant(ada.organizationId)
const now = () => new Date().toISOString()
const grant = (what: Partial<Assignment>, scope: Scope = { type: 'organization' }): Assignment => ({
  id: newId('asg'),
  permission: 'users:update',
  ...what,
  scope,
  grantedBy: ada.userId,
  createdAt: now(),
})
const set = (key: Key, fields: Record<string, unknown>) => own().commit(patch(key, fields))
const holds = (...assignments: Assignment[]) => set(itemKey(ada.organizationId, 'USER', ada.userId), { assignments })
const putUnit = async (path: readonly string[]) =>
  own().commit(putNew(itemKey(ada.organizationId, 'UNIT', path.at(-1) ?? ''), { id: path.at(-1), path: [...path] }, 'CONFLICT'))
const unitId = () => newId('unit')
const note = async (more: Partial<Placed>) => {
  const written = write(ada.organizationId, newId('ntf'), { status: 'open', ...more } as Partial<Note>)
  await own().commit(save(notes, written))
  return written.after
}
const ask = (handler: Parameters<Bench['request']>[0], contract: Endpoint, options: RequestOptions = {}) =>
  bench.request(handler, contract, { as: ada, ...options })
const get = (id: string) => ask(got, getNote, { params: { id } })
const codes = async (...replies: ReturnType<typeof get>[]) => (await Promise.all(replies)).map(({ status, body }) => body.code ?? status)

describe('a permission held in a unit', () => {
  test('holds for what lies in it and below, and not beside or above', async () => {
    const [top, mid, low] = [unitId(), unitId(), unitId()]
    for (const path of [[top], [top, mid], [top, mid, low]]) await putUnit(path)
    await holds(grant({}, { type: 'unit', id: mid }))
    const [above, inside, below, nowhere] = [
      await note({ unitId: top }),
      await note({ unitId: mid }),
      await note({ unitId: low }),
      await note({}),
    ]
    expect(await codes(get(above.id), get(inside.id), get(below.id), get(nowhere.id))).toEqual(['FORBIDDEN', 200, 200, 'FORBIDDEN'])
  })

  test('takes one trip more where the unit is not known yet, and none after it', async () => {
    const unit = unitId()
    await putUnit([unit])
    await holds(grant({}, { type: 'unit', id: unit }))
    const { id } = await note({ unitId: unit })
    expect([(await get(id)).cost.waves, (await get(id)).cost.waves]).toEqual([2, 1])
  })

  test('reaches what a move has just brought below it, at once', async () => {
    const [here, there, moved] = [unitId(), unitId(), unitId()]
    for (const path of [[here], [there], [there, moved]]) await putUnit(path)
    await holds(grant({}, { type: 'unit', id: here }))
    const { id } = await note({ unitId: moved })
    expect(await codes(get(id))).toEqual(['FORBIDDEN'])
    await set(organizationKey(ada.organizationId), { policyVersion: 2, pendingMoves: [{ from: [there, moved], to: [here, moved] }] })
    expect(await codes(get(id))).toEqual([200])
  })

  test('lets something be made there, and nowhere else; what is wrong with the input is told to whoever could do it somewhere', async () => {
    const [mine, other] = [unitId(), unitId()]
    for (const unit of [mine, other]) await putUnit([unit])
    await holds(grant({}, { type: 'unit', id: mine }))
    const make = (body: unknown) => ask(made, makeNote, { body })
    const replies = await codes(make({ title: 'a', unitId: mine }), make({ title: 'a', unitId: other }), make({ title: 'a' }), make({}))
    expect(replies).toEqual([200, 'FORBIDDEN', 'FORBIDDEN', 'VALIDATION_ERROR'])
    await holds()
    expect(await codes(make({}))).toEqual(['FORBIDDEN'])
  })

  test('says nothing of what is not there', async () => {
    await holds(grant({}, { type: 'unit', id: unitId() }))
    expect(await codes(get(newId('ntf')))).toEqual(['NOT_FOUND'])
    await holds()
    expect(await codes(get(newId('ntf')))).toEqual(['FORBIDDEN'])
  })
})

test('a list is opened to whoever holds the permission anywhere, and told where that is', async () => {
  await holds(grant({}, { type: 'unit', id: 'unit_1' }), grant({ permission: 'reports:read' }))
  expect((await ask(listed, listNotes)).body.data).toEqual({ scopes: [{ type: 'unit', id: 'unit_1' }] })
  await holds()
  expect(await codes(ask(listed, listNotes))).toEqual(['FORBIDDEN'])
})

test('conditions ask what an entity tells of itself, and nothing else', async () => {
  const isOpen = { attribute: 'resource.status', operator: 'equals' as const, value: 'open' }
  await holds(grant({ conditions: [isOpen] }))
  expect(await codes(get((await note({})).id), get((await note({ status: 'closed' })).id))).toEqual([200, 'FORBIDDEN'])
  await holds(grant({ conditions: [{ attribute: 'resource.title', operator: 'not_equals', value: 'x' }] }))
  expect(await codes(get((await note({})).id))).toEqual(['FORBIDDEN'])
})

describe('an organization’s own role', () => {
  const role = async (permissions: string[]) => {
    const change = makeRole(ada.organizationId, { name: 'scribe', displayName: 'Scribe', description: 'Writes.', permissions }, now())
    await own().commit(save(roles, change))
    return change.after
  }

  test('gives what it permits, and a change of it is in force at the next request, in every warm function', async () => {
    const scribe = await role(['users:update'])
    await holds(grant({ permission: undefined as unknown as string, roleId: scribe.id }))
    const { id } = await note({})
    expect(await codes(get(id), ask(listed, listNotes))).toEqual([200, 200])
    const narrowed = setPermissions(scribe, ['reports:read'], now())
    if (!narrowed) throw new Error('It changes.')
    await own().commit(save(roles, narrowed))
    expect(await codes(get(id), ask(listed, listNotes))).toEqual(['FORBIDDEN', 'FORBIDDEN'])
    const widened = setPermissions(narrowed.after, ['users:*'], now())
    if (!widened) throw new Error('It changes.')
    await own().commit(save(roles, widened))
    expect(await codes(get(id))).toEqual([200])
    await own().commit(save(roles, remove(widened.after, now())))
    expect(await codes(get(id))).toEqual(['FORBIDDEN'])
  })

  test('of another organization gives nothing', async () => {
    const eve = ada
    const theirs = await role(['users:update'])
    ada = await bench.founder({ roleIds: [] })
    await holds(grant({ permission: undefined as unknown as string, roleId: theirs.id }))
    expect(eve.organizationId).not.toBe(ada.organizationId)
    expect(await codes(get((await note({})).id))).toEqual(['FORBIDDEN'])
  })
})

describe('a group', () => {
  const group = async (path: readonly string[], ...assignments: Assignment[]) =>
    own().commit(
      putNew(itemKey(ada.organizationId, 'GROUP', path.at(-1) ?? ''), { id: path.at(-1), path: [...path], assignments }, 'CONFLICT'),
    )

  test('gives what it and those above it were given, in three trips more at most and then in none', async () => {
    const [top, low] = [newId('grp'), newId('grp')]
    const change = makeRole(
      ada.organizationId,
      { name: 'clerk', displayName: 'Clerk', description: 'Files.', permissions: ['users:*'] },
      now(),
    )
    await own().commit(save(roles, change))
    await group([top], grant({ permission: undefined as unknown as string, roleId: change.after.id }))
    await group([top, low])
    await set(itemKey(ada.organizationId, 'USER', ada.userId), { groupIds: [low] })
    const { id } = await note({})
    const [cold, warm] = [await get(id), await get(id)]
    expect([cold.status, cold.cost.waves, warm.status, warm.cost.waves]).toEqual([200, 4, 200, 1])
  })
})

test('groups in groups, eight deep, are read in as few trips as two', async () => {
  const ids = Array.from({ length: 8 }, () => newId('grp'))
  for (const [n, id] of ids.entries()) {
    const path = ids.slice(0, n + 1)
    const assignments = n === 0 ? [grant({})] : []
    await own().commit(putNew(itemKey(ada.organizationId, 'GROUP', id), { id, path, assignments }, 'CONFLICT'))
  }
  await set(itemKey(ada.organizationId, 'USER', ada.userId), { groupIds: [ids.at(-1)] })
  const { id } = await note({})
  const [cold, warm] = [await get(id), await get(id)]
  expect([cold.status, cold.cost.waves, warm.status, warm.cost.waves]).toEqual([200, 3, 200, 1])
})

test('raising the policy version undoes nothing of the organization, however it is changed meanwhile', async () => {
  const read = async () => (await own().read<{ policyVersion: number; name: string }>(organizationKey(ada.organizationId)))[0]
  const before = await read()
  await Promise.all(Array.from({ length: 4 }, () => own().commit(raisePolicy)))
  expect(await read()).toEqual({ ...before, policyVersion: 5 })
})

describe('a refusal', () => {
  test('comes with a reference that tells its holder, and nobody else, what was asked', async () => {
    const eve = await bench.member(ada, { roleIds: [] })
    const { id } = await note({})
    const { body } = await get(id)
    expect(body.details).toEqual({ missing: 'users:update', reference: expect.any(String) })
    const [organization] = (await own().read(organizationKey(ada.organizationId))) as [{ id: string; cursorKey: string }]
    const asked = openReference(body.details.reference, { organization, principal: { id: ada.userId } })
    expect(asked).toMatchObject({ permission: 'users:update', resource: { type: 'note', id }, environment: { ip: '192.0.2.1' } })
    expect(() => openReference(body.details.reference, { organization, principal: { id: eve.userId } })).toThrow('nothing here')
  })
})
