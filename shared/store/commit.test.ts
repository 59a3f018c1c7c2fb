import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Bench, openWorkbench } from '../../test/workbench.ts'
import { Problem } from '../errors.ts'
import { newId } from '../ids.ts'
import { fold } from './changes.ts'
import { type Change, entity } from './entity.ts'
import { guardKey, itemKey, signalKey } from './keys.ts'
import { meter } from './meter.ts'
import { tableFor } from './table.ts'
import { openTenant, type Tenant } from './tenant.ts'
import { change, LAST_ADMIN, type Note, noteSeen, notes, SLUG_TAKEN, write } from './test-notes.ts'
import { alone, check, patch, put, putNew, remove, save, saveTogether, signal } from './writes.ts'

let bench: Bench
let tenant: Tenant
/** How many answers to a put are lost on their way. */
let losesAnswers = 0
beforeAll(async () => {
  bench = await openWorkbench({
    watchTable: ({ operation }) => {
      if (operation !== 'PutItem' || losesAnswers === 0) return
      losesAnswers--
      throw new Error('The answer was lost.')
    },
  })
})
afterAll(() => bench.close())

const freshTenant = () => bench.tenant(newId('org'))
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error) => (error instanceof Problem ? error.code : String(error)),
  )
const keep = async (here: Tenant, made: Change<Note>) => {
  await here.commit(save(notes, made))
  return made.after
}
const key = (id: string) => itemKey(tenant.id, 'THING', id)
beforeAll(() => {
  tenant = freshTenant()
})

