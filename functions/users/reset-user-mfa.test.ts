import { expect, test } from '@jest/globals'
import { patch, save } from '../../shared/store/writes.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import { resetUserMfa } from './contract.ts'
import { handler } from './reset-user-mfa.ts'
import { register } from './user.ts'
import { users } from './user-store.ts'

const bench = workbench()

const reset = (as: Person, id: string) => bench.request(handler, resetUserMfa, { as, params: { id } })

test('an administrator asks for a second factor to be removed, and the user shows none at once', async () => {
  const ada = await bench.founder()
  const grace = await bench.member(ada)
  const key = users.keyOf({ id: grace.userId, organizationId: grace.organizationId })
  await bench.tenant(ada.organizationId).commit(patch(key, { mfaEnabled: true }))
  const reply = await reset(ada, grace.userId)
  expect(reply.body.data).toMatchObject({ id: grace.userId, mfaEnabled: false })
  expect([reply.cost.waves, (await bench.tenant(ada.organizationId).events(users, grace.userId)).at(-1)?.type]).toEqual([
    2,
    'user.mfa_reset',
  ])
})

test("nobody removes the second factor of another organization's person, nor of who has not joined yet", async () => {
  const [ada, eve] = [await bench.founder(), await bench.founder()]
  const at = new Date().toISOString()
  const names = { firstName: 'Eve', lastName: 'Guest', email: eve.email, roleIds: ['rol_basic_user'], by: ada.userId, at }
  const guest = register({ id: eve.userId, organizationId: ada.organizationId, ...names })
  await bench.tenant(ada.organizationId).commit(save(users, guest))
  const refused = await reset(ada, eve.userId)
  expect([refused.status, refused.body.code]).toEqual([409, 'PERSON_OF_SEVERAL'])
  const invited = await bench.member(ada)
  const key = users.keyOf({ id: invited.userId, organizationId: ada.organizationId })
  await bench.tenant(ada.organizationId).commit(patch(key, { status: 'invited' }))
  expect((await reset(ada, invited.userId)).body.code).toBe('INVALID_TRANSITION')
})
