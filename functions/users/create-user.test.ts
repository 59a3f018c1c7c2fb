import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { loginKey } from '../../shared/store/keys.ts'
import { save } from '../../shared/store/writes.ts'
import { mailHash } from '../../shared/tokens.ts'
import { type Bench, openWorkbench, type Person, type RequestOptions } from '../../test/workbench.ts'
import * as contracts from './contract.ts'
import { handler as create } from './create-user.ts'
import { handler as remove } from './delete-user.ts'
import { handler as get } from './get-user.ts'
import { handler as reinvite } from './invite-user.ts'
import { handler as listInvited } from './list-invitations.ts'
import { edit } from './user-details.ts'
import { users } from './user-store.ts'
import { handler as withdraw } from './withdraw-invitation.ts'

let bench: Bench
let admin: Person
beforeAll(async () => {
  bench = await openWorkbench()
  admin = await bench.founder()
}, 60_000)
afterAll(() => bench.close())

const grace = { firstName: 'Grace', lastName: 'Hopper' }
let count = 0
const mail = () => `grace${count++}@example.com`
const invite = (body: object, options: RequestOptions = {}) =>
  bench.request(create, contracts.createUser, { body: { ...grace, email: mail(), ...body }, as: admin, ...options })

describe('inviting a user', () => {
  test('answers the invited user, with the basic role and nothing internal', async () => {
    const reply = await invite({ phone: '+6421123456', department: 'Research' })
    expect(reply.status).toBe(201)
    const user = reply.body.data
    expect(reply.headers.location).toBe(`/api/v1/users/${user.id}`)
    expect(user).toMatchObject({ ...grace, name: 'Grace Hopper', status: 'invited', emailVerified: false, role: 'basic_user', version: 1 })
    expect(user.roles).toEqual([{ id: 'rol_basic_user', name: 'basic_user', scope: { type: 'organization' }, expiresAt: null }])
    expect(user).toMatchObject({ profileImage: null, lastLoginAt: null, createdBy: admin.userId, metadata: {} })
    expect(Object.keys(user)).toEqual(expect.not.arrayContaining(['assignments', 'kind', 'invitedAt', 'pk']))
    const read = await bench.request(get, contracts.getUser, { params: { id: user.id }, as: admin })
    expect(read.body.data).toEqual(user)
  })

  test('costs two waves and twelve write units, two index entries among them', async () => {
    await invite({})
    const { cost } = await invite({ department: 'Research', phone: '+6421123456' })
    expect(cost).toMatchObject({ waves: 2, wru: 12 })
    const again = await invite({}, { headers: { 'idempotency-key': 'cost' } })
    expect(again.cost.wru).toBe(14)
  })

  test('refuses an address that is taken, however it is written', async () => {
    const email = mail()
    await invite({ email })
    const reply = await invite({ email: ` ${email.toUpperCase()}` })
    expect([reply.status, reply.body.code]).toEqual([409, 'EMAIL_TAKEN'])
  })

  test('names the removed user to restore when the address is theirs', async () => {
    const email = mail()
    const { id } = (await invite({ email })).body.data
    await bench.request(remove, contracts.deleteUser, { params: { id }, as: admin })
    const reply = await invite({ email })
    expect(reply.body).toMatchObject({ code: 'EMAIL_TAKEN', details: { userId: id } })
    expect(reply.body.error).toContain('Restore')
  })

  test('gives somebody from another organization a membership under the same id, with their home kept', async () => {
    const elsewhere = await bench.founder()
    const reply = await invite({ email: elsewhere.email })
    expect(reply.status).toBe(201)
    expect(reply.body.data).toMatchObject({ id: elsewhere.userId, organizationId: admin.organizationId, status: 'invited' })
    const [login] = await bench.tenant(admin.organizationId).read(loginKey(mailHash(elsewhere.email)))
    expect(login).toMatchObject({ personId: elsewhere.userId, homeOrganizationId: elsewhere.organizationId })
    expect((await invite({ email: elsewhere.email })).body.code).toBe('EMAIL_TAKEN')
  })

  test('takes no second invitation of one address among many at once', async () => {
    const email = mail()
    const replies = await Promise.all(Array.from({ length: 5 }, () => invite({ email })))
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409])
  })

  test('is for those whose own address is verified', async () => {
    const unverified = await bench.member(admin, { roleIds: ['rol_admin'] })
    const tenant = bench.tenant(admin.organizationId)
    const user = await tenant.get(users, unverified.userId)
    const moved = user && edit(user, { ...user, email: mail() }, new Date().toISOString())
    if (!moved) throw new Error('The address should have changed')
    await tenant.commit(save(users, moved))
    expect((await invite({}, { as: unverified })).body.code).toBe('EMAIL_NOT_VERIFIED')
  })

  test('grants only what the inviter holds, and leaves a trace of the attempt', async () => {
    const provider = await bench.founder({ type: 'mss_provider', roleIds: ['rol_super_admin'] })
    const manager = await bench.member(provider, { roleIds: ['rol_account_manager'] })
    const reply = await invite({ roleIds: ['rol_technician'] }, { as: manager })
    expect(reply.status).toBe(403)
    expect(reply.body.details.missing).toContain('interventions:update')
    expect((await invite({}, { as: manager })).status).toBe(201)
    const today = new Date().toISOString().slice(0, 10)
    const signals = await bench.tenant(provider.organizationId).list<{ type: string }>({ partitions: [`SIGNALS#${today}`], limit: 10 })
    expect(signals.items.map(({ type }) => type)).toEqual(['access.escalation_attempted'])
  })

  test('knows no role that does not exist or is for another type of organization', async () => {
    expect((await invite({ roleIds: ['rol_emperor'] })).body.code).toBe('ROLE_UNKNOWN')
    expect((await invite({ roleIds: ['rol_technician'] })).body.code).toBe('ROLE_UNKNOWN')
  })

  test('replays its answer to the same key', async () => {
    const body = { email: mail() }
    const headers = { 'idempotency-key': 'once' }
    const first = await invite(body, { headers })
    const second = await invite(body, { headers })
    expect(second.headers['idempotency-replayed']).toBe('true')
    expect(second.body.data).toEqual(first.body.data)
  })
})