describe('a change of an aggregate', () => {
  test('is written with its event, and folding the events gives the item', async () => {
    let note = await keep(tenant, write(tenant.id, 'Groceries', { text: 'milk' }))
    note = await keep(tenant, change(note, { text: undefined }))
    note = await keep(tenant, change(note, { title: 'Shopping' }))
    const events = await tenant.events(notes, note.id)
    expect(events.map(({ type, version, aggregateName }) => [type, version, aggregateName])).toEqual([
      ['note.written', 1, 'Groceries'],
      ['note.changed', 2, 'Groceries'],
      ['note.changed', 3, 'Shopping'],
    ])
    expect(events[1]).toMatchObject({ changes: { text: { old: 'milk' } }, data: { why: 'because' }, metadata: { actorId: 'system' } })
    expect(fold(events)).toEqual(await tenant.get(notes, note.id))
  })

  test('made from a state that is no longer the last is a version conflict, and leaves no event', async () => {
    const note = await keep(tenant, write(tenant.id, 'Contended'))
    const twice = await Promise.all([
      codeOf(tenant.commit(save(notes, change(note, { text: 'a' })))),
      codeOf(tenant.commit(save(notes, change(note, { text: 'b' })))),
    ])
    expect(twice.sort()).toEqual(['VERSION_CONFLICT', 'done'])
    expect(await tenant.events(notes, note.id)).toHaveLength(2)
  })

  test('hands its guarded value over to another in one transaction, and nobody else gets it in between', async () => {
    const [here, title] = [freshTenant(), 'Handed over']
    const first = await keep(here, write(here.id, title))
    const heir = write(here.id, title)
    const gone = change(first, { deletedAt: new Date().toISOString() })
    expect(await codeOf(here.commit(save(notes, heir)))).toBe('NAME_TAKEN')
    await here.commit(saveTogether(notes, gone, heir))
    expect(await here.read(guardKey(here.id, 'NOTE_TITLE', title.toLowerCase()))).toMatchObject([{ owner: heir.after.id }])
    expect(await codeOf(here.commit(save(notes, write(here.id, title))))).toBe('NAME_TAKEN')
    expect((await here.events(notes, first.id)).length + (await here.events(notes, heir.after.id)).length).toBe(3)
  })

  test('guards a value that must not be read by what stands for it', async () => {
    const here = freshTenant()
    const hashed = entity<Note>({
      ...notes,
      guards: { HASHED: { of: ({ title }) => title, hash: (value) => `hash of ${value.length}`, conflict: 'NAME_TAKEN' } },
    })
    const note = write(here.id, 'Secret')
    await here.commit(save(hashed, note))
    expect((await here.read(guardKey(here.id, 'HASHED', 'hash of 6')))[0]).toMatchObject({ owner: note.after.id })
    await here.commit(save(hashed, change(note.after, { title: 'Moved away' })))
    expect((await here.read(guardKey(here.id, 'HASHED', 'hash of 6')))[0]).toBeUndefined()
  })

  test('whose other write fails leaves neither item nor event', async () => {
    const made = write(tenant.id, 'Never')
    const failing = check(key('absent'), { expression: 'attribute_exists(pk)' }, 'INVALID_TRANSITION')
    expect(await codeOf(tenant.commit([save(notes, made), failing]))).toBe('INVALID_TRANSITION')
    expect(await tenant.get(notes, made.after.id)).toBeUndefined()
    expect(await tenant.events(notes, made.after.id)).toEqual([])
    expect((await tenant.read(guardKey(tenant.id, 'NOTE_TITLE', 'never')))[0]).toBeUndefined()
  })

  test('creating what exists already is a conflict that a second look settles', async () => {
    const made = write(tenant.id, 'Twice')
    await tenant.commit(save(notes, made))
    expect(await codeOf(tenant.commit(save(notes, made)))).toBe('VERSION_CONFLICT')
  })

  test('in part names what changed alone, and leaves what others keep in the item', async () => {
    const parts = entity<Note>({
      name: 'PART',
      partial: true,
      freeForm: ['text'],
      expires: ({ pinned }) => (pinned ? 4_000_000_000 : undefined),
    })
    const made = write(tenant.id, 'In part', { text: 'milk', pinned: true })
    await tenant.commit(save(parts, made))
    await tenant.commit(patch(parts.keyOf(made.after), { seenAt: 'now', 'json:mine': '{}' }))
    const moved = change(made.after, { text: undefined, title: 'Parted', pinned: false })
    const [part] = save(parts, moved)({ tableName: 't', organizationId: tenant.id, now: new Date().toISOString(), metadata: {} as never })
    expect(Object.values(part?.item.Update?.ExpressionAttributeNames ?? {}).sort()).toEqual(
      ['json:text', 'pinned', 'title', 'ttl', 'updatedAt', 'version', 'version'].sort(),
    )
    await tenant.commit(save(parts, moved))
    expect(await tenant.get(parts, made.after.id)).toEqual({ ...fold(await tenant.events(parts, made.after.id)), seenAt: 'now', mine: {} })
    expect(await codeOf(tenant.commit(save(parts, moved)))).toBe('VERSION_CONFLICT')
  })

  test('in part is no match for indexes, whose attributes follow the fields', () => {
    expect(() => entity<Note>({ name: 'PART', partial: true, indexes: ({ id }) => ({ g1: ['PARTS', id] }) })).toThrow('has no indexes')
  })

  test('among many at once, events stay without gaps', async () => {
    const note = await keep(tenant, write(tenant.id, 'Busy'))
    const bump = async (n: number): Promise<void> => {
      const now = (await tenant.get(notes, note.id)) as Note
      if ((await codeOf(tenant.commit(save(notes, change(now, { text: String(n) }))))) === 'VERSION_CONFLICT') await bump(n)
    }
    await Promise.all([1, 2, 3, 4, 5].map(bump))
    const events = await tenant.events(notes, note.id)
    expect(events.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6])
    expect((await tenant.events(notes, note.id, { from: 3, limit: 2 })).map(({ version }) => version)).toEqual([3, 4])
  })
})

describe('a guarded value', () => {
  test('belongs to one item at a time, with the code its rule names, under 20 at once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => codeOf(tenant.commit(save(notes, write(tenant.id, 'Unique'))))))
    expect(outcomes.filter((code) => code === 'done')).toHaveLength(1)
    expect(outcomes.filter((code) => code === 'NAME_TAKEN')).toHaveLength(19)
  })

  test('moves on a rename: the old one is free, the new one taken', async () => {
    const note = await keep(tenant, write(tenant.id, 'Old name'))
    await tenant.commit(save(notes, change(note, { title: 'New name' })))
    expect(await codeOf(tenant.commit(save(notes, write(tenant.id, 'new name'))))).toBe('NAME_TAKEN')
    expect(await codeOf(tenant.commit(save(notes, write(tenant.id, 'Old name'))))).toBe('done')
  })

  test('that stays the same, or differs only as the rule ignores, is not written again', async () => {
    const note = await keep(tenant, write(tenant.id, 'Same'))
    expect(await codeOf(tenant.commit(save(notes, change(note, { title: 'SAME' }))))).toBe('done')
  })

  test('is one per tenant: another may hold the same', async () => {
    const other = freshTenant()
    await keep(tenant, write(tenant.id, 'Everywhere'))
    expect(await codeOf(other.commit(save(notes, write(other.id, 'Everywhere'))))).toBe('done')
  })
})

