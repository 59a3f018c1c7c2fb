import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { tallyKey } from '../../shared/store/keys.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import { handler as activate } from './activate-user.ts'
import * as contracts from './contract.ts'
import { handler as deactivate } from './deactivate-user.ts'
import { handler as remove } from './delete-user.ts'
import { handler as lock } from './lock-user.ts'
import { handler as restore } from './restore-user.ts'
import { handler as setRoles } from './set-user-roles.ts'
import { handler as unlock } from './unlock-user.ts'
import { isAdministrator } from './user.ts'
import { users } from './user-store.ts'

const bench = workbench()

const ways = {
  remove: (id: string, as: Person) => bench.request(remove, contracts.deleteUser, { params: { id }, as }),
  demote: (id: string, as: Person) =>
    bench.request(setRoles, contracts.setUserRoles, { params: { id }, as, body: { roleIds: ['rol_basic_user'] } }),
  lock: (id: string, as: Person) => bench.request(lock, contracts.lockUser, { params: { id }, as, body: { reason: 'test' } }),
  deactivate: (id: string, as: Person) => bench.request(deactivate, contracts.deactivateUser, { params: { id }, as }),
}
const back = {
  promote: (id: string, as: Person) =>
    bench.request(setRoles, contracts.setUserRoles, { params: { id }, as, body: { roleIds: ['rol_admin'] } }),
  unlock: (id: string, as: Person) => bench.request(unlock, contracts.unlockUser, { params: { id }, as }),
  activate: (id: string, as: Person) => bench.request(activate, contracts.activateUser, { params: { id }, as }),
  restore: (id: string, as: Person) => bench.request(restore, contracts.restoreUser, { params: { id }, as }),
}

describe('the last administrator', () => {
  test.each(Object.keys(ways) as (keyof typeof ways)[])('cannot be taken away by %s', async (way) => {
    const only = await bench.founder()
    const reply = await ways[way](only.userId, only)
    expect([reply.status, reply.body?.code]).toEqual([409, 'LAST_ADMIN'])
    expect((await bench.tenant(only.organizationId).get(users, only.userId))?.version).toBe(1)
  })

  test.each(Object.keys(ways) as (keyof typeof ways)[])('is left when two %s each other at once', async (way) => {
    const one = await bench.founder()
    const other = await bench.member(one, { roleIds: ['rol_admin'] })
    const replies = await Promise.all([ways[way](other.userId, one), ways[way](one.userId, other)])
    expect(replies.filter(({ status }) => status < 300)).toHaveLength(1)
    const left = await Promise.all([one, other].map(({ userId }) => bench.tenant(one.organizationId).get(users, userId)))
    expect(left.filter((user) => user && isAdministrator(user))).toHaveLength(1)
  })

  test('may go when there is another', async () => {
    const one = await bench.founder()
    await bench.member(one, { roleIds: ['rol_admin'] })
    expect((await ways.remove(one.userId, one)).status).toBe(204)
  })

  test('is counted only where an administrator comes or goes', async () => {
    const admin = await bench.founder()
    const basic = await bench.member(admin)
    const peer = await bench.member(admin, { roleIds: ['rol_admin'] })
    const ordinary = await ways.deactivate(basic.userId, admin)
    const counted = await ways.deactivate(peer.userId, admin)
    expect(counted.cost.wru - ordinary.cost.wru).toBe(2)
  })

  test('stays, and is counted right, whatever administrators do to each other', async () => {
    const moves = { ...ways, ...back }
    const step = fc.record({
      way: fc.constantFrom(...(Object.keys(moves) as (keyof typeof moves)[])),
      actor: fc.nat({ max: 2 }),
      target: fc.nat({ max: 2 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { maxLength: 6 }), async (rounds) => {
        const founder = await bench.founder()
        const people = [
          founder,
          await bench.member(founder, { roleIds: ['rol_admin'] }),
          await bench.member(founder, { roleIds: ['rol_admin'] }),
        ]
        for (const round of rounds) {
          const at = (n: number) => people[n] as Person
          const replies = await Promise.all(round.map(({ way, actor, target }) => moves[way](at(target).userId, at(actor))))
          expect(replies.filter(({ status }) => status >= 500 && status !== 503)).toEqual([])
        }
        const tenant = bench.tenant(founder.organizationId)
        const left = (await Promise.all(people.map(({ userId }) => tenant.get(users, userId)))).filter(
          (user) => user && isAdministrator(user),
        )
        const [tally] = await tenant.read<{ count: number }>(tallyKey(founder.organizationId, 'ADMINISTRATORS'))
        expect(left.length).toBeGreaterThan(0)
        expect(tally?.count).toBe(left.length)
      }),
      { numRuns: 8 },
    )
  })
})