describe('an invitation', () => {
  test('is listed newest first until it is withdrawn', async () => {
    const founder = await bench.founder()
    const [first, second] = [await invite({}, { as: founder }), await invite({}, { as: founder })]
    const list = () => bench.request(listInvited, contracts.listInvitations, { as: founder })
    const ids = async () => (await list()).body.data.map(({ id }: { id: string }) => id)
    expect(await ids()).toEqual([second.body.data.id, first.body.data.id])
    const params = { id: second.body.data.id }
    expect((await bench.request(withdraw, contracts.withdrawInvitation, { params, as: founder })).status).toBe(204)
    expect(await ids()).toEqual([first.body.data.id])
    expect((await bench.request(withdraw, contracts.withdrawInvitation, { params, as: founder })).status).toBe(410)
  })

  test('that was accepted cannot be withdrawn or sent again', async () => {
    const member = await bench.member(admin)
    const options = { params: { id: member.userId }, as: admin }
    expect((await bench.request(withdraw, contracts.withdrawInvitation, options)).body.code).toBe('INVALID_TRANSITION')
    expect((await bench.request(reinvite, contracts.inviteUser, options)).body.code).toBe('INVALID_TRANSITION')
  })

  test('can be sent again, which its event tells to whoever mails it', async () => {
    const user = (await invite({})).body.data
    const reply = await bench.request(reinvite, contracts.inviteUser, { params: { id: user.id }, as: admin })
    expect([reply.status, reply.body.data.version]).toEqual([200, 2])
    const events = await bench.tenant(admin.organizationId).events(users, user.id)
    expect(events.at(-1)).toMatchObject({ type: 'user.invited', data: { userId: user.id, email: user.email } })
  })

  test('takes the address for the person who will sign in with it', async () => {
    const user = (await invite({})).body.data
    const [login] = await bench.tenant(admin.organizationId).read(loginKey(mailHash(user.email)))
    expect(login).toMatchObject({ personId: user.id, homeOrganizationId: admin.organizationId })
  })
})
