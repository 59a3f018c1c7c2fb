import { beforeAll, describe, expect, test } from '@jest/globals'
import { type Person, workbench } from '../../test/workbench.ts'
import { users } from '../users/door.ts'
import { updateMe } from './contract.ts'
import { handler } from './update-me.ts'

const bench = workbench()
let admin: Person
beforeAll(async () => {
  admin = await bench.founder()
})

const change = (as: Person, body: object) => bench.request(handler, updateMe, { as, body })

describe('what a person says of themselves', () => {
  test('is the language they read, whatever their role; it is told as a change of their user', async () => {
    const ada = await bench.member(admin, { roleIds: [] })
    const reply = await change(ada, { locale: 'de-ch' })
    expect([reply.status, reply.body.data]).toMatchObject([200, { id: ada.userId, locale: 'de-CH', version: 2 }])
    expect(reply.cost.waves).toBe(2)
    const events = await bench.tenant(ada.organizationId).events(users, ada.userId)
    expect(events.at(-1)).toMatchObject({ type: 'user.updated', changes: { locale: { new: 'de-CH' } }, metadata: { actorId: ada.userId } })
    expect((await change(ada, { locale: null })).body.data).toMatchObject({ locale: 'en', version: 3 })
  })

  test('that is so already writes nothing', async () => {
    const ada = await bench.member(admin)
    for (const body of [{}, { locale: null }]) expect((await change(ada, body)).cost).toMatchObject({ waves: 1, wru: 0 })
    expect((await bench.tenant(ada.organizationId).get(users, ada.userId))?.version).toBe(1)
  })

  test('is nothing else of their record', async () => {
    const ada = await bench.member(admin)
    for (const body of [{ firstName: 'Eve' }, { roleIds: ['rol_admin'] }, { status: 'active' }, { locale: 'nope!' }])
      expect((await change(ada, body)).body.code).toBe('VALIDATION_ERROR')
  })
})