test('of what must never run out, two cannot take the last ones at once', async () => {
  const here = freshTenant()
  const pinned = [await keep(here, write(here.id, 'One', { pinned: true })), await keep(here, write(here.id, 'Two', { pinned: true }))]
  const outcomes = await Promise.all(pinned.map((note) => codeOf(here.commit(save(notes, change(note, { pinned: false }))))))
  expect(outcomes.sort()).toEqual(['LAST_ADMIN', 'done'])
})

describe('a plain record', () => {
  test('that must be new is refused with its own code where one stands', async () => {
    await tenant.commit(putNew(key('new'), { n: 1 }, SLUG_TAKEN))
    expect(await codeOf(tenant.commit(putNew(key('new'), { n: 2 }, SLUG_TAKEN)))).toBe('SLUG_TAKEN')
    await expect(tenant.commit(putNew(key('new'), { n: 3 }, SLUG_TAKEN))).rejects.toMatchObject({ ...SLUG_TAKEN })
    expect(await tenant.read(key('new'))).toEqual([{ n: 1 }])
  })

  test('is replaced, set in part and removed, each under a condition', async () => {
    await tenant.commit(put(key('p'), { n: 1, a: 'x' }))
    const isOne = { expression: '#n = :one', names: { '#n': 'n' }, values: { ':one': 1 } }
    await tenant.commit(patch(key('p'), { n: 2 }, isOne))
    expect(await tenant.read(key('p'))).toEqual([{ n: 2, a: 'x' }])
    expect(await codeOf(tenant.commit(patch(key('p'), { n: 3 }, isOne, 'INVALID_TRANSITION')))).toBe('INVALID_TRANSITION')
    expect(await codeOf(tenant.commit(remove(key('p'), isOne, 'INVALID_TRANSITION')))).toBe('INVALID_TRANSITION')
    await tenant.commit(remove(key('p')))
    expect(await tenant.read(key('p'))).toEqual([undefined])
    expect(await codeOf(tenant.commit(patch(key('p'), { n: 3 })))).toBe('CONFLICT')
  })

  test('that may stand alone costs half of what it costs beside others, and goes through for one of many at once', async () => {
    const [here, counts] = [newId('org'), meter()]
    const metered = openTenant({ id: here, meter: counts, now: new Date().toISOString(), metadata: {} as never })
    const thing = (id: string) => itemKey(here, 'THING', id)
    await metered.commit(alone(putNew(thing('alone'), {}, SLUG_TAKEN)))
    expect(counts.writeUnits).toBe(1)
    await metered.commit(putNew(thing('plain'), {}, SLUG_TAKEN))
    await metered.commit([alone(putNew(thing('one'), {}, SLUG_TAKEN)), putNew(thing('other'), {}, SLUG_TAKEN)])
    expect(counts.writeUnits).toBe(1 + 2 + 2 * 2)
    const outcomes = await Promise.all(
      Array.from({ length: 9 }, () => codeOf(metered.commit(alone(putNew(thing('wanted'), {}, SLUG_TAKEN))))),
    )
    expect(outcomes.sort()).toEqual([...Array.from({ length: 8 }, () => 'SLUG_TAKEN'), 'done'])
  })

  test('is no conflict of itself, when the answer to its put was lost', async () => {
    const record = { n: 1, list: ['a', { b: true }], bytes: Buffer.from('x'), gone: undefined }
    losesAnswers = 1
    expect(await codeOf(tenant.commit(alone(putNew(key('lost'), record, SLUG_TAKEN))))).toBe('done')
    expect(losesAnswers).toBe(0)
    losesAnswers = 1
    expect(await codeOf(tenant.commit(alone(putNew(key('lost'), { ...record, n: 2 }, SLUG_TAKEN))))).toBe('SLUG_TAKEN')
    expect(await tenant.read(key('lost'))).toMatchObject([{ n: 1 }])
  })

  test('of several conditions that fail, the first one written tells', async () => {
    const exists = { expression: 'attribute_exists(pk)' }
    const both = [check(key('none'), exists, LAST_ADMIN), check(key('nothing'), exists, SLUG_TAKEN)]
    expect(await codeOf(tenant.commit(both))).toBe('LAST_ADMIN')
    expect(await codeOf(tenant.commit(both.toReversed()))).toBe('SLUG_TAKEN')
  })
})

