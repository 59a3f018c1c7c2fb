import { beforeAll, describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import { type Bench, type Person, workbench } from '../../test/workbench.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { problem } from '../errors.ts'
import { eventType } from '../event.ts'
import { newId } from '../ids.ts'
import { react, reaction } from '../react.ts'
import { Id, orNull, PageQuery, Timestamp } from '../schema.ts'
import type { LambdaHandler } from '../serve/serve.ts'
import { type Change, changed, created, entity, type Versioned } from '../store/entity.ts'
import { find } from './find.ts'
import { keepsLists } from './lists.ts'
import { creates, histories, lists, patches, reads, transitions } from './verbs.ts'

/** A whole aggregate as a context writes it: labels that a tenant sticks on things. */

interface Label extends Versioned {
  title: string
  colour?: string | undefined
}

const fact = (name: string) => eventType(name, { summary: 'Of a label.', data: z.object({}) })
const events = {
  made: fact('label.made'),
  changed: fact('label.changed'),
  removed: fact('label.removed'),
  restored: fact('label.restored'),
}

const labels = entity<Label>({
  name: 'LABEL',
  all: true,
  lists: { COLOUR: ({ colour }) => (colour ? [colour] : []) },
  search: ({ title }) => [title],
  guards: { LABEL_TITLE: { of: ({ title, deletedAt }) => (deletedAt ? undefined : title.toLowerCase()), conflict: 'NAME_TAKEN' } },
})

const LabelFields = z.object({ title: z.string().min(1), colour: z.string().optional() })
const LabelReply = z.object({ id: Id('ntf'), title: z.string(), colour: orNull(z.string()), version: z.number(), updatedAt: Timestamp })
const History = z.object({ id: Id('evt'), type: z.string(), version: z.number(), actor: z.object({ id: z.string(), kind: z.string() }) })
const any = { permission: 'organization:update', reply: LabelReply, summary: 'x' } as const
const one = { ...any, params: z.object({ id: Id('ntf') }) } as const
const query = z.object({ ...PageQuery, q: z.string().optional(), colour: z.string().optional() })

const contracts = {
  create: endpoint({ ...any, route: 'POST /api/v1/labels', body: LabelFields, status: 201 }),
  get: endpoint({ ...one, route: 'GET /api/v1/labels/{id}' }),
  list: endpoint({ ...any, route: 'GET /api/v1/labels', query, list: true }),
  patch: endpoint({
    ...one,
    route: 'PATCH /api/v1/labels/{id}',
    body: z.object({ title: z.string().optional(), colour: z.string().nullish() }),
  }),
  remove: endpoint({ route: 'DELETE /api/v1/labels/{id}', params: one.params, permission: one.permission, summary: 'x', status: 204 }),
  restore: endpoint({ ...one, route: 'POST /api/v1/labels/{id}/restore' }),
  history: endpoint({ ...one, route: 'GET /api/v1/labels/{id}/history', query: z.object(PageQuery), list: true, reply: History }),
}

type Fields = z.output<typeof LabelFields>
const edit = (label: Label, { title, colour }: Fields, at: string): Change<Label> | undefined =>
  title === label.title && colour === label.colour ? undefined : changed<Label>(label, { title, colour }, { event: events.changed, at })
const shown = ({ colour, ...label }: Label) => ({ ...label, colour: colour ?? null })

const handlers: Record<keyof typeof contracts, LambdaHandler> = {
  create: creates(
    contracts.create,
    labels,
    ({ body, tenant, now }) => created<Label>({ id: newId('ntf'), organizationId: tenant.id, ...body }, { event: events.made, at: now }),
    shown,
  ),
  get: reads(contracts.get, labels, shown),
  list: lists(contracts.list, ({ query: { colour, ...page }, tenant }) => find(tenant, labels, { ...page, by: { COLOUR: colour } }), shown),
  patch: patches(contracts.patch, labels, ({ title, colour }): Fields => ({ title, colour }), edit, shown),
  remove: transitions(contracts.remove, labels, (label, { now }) => changed(label, { deletedAt: now }, { event: events.removed, at: now })),
  restore: transitions(
    contracts.restore,
    labels,
    (label, { now }) => changed(label, { deletedAt: undefined } as Partial<Label>, { event: events.restored, at: now }),
    shown,
    { deleted: 'allowed' },
  ),
  history: histories(contracts.history, labels),
}

const onLabel = react(reaction('labels/on-label', { on: Object.values(events), summary: 'x', writes: ['LABEL'] }), keepsLists(labels))

const bench = workbench()
let ada: Person
beforeAll(async () => {
  ada = await bench.founder()
})

const call = (name: keyof typeof contracts, options: Parameters<Bench['request']>[2] = {}) =>
  bench.request(handlers[name], contracts[name] as Endpoint, { as: ada, ...options })
const make = async (body: Partial<Fields>) => (await call('create', { body })).body.data as { id: string; version: number }
const relisted = async (id: string) =>
  expect(await bench.react(onLabel, ...(await bench.tenant(ada.organizationId).events(labels, id)))).toEqual([])

describe('an aggregate on the kit', () => {
  test('is made, with a Location, an ETag and its first event, and its name is taken then', async () => {
    const reply = await call('create', { body: { title: 'Urgent', colour: 'red' } })
    expect([reply.status, reply.headers.location]).toEqual([201, `/api/v1/labels/${reply.body.data.id}`])
    expect(reply.cost).toMatchObject({ waves: 2 })
    expect((await call('create', { body: { title: 'urgent' } })).body.code).toBe('NAME_TAKEN')
    const events = await bench.tenant(ada.organizationId).events(labels, reply.body.data.id)
    expect(events).toMatchObject([{ type: 'label.made', version: 1, changes: { title: { new: 'Urgent' } } }])
  })

  test('is read in one wave, with an ETag', async () => {
    const { id } = await make({ title: 'Read me' })
    const reply = await call('get', { params: { id } })
    expect([reply.status, reply.cost.waves, reply.headers.etag]).toEqual([200, 1, '"1"'])
    expect(reply.body.data).toMatchObject({ id, title: 'Read me', colour: null })
  })

  test('is patched field by field, under If-Match; a patch that changes nothing writes nothing', async () => {
    const { id } = await make({ title: 'Patch me', colour: 'red' })
    const stale = await call('patch', { params: { id }, body: { colour: 'blue' }, headers: { 'if-match': '"7"' } })
    expect(stale.body.code).toBe('PRECONDITION_FAILED')
    const patched = await call('patch', { params: { id }, body: { colour: null } })
    expect(patched.body.data).toMatchObject({ title: 'Patch me', colour: null, version: 2 })
    const same = await call('patch', { params: { id }, body: { title: 'Patch me' } })
    expect([same.status, same.body.data.version, same.cost.waves]).toEqual([200, 2, 1])
  })

  test('is removed, gone then, and restored; its history tells all of it, newest first, while it is gone too', async () => {
    const { id } = await make({ title: 'Fleeting' })
    expect((await call('remove', { params: { id } })).status).toBe(204)
    expect((await call('get', { params: { id } })).body.code).toBe('DELETED')
    const types = async () => (await call('history', { params: { id } })).body.data.map(({ type }: { type: string }) => type)
    expect(await types()).toEqual(['label.removed', 'label.made'])
    const back = await call('restore', { params: { id } })
    expect(back.body.data).toMatchObject({ id, version: 3 })
    expect((await types())[0]).toBe('label.restored')
    const [event] = (await call('history', { params: { id } })).body.data
    expect(event.actor).toMatchObject({ id: ada.userId, kind: 'member' })
  })

  test('asks what a change takes beyond the permission where there is a change, and writes nothing without it', async () => {
    const seen: string[] = []
    const mute = transitions(contracts.patch, labels, (label, { body, now }) => edit(label, { ...label, ...body } as Fields, now), shown, {
      requires: async ({ title }) => {
        seen.push(title)
        throw problem('FORBIDDEN')
      },
    })
    const { id } = await make({ title: 'Keep me' })
    const ask = (title: string) => bench.request(mute, contracts.patch, { as: ada, params: { id }, body: { title } })
    expect((await ask('Keep me')).status).toBe(200)
    expect(seen).toEqual([])
    expect((await ask('Mine')).body.code).toBe('FORBIDDEN')
    expect(seen).toEqual(['Keep me'])
    expect((await call('get', { params: { id } })).body.data).toMatchObject({ title: 'Keep me', version: 1 })
  })

  test('of another organization is not there', async () => {
    const { id } = await make({ title: 'Ours' })
    const eve = await bench.founder()
    for (const name of ['get', 'patch', 'remove', 'restore', 'history'] as const) {
      const body = name === 'patch' ? { title: 'x' } : undefined
      expect((await call(name, { as: eve, params: { id }, ...(body ? { body } : {}) })).body.code).toBe('NOT_FOUND')
    }
  })
})

describe('lists of an entity', () => {
  const ids = async (query: Record<string, string>) =>
    (await call('list', { query })).body.data.map(({ id }: { id: string }) => id) as string[]

  test('are found by all in two waves, by words and by value in three, and follow every change', async () => {
    const [azure, navy] = [await make({ title: 'Deep Azure', colour: 'blue' }), await make({ title: 'Deep Navy', colour: 'blue' })]
    for (const { id } of [azure, navy]) await relisted(id)
    expect((await ids({})).filter((id) => [azure.id, navy.id].includes(id))).toEqual([azure.id, navy.id])
    expect(await ids({ q: 'deep' })).toEqual([azure.id, navy.id])
    expect(await ids({ q: 'NÁV dee' })).toEqual([navy.id])
    expect(await ids({ colour: 'blue' })).toEqual([azure.id, navy.id])
    expect(await ids({ q: 'deep', colour: 'green' })).toEqual([])
    expect((await call('list', { query: { colour: 'blue', limit: '1' } })).cost.waves).toBe(3)
    expect((await call('list', { query: { limit: '1' } })).cost.waves).toBe(2)
    await call('patch', { params: { id: navy.id }, body: { colour: 'green', title: 'Forest' } })
    await call('remove', { params: { id: azure.id } })
    for (const { id } of [azure, navy]) await relisted(id)
    expect(await ids({ colour: 'blue' })).toEqual([])
    expect([await ids({ q: 'deep' }), await ids({ q: 'forest', colour: 'green' })]).toEqual([[], [navy.id]])
    expect(await ids({})).not.toContain(azure.id)
  })

  test('take an event twice, and an old one after a new one, without harm', async () => {
    const { id } = await make({ title: 'Twice', colour: 'grey' })
    await call('patch', { params: { id }, body: { title: 'Thrice' } })
    const told = await bench.tenant(ada.organizationId).events(labels, id)
    await bench.react(onLabel, ...told.toReversed(), ...told)
    expect([await ids({ q: 'twice' }), await ids({ q: 'thrice' }), await ids({ colour: 'grey' })]).toEqual([[], [id], [id]])
  })
})
