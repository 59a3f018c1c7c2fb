import { beforeAll, describe, expect, test } from '@jest/globals'
import { sentBy } from '../../test/workbench/letters.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import { handler as onNews } from '../notifications/on-news.ts'
import * as contracts from './contract.ts'
import { handler as create } from './create-unit.ts'
import { handler as remove } from './delete-unit.ts'
import { handler as list } from './list-units.ts'
import { handler as onUnitChanged } from './on-unit-changed.ts'
import { units } from './unit.ts'
import { handler as update } from './update-unit.ts'

const bench = workbench()
let ada: Person
let grace: Person
beforeAll(async () => {
  ada = await bench.founder()
  grace = await bench.member(ada)
})

const make = (name: string, ownerId = grace.userId) => bench.request(create, contracts.createUnit, { as: ada, body: { name, ownerId } })
const change = (id: string, body: object) => bench.request(update, contracts.updateUnit, { as: ada, params: { id }, body })
const eventsOf = (id: string) => bench.tenant(ada.organizationId).events(units, id)

describe('a unit', () => {
  test('has a name that no other has, whatever its case, until it is removed', async () => {
    const { body } = await make('Research')
    expect((await make('RESEARCH')).body.code).toBe('NAME_TAKEN')
    await bench.request(remove, contracts.deleteUnit, { as: ada, params: { id: body.data.id } })
    expect((await make('research')).status).toBe(201)
  })

  test('is looked after by somebody of the organization, and by nobody else', async () => {
    const eve = await bench.founder()
    expect((await make('Foreign', eve.userId)).body.code).toBe('OWNER_UNKNOWN')
    const { id } = (await make('Ours')).body.data
    expect((await change(id, { ownerId: eve.userId })).body.code).toBe('OWNER_UNKNOWN')
    expect(await eventsOf(id)).toHaveLength(1)
  })

  test('is found by its name and by whoever looks after it, also when that changes', async () => {
    const { id } = (await make('Night shift')).body.data
    await change(id, { ownerId: ada.userId })
    await bench.react(onUnitChanged, ...(await eventsOf(id)))
    const found = async (query: Record<string, string>) =>
      (await bench.request(list, contracts.listUnits, { as: ada, query })).body.data.map((unit: { id: string }) => unit.id)
    expect([await found({ q: 'shi nig' }), await found({ ownerId: ada.userId })]).toEqual([[id], [id]])
    expect(await found({ q: 'night', ownerId: grace.userId })).toEqual([])
  })
})

describe('whoever is given a unit to look after', () => {
  const toldOf = async (id: string) => {
    const before = bench.mails.length
    await bench.react(onNews, ...(await eventsOf(id)).slice(-1))
    return sentBy(bench).slice(before)
  }

  test('is told by mail who asked them, and of which unit', async () => {
    const { id } = (await make('Compilers')).body.data
    const [mail] = await toldOf(id)
    expect([mail?.to, mail?.subject]).toEqual([grace.email, expect.stringMatching(/^You look after Compilers now at /)])
    await change(id, { ownerId: ada.userId })
    expect(await toldOf(id)).toEqual([])
  })

  test('is not told of what concerns them not', async () => {
    const { id } = (await make('Languages')).body.data
    await change(id, { description: 'Old and new' })
    expect(await toldOf(id)).toEqual([])
  })
})