describe('a signal', () => {
  const seen = (fold?: string) =>
    signal({ event: noteSeen, aggregate: { type: 'note', id: 'n1', name: 'N' }, data: {}, ...(fold ? { fold } : {}) })
  const today = new Date().toISOString().slice(0, 10)

  test('that shares its fold with one of the same day is not written again', async () => {
    const here = freshTenant()
    await here.note(seen('usr_1#minute'))
    await expect(here.note(seen('usr_1#minute'))).rejects.toThrow('CONFLICT')
    await here.note(seen('usr_2#minute'))
    expect(await here.read(signalKey(here.id, today, 'usr_1#minute'))).toMatchObject([{ type: 'note.seen', version: 0 }])
  })

  test('without a fold is one each time', async () => {
    const here = freshTenant()
    await Promise.all([here.note(seen()), here.note(seen())])
    const { items } = await here.list({ partitions: [`SIGNALS#${today}`], limit: 10 })
    expect(items).toHaveLength(2)
  })
})

describe('what is too large', () => {
  const big = (bytes: number) => 'x'.repeat(bytes)

  test('for one event is refused as such before anything is written', async () => {
    const made = write(tenant.id, 'Big', { text: big(200_001) })
    expect(await codeOf(tenant.commit(save(notes, made)))).toBe('PAYLOAD_TOO_LARGE')
    expect(await tenant.get(notes, made.after.id)).toBeUndefined()
  })

  test('for one item, grown in small steps, is refused as such', async () => {
    expect(await codeOf(tenant.commit(put(key('big'), { text: big(410_000) })))).toBe('PAYLOAD_TOO_LARGE')
    await tenant.commit(put(key('grown'), { a: big(300_000) }))
    expect(await codeOf(tenant.commit(patch(key('grown'), { b: big(150_000) })))).toBe('PAYLOAD_TOO_LARGE')
  })

  test('for one transaction is an error of ours, and writes nothing', async () => {
    const many = Array.from({ length: 101 }, (_, n) => put(key(`many-${n}`), { n }))
    await expect(tenant.commit(many)).rejects.toThrow('A transaction of 101 parts')
    expect(await tenant.read(key('many-0'))).toEqual([undefined])
    await tenant.commit(many.slice(0, 100))
  })
})

describe('reading', () => {
  test('gives items in the order of their keys, doubles too, and nothing where nothing is', async () => {
    await tenant.commit([put(key('r1'), { n: 1 }), put(key('r2'), { n: 2 })])
    expect(await tenant.read(key('r2'), key('absent'), key('r1'), key('r2'))).toEqual([{ n: 2 }, undefined, { n: 1 }, { n: 2 }])
    expect(await tenant.read()).toEqual([])
  })

  test('takes one wave for 250 keys', async () => {
    const counts = meter()
    const keys = Array.from({ length: 250 }, (_, n) => itemKey(tenant.id, 'THING', `many-${n}`))
    const items = await tableFor(tenant.id, counts).read(keys)
    expect(items.map((item) => item?.n)).toEqual(Array.from({ length: 250 }, (_, n) => (n < 100 ? n : undefined)))
    expect(counts.waves).toBe(1)
  })

  test('gives all events of an aggregate, however many megabytes they are', async () => {
    // Random, so that packing cannot make it small.
    const text = () => randomBytes(60_000).toString('base64')
    let note = await keep(tenant, write(tenant.id, 'Long life'))
    for (let n = 0; n < 12; n++) note = await keep(tenant, change(note, { text: text() }))
    expect(fold(await tenant.events(notes, note.id))).toEqual(await tenant.get(notes, note.id))
  })
})

test('an ordinary change takes one write unit for its event', async () => {
  const here = freshTenant()
  const made = write(here.id, 'Small', { text: 'A few words about something.' })
  const counts = meter()
  const metadata = { actorId: 'usr_1', actorKind: 'member' as const, correlationId: 'c', requestId: 'r', source: 'POST /api/v1/notes' }
  await openTenant({ id: here.id, meter: counts, now: made.after.createdAt, metadata }).commit(
    save(notes, change(await keep(here, made), { text: 'Some other words.' })),
  )
  // Two a kilobyte in a transaction: the item and its index entry, the event and its index entry.
  expect(counts).toMatchObject({ waves: 1, writeUnits: 8 })
})
