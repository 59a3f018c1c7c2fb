import { describe, expect, test } from '@jest/globals'
import { fromRecord } from '../../shared/event.ts'
import { sessions } from '../../shared/identity/session-store.ts'
import { denialPartition } from '../../shared/store/keys.ts'
import { patch } from '../../shared/store/writes.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import { handler as activate } from './activate-user.ts'
import * as contracts from './contract.ts'
import { handler as deactivate } from './deactivate-user.ts'
import { handler as remove } from './delete-user.ts'
import { handler as endSessions } from './end-user-sessions.ts'
import { grantsAdministration } from './granting.ts'
import { handler as lock } from './lock-user.ts'
import { handler as restore } from './restore-user.ts'
import { handler as setRoles } from './set-user-roles.ts'
import { handler as unlock } from './unlock-user.ts'
import type { User } from './user.ts'
import { users } from './user-store.ts'

const bench = workbench()

const acts = {
  lock: [lock, contracts.lockUser, { reason: 'Test' }, {}],
  unlock: [unlock, contracts.unlockUser, undefined, { status: 'locked' }],
  deactivate: [deactivate, contracts.deactivateUser, undefined, {}],
  activate: [activate, contracts.activateUser, undefined, { status: 'disabled' }],
  remove: [remove, contracts.deleteUser, undefined, {}],
  restore: [restore, contracts.restoreUser, undefined, { deletedAt: new Date().toISOString() }],
  'end the sessions of': [endSessions, contracts.endUserSessions, undefined, {}],
  'change the roles of': [setRoles, contracts.setUserRoles, { roleIds: [] }, {}],
} as const
type Act = keyof typeof acts

const find = ({ organizationId, userId }: Person) => bench.tenant(organizationId).get<User>(users, userId)

/** Puts somebody into the state that the act expects, and does it. */
async function attempt(act: Act, as: Person, whom: Person) {
  const [handler, contract, body, found] = acts[act]
  const { organizationId, userId: id } = whom
  if (Object.keys(found).length > 0) await bench.tenant(organizationId).commit(patch(users.keyOf({ id, organizationId }), { ...found }))
  return bench.request(handler, contract, { as, params: { id }, ...(body ? { body } : {}) })
}

async function signals(organizationId: string) {
  const { items } = await bench
    .tenant(organizationId)
    .list<Record<string, unknown>>({ partitions: [denialPartition(new Date().toISOString().slice(0, 10))], limit: 1_000 })
  return items.map(fromRecord)
}

describe('nobody decides over a user who may do more than they:', () => {
  test.each(Object.keys(acts) as Act[])('%s', async (act) => {
    const mighty = await bench.founder({ type: 'mss_provider', roleIds: ['rol_super_admin'] })
    const as = await bench.member(mighty, { roleIds: ['rol_admin'] })
    const reply = await attempt(act, as, mighty)
    expect([reply.status, reply.body.code]).toEqual([403, 'FORBIDDEN'])
    expect(reply.body.error).toBe(`Nobody can ${act} a user who may do more than they. You lack *:*.`)
    expect((await find(mighty))?.version).toBe(1)
    const told = (await signals(mighty.organizationId)).filter(({ type }) => type === 'access.escalation_attempted')
    expect(told).toMatchObject([{ aggregateId: as.userId, data: { missing: ['*:*'] } }])
  })
})

describe('whoever may do as much decides over their like:', () => {
  test.each(Object.keys(acts) as Act[])('%s', async (act) => {
    const founder = await bench.founder()
    const peer = await bench.member(founder, { roleIds: ['rol_admin'] })
    await bench.member(founder, { roleIds: ['rol_admin'] })
    expect((await attempt(act, founder, peer)).status).toBeLessThan(300)
  })
})

test('oneself is nobody mightier, whatever the permission came from', async () => {
  const founder = await bench.founder({ type: 'mss_provider', roleIds: ['rol_super_admin'] })
  await bench.member(founder, { roleIds: ['rol_super_admin'] })
  for (const act of ['end the sessions of', 'lock'] as const) {
    const self = await bench.member(founder, { roleIds: ['rol_account_manager'] })
    expect((await attempt(act, self, self)).status).toBeLessThan(300)
  }
})

test('an account manager decides over basic users, and over nobody who may more', async () => {
  const founder = await bench.founder({ type: 'mss_provider', roleIds: ['rol_super_admin'] })
  const manager = await bench.member(founder, { roleIds: ['rol_account_manager'] })
  const [basic, analyst] = [await bench.member(founder), await bench.member(founder, { roleIds: ['rol_security_analyst'] })]
  expect((await attempt('lock', manager, basic)).status).toBe(200)
  expect((await attempt('lock', manager, analyst)).body.code).toBe('FORBIDDEN')
  expect((await attempt('unlock', manager, await bench.member(founder, { roleIds: ['rol_admin'] }))).body.code).toBe('FORBIDDEN')
})

describe('giving or taking an administrator role', () => {
  const stale = async (person: Person) => {
    const { organizationId, sessionId: id, userId: personId } = person
    const freshAt = new Date(Date.now() - 5 * 60_000).toISOString()
    await bench.tenant(organizationId).commit(patch(sessions.keyOf({ id, organizationId, personId }), { freshAt }))
  }
  const set = (as: Person, whom: Person, roleIds: string[]) =>
    bench.request(setRoles, contracts.setUserRoles, { as, params: { id: whom.userId }, body: { roleIds } })

  test('takes a session that proved itself lately; other roles do not', async () => {
    const founder = await bench.founder()
    const [basic, peer] = [await bench.member(founder), await bench.member(founder, { roleIds: ['rol_admin'] })]
    await stale(founder)
    expect((await set(founder, basic, ['rol_admin'])).body.code).toBe('STEP_UP_REQUIRED')
    expect((await set(founder, peer, [])).body.code).toBe('STEP_UP_REQUIRED')
    expect((await set(founder, basic, ['rol_report_viewer'])).status).toBe(200)
    expect((await find(basic))?.assignments.map(({ roleId }) => roleId)).toEqual(['rol_report_viewer'])
  })

  test('restoring an administrator is giving one', async () => {
    const founder = await bench.founder()
    const [basic, peer] = [await bench.member(founder), await bench.member(founder, { roleIds: ['rol_admin'] })]
    await stale(founder)
    expect((await attempt('restore', founder, peer)).body.code).toBe('STEP_UP_REQUIRED')
    expect((await attempt('restore', founder, basic)).status).toBe(200)
  })

  test.each([
    [['rol_admin'], true],
    [['rol_basic_user', 'rol_super_admin'], true],
    [['rol_account_manager'], false],
    [[], false],
  ])('%j: %s', (roleIds, expected) => {
    expect(grantsAdministration(roleIds)).toBe(expected)
  })
})
