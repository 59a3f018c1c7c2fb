import { beforeAll, describe, expect, test } from '@jest/globals'
import { guardKey, loginKey, membershipKey, personKey, sessionKey } from '../../shared/store/keys.ts'
import { patch } from '../../shared/store/writes.ts'
import { mailHash } from '../../shared/tokens.ts'
import { type Person, type RequestOptions, workbench } from '../../test/workbench.ts'
import * as contracts from './contract.ts'
import { handler as create } from './create-user.ts'
import { handler as remove } from './delete-user.ts'
import { handler as get } from './get-user.ts'
import { handler as reinvite } from './invite-user.ts'
import { handler as listInvited } from './list-invitations.ts'
import { handler as restore } from './restore-user.ts'
import { users } from './user-store.ts'
import { handler as withdraw } from './withdraw-invitation.ts'

const bench = workbench()
let admin: Person
beforeAll(async () => {
  admin = await bench.founder()
})

const grace = { firstName: 'Grace', lastName: 'Hopper' }
let count = 0
const mail = () => `grace${count++}@example.com`
const invite = (body: object, options: RequestOptions = {}) =>
  bench.request(create, contracts.createUser, { body: { ...grace, email: mail(), ...body }, as: admin, ...options })

const withdrawn = (id: string, as = admin) => bench.request(withdraw, contracts.withdrawInvitation, { params: { id }, as })

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

  test('costs two waves and twelve write units, three index entries among them', async () => {
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

  test('names the invitation that is open already, and the removed member to restore', async () => {
    const [email, member] = [mail(), await bench.member(admin, { email: mail() })]
    const { id } = (await invite({ email })).body.data
    expect((await invite({ email })).body).toMatchObject({ code: 'EMAIL_TAKEN', details: { userId: id } })
    await bench.request(remove, contracts.deleteUser, { params: { id: member.userId }, as: admin })
    const reply = await invite({ email: member.email })
    expect(reply.body).toMatchObject({ code: 'EMAIL_TAKEN', details: { userId: member.userId } })
    expect(reply.body.error).toContain('Restore')
  })

  test('touches neither address nor person, and says nothing of who has an account', async () => {
    const elsewhere = await bench.founder({ email: mail() })
    const [known, unknown] = [await invite({ email: elsewhere.email }), await invite({})]
    expect([known.status, unknown.status]).toEqual([201, 201])
    expect([known.cost.waves, known.cost.rru]).toEqual([unknown.cost.waves, unknown.cost.rru])
    expect(known.body.data.id).not.toBe(elsewhere.userId)
    const { id, email } = unknown.body.data
    const keys = [loginKey(mailHash(email)), personKey(id), membershipKey(id, admin.organizationId)]
    expect(await bench.tenant(admin.organizationId).read(...keys)).toEqual([undefined, undefined, undefined])
    const [login] = await bench.tenant(admin.organizationId).read(loginKey(mailHash(elsewhere.email)))
    expect(login).toMatchObject({ personId: elsewhere.userId, organizationId: elsewhere.organizationId })
  })

  test('shares nothing with the invitation of another organization to the same address', async () => {
    const [other, email] = [await bench.founder(), mail()]
    const [here, there] = [await invite({ email }), await invite({ email }, { as: other })]
    expect([here.status, there.status]).toEqual([201, 201])
    expect(here.body.data.id).not.toBe(there.body.data.id)
    await withdrawn(there.body.data.id, other)
    expect(await bench.tenant(admin.organizationId).get(users, here.body.data.id)).toMatchObject({ status: 'invited', version: 1 })
  })

  test('keeps the address apart without writing it where a key could be read', async () => {
    const email = mail()
    const { id } = (await invite({ email })).body.data
    const [guard] = await bench.tenant(admin.organizationId).read(guardKey(admin.organizationId, 'EMAIL', mailHash(email)))
    expect(guard).toEqual({ owner: id })
  })

  test('takes no second invitation of one address among many at once', async () => {
    const email = mail()
    const replies = await Promise.all(Array.from({ length: 5 }, () => invite({ email })))
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409])
  })

  test('as an administrator takes a fresh session; with another role it does not', async () => {
    const ada = await bench.founder()
    const stale = { freshAt: new Date(Date.now() - 5 * 60_000).toISOString() }
    await bench.tenant(ada.organizationId).commit(patch(sessionKey(ada.userId, ada.sessionId), stale))
    const refused = await invite({ roleIds: ['rol_admin'] }, { as: ada })
    expect([refused.status, refused.body.code]).toEqual([403, 'STEP_UP_REQUIRED'])
    expect((await invite({}, { as: ada })).status).toBe(201)
  })

  test('grants only what the inviter holds, and leaves a trace of the attempt', async () => {
    const provider = await bench.founder({ type: 'mss_provider', roleIds: ['rol_super_admin'] })
    const manager = await bench.member(provider, { roleIds: ['rol_account_manager'] })
    const reply = await invite({ roleIds: ['rol_technician'] }, { as: manager })
    expect(reply.status).toBe(403)
    expect(reply.body.details.missing).toContain('interventions:update')
    expect((await invite({}, { as: manager })).status).toBe(201)
    const today = new Date().toISOString().slice(0, 10)
    const signals = await bench.tenant(provider.organizationId).list<{ type: string }>({ partitions: [`DENIALS#${today}`], limit: 10 })
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

  test('that is withdrawn frees the address, and is brought back only while that is free', async () => {
    const email = mail()
    const first = (await invite({ email })).body.data
    await withdrawn(first.id)
    const second = await invite({ email })
    expect(second.status).toBe(201)
    const back = () => bench.request(restore, contracts.restoreUser, { params: { id: first.id }, as: admin })
    expect((await back()).body.code).toBe('EMAIL_TAKEN')
    await withdrawn(second.body.data.id)
    expect((await back()).body.data.status).toBe('invited')
    expect((await invite({ email })).body.code).toBe('EMAIL_TAKEN')
  })

  test('that has expired is withdrawn by the next one to the same address, of which only one comes to be', async () => {
    const email = mail()
    const old = (await invite({ email })).body.data
    const [key, at] = [
      users.keyOf({ id: old.id, organizationId: admin.organizationId }),
      new Date(Date.now() - 7 * 86_400_000).toISOString(),
    ]
    await bench.tenant(admin.organizationId).commit(patch(key, { invitedAt: at }))
    const replies = await Promise.all(Array.from({ length: 3 }, () => invite({ email })))
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409, 409])
    expect((await bench.request(get, contracts.getUser, { params: { id: old.id }, as: admin })).status).toBe(410)
    expect((await bench.tenant(admin.organizationId).events(users, old.id)).at(-1)?.type).toBe('user.deleted')
  })

  test('of somebody mightier is neither withdrawn nor sent again', async () => {
    const provider = await bench.founder({ type: 'mss_provider', roleIds: ['rol_super_admin'] })
    const manager = await bench.member(provider, { roleIds: ['rol_account_manager'] })
    const { id } = (await invite({ roleIds: ['rol_super_admin'] }, { as: provider })).body.data
    expect((await withdrawn(id, manager)).body.code).toBe('FORBIDDEN')
    expect((await bench.request(reinvite, contracts.inviteUser, { params: { id }, as: manager })).body.code).toBe('FORBIDDEN')
  })
})
