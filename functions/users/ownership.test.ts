import { describe, expect, test } from '@jest/globals'
import { mailChangeRequested } from '../../events/identity.ts'
import { type DomainEvent, fromRecord } from '../../shared/event.ts'
import { putMembership } from '../../shared/identity/membership-store.ts'
import { sessions } from '../../shared/identity/session-store.ts'
import { newId } from '../../shared/ids.ts'
import { loginKey, personKey, signalPartition } from '../../shared/store/keys.ts'
import { patch, save } from '../../shared/store/writes.ts'
import { mailHash } from '../../shared/tokens.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import * as contracts from './contract.ts'
import { handler as reapprove } from './reapprove-user.ts'
import { handler as resetMfa } from './reset-user-mfa.ts'
import { handler as resetPassword } from './reset-user-password.ts'
import { handler as update } from './update-user.ts'
import { invite, leave, register, requireReapproval, restore as restored, type User } from './user.ts'
import { users } from './user-store.ts'

const bench = workbench()

const now = () => new Date().toISOString()
const change = (as: Person, id: string, body: object) => bench.request(update, contracts.updateUser, { as, params: { id }, body })
const recordOf = (organizationId: string, id: string) => bench.tenant(organizationId).get<User>(users, id)

/** A member who belongs to another organization as well, and is at home in the first. */
async function alsoIn(organizationId: string, { userId: id, email }: Person): Promise<void> {
  const names = { firstName: 'Grace', lastName: 'Hopper', email, roleIds: ['rol_basic_user'], by: id }
  const there = register({ id, organizationId, at: now(), ...names })
  await bench.tenant(organizationId).commit([save(users, there), putMembership(there.after), patch(personKey(id), { elsewhere: 1 })])
}

/** As if the session had proven itself long ago. */
const stale = ({ organizationId, userId: personId, sessionId: id }: Person) =>
  bench.tenant(organizationId).commit(patch(sessions.keyOf({ id, organizationId, personId }), { freshAt: '2026-01-01T00:00:00.000Z' }))

async function requestsIn(organizationId: string): Promise<DomainEvent[]> {
  const { items } = await bench
    .tenant(organizationId)
    .list<Record<string, unknown>>({ partitions: [signalPartition(now().slice(0, 10))], limit: 100 })
  return items.map(fromRecord).filter(({ type }) => type === mailChangeRequested.name)
}

describe('another mail address', () => {
  test('of a member whom the organization manages begins a change, which they have to prove; other details are written at once', async () => {
    const ada = await bench.founder()
    const bob = await bench.member(ada)
    const email = `next-${bob.email}`
    const reply = await change(ada, bob.userId, { email, department: 'Research' })
    expect([reply.status, reply.body.data.email, reply.body.data.department]).toEqual([200, bob.email, 'Research'])
    expect((await requestsIn(ada.organizationId)).map(({ data }) => data)).toEqual([{ userId: bob.userId, email, by: 'organization' }])
    const [old, next] = await bench.tenant(ada.organizationId).read(loginKey(mailHash(bob.email)), loginKey(mailHash(email)))
    expect([old?.personId, next]).toEqual([bob.userId, undefined])
    const again = await change(ada, bob.userId, { email: `third-${bob.email}`, department: 'Sales' })
    expect([again.status, (await recordOf(ada.organizationId, bob.userId))?.department]).toEqual([429, 'Research'])
  })

  test('of a member of several is theirs alone to change, at home and elsewhere, and nothing is written', async () => {
    const [ada, eve] = [await bench.founder(), await bench.founder()]
    const bob = await bench.member(ada)
    await alsoIn(eve.organizationId, bob)
    for (const as of [ada, eve]) {
      const reply = await change(as, bob.userId, { email: `next-${bob.email}`, department: 'Research' })
      expect([reply.status, reply.body.code]).toEqual([409, 'PERSON_OF_SEVERAL'])
      expect([(await recordOf(as.organizationId, bob.userId))?.department, await requestsIn(as.organizationId)]).toEqual([undefined, []])
      expect((await change(as, bob.userId, { department: 'Research' })).status).toBe(200)
    }
  })

  test('of who has left their home and is a guest here is not the guest organization’s to change', async () => {
    const [ada, eve] = [await bench.founder(), await bench.founder()]
    const bob = await bench.member(ada)
    await alsoIn(eve.organizationId, bob)
    await bench.tenant(ada.organizationId).commit(patch(personKey(bob.userId), { isGoneFromHome: true }))
    expect((await change(eve, bob.userId, { email: `next-${bob.email}` })).body.code).toBe('PERSON_OF_SEVERAL')
  })

  test('of oneself is asked for like anywhere else, however many organizations one has', async () => {
    const [ada, eve] = [await bench.founder(), await bench.founder()]
    await alsoIn(eve.organizationId, ada)
    expect((await change(ada, ada.userId, { email: `next-${ada.email}` })).status).toBe(200)
    expect((await requestsIn(ada.organizationId))[0]?.data.by).toBe('person')
  })

  test('of an invited record is the record’s own: the invitation goes out anew, and no person is touched', async () => {
    const [ada, eve] = [await bench.founder(), await bench.founder()]
    const who = { id: newId('usr'), organizationId: ada.organizationId, email: eve.email, firstName: 'Eve', lastName: 'X' }
    await bench.tenant(ada.organizationId).commit(save(users, invite({ ...who, roleIds: ['rol_basic_user'], by: ada.userId, at: now() })))
    const email = `mine-${ada.email}`
    expect((await change(ada, who.id, { email })).body.data).toMatchObject({ email, status: 'invited', emailVerified: false })
    expect((await bench.tenant(ada.organizationId).events(users, who.id)).at(-1)?.type).toBe('user.invited')
    const [login, person] = await bench.tenant(ada.organizationId).read(loginKey(mailHash(eve.email)), personKey(eve.userId))
    expect([login?.personId, person?.email]).toEqual([eve.userId, eve.email])
    expect((await change(ada, who.id, { email: ada.email })).body.code).toBe('EMAIL_TAKEN')
  })

  test('of a record that was a member’s stays what that person proved: a link to another address would lead nowhere', async () => {
    const ada = await bench.founder()
    const bob = await bench.member(ada)
    const tenant = bench.tenant(ada.organizationId)
    const left = leave((await tenant.get<User>(users, bob.userId)) as User, now())
    await tenant.commit(save(users, left))
    await tenant.commit(save(users, restored(left.after, now())))
    const refused = await change(ada, bob.userId, { email: `mine-${bob.email}` })
    expect([refused.status, refused.body.code]).toEqual([409, 'INVALID_TRANSITION'])
    expect((await change(ada, bob.userId, { department: 'Research' })).body.data).toMatchObject({ email: bob.email, status: 'invited' })
  })

  test('takes a fresh session; its case alone is no other address, and nothing else takes one', async () => {
    const ada = await bench.founder()
    const bob = await bench.member(ada)
    await stale(ada)
    expect((await change(ada, bob.userId, { email: `next-${bob.email}` })).body.code).toBe('STEP_UP_REQUIRED')
    expect((await change(ada, bob.userId, { email: bob.email.toUpperCase(), department: 'Research' })).body.data).toMatchObject({
      email: bob.email,
      department: 'Research',
    })
  })

  test('and the name of a mightier user are not for who may do less', async () => {
    const provider = await bench.founder({ type: 'mss_provider', roleIds: ['rol_super_admin'] })
    const manager = await bench.member(provider, { roleIds: ['rol_account_manager'] })
    for (const body of [{ email: `mine-${provider.email}` }, { firstName: 'Augusta' }])
      expect((await change(manager, provider.userId, body)).body.details).toEqual({ missing: ['*:*'] })
    expect((await change(manager, manager.userId, { firstName: 'Augusta' })).status).toBe(200)
  })
})

describe('resetting', () => {
  const reset = (as: Person, id: string) => bench.request(resetPassword, contracts.resetUserPassword, { as, params: { id } })
  const resetFactor = (as: Person, id: string) => bench.request(resetMfa, contracts.resetUserMfa, { as, params: { id } })

  test('a password asks the person, by an event that leads to a mail, and changes nothing, however many organizations they have', async () => {
    const [ada, eve] = [await bench.founder(), await bench.founder()]
    const bob = await bench.member(ada)
    await alsoIn(eve.organizationId, bob)
    for (const as of [ada, eve]) {
      expect((await reset(as, bob.userId)).status).toBe(200)
      const event = (await bench.tenant(as.organizationId).events(users, bob.userId)).at(-1)
      expect([event?.type, event?.changes]).toEqual(['user.password_reset_requested', {}])
    }
  })

  test('a second factor is for the organization that manages the person alone', async () => {
    const [ada, eve] = [await bench.founder(), await bench.founder()]
    const bob = await bench.member(ada)
    await alsoIn(eve.organizationId, bob)
    for (const as of [ada, eve]) expect((await resetFactor(as, bob.userId)).body.code).toBe('PERSON_OF_SEVERAL')
  })

  test('both take a fresh session', async () => {
    const ada = await bench.founder()
    const bob = await bench.member(ada)
    await stale(ada)
    expect([(await reset(ada, bob.userId)).body.code, (await resetFactor(ada, bob.userId)).body.code]).toEqual(
      Array(2).fill('STEP_UP_REQUIRED'),
    )
  })
})

describe('a user whose account was recovered', () => {
  const approve = (as: Person, id: string) => bench.request(reapprove, contracts.reapproveUser, { as, params: { id } })

  async function held(as: Person, of: Person): Promise<void> {
    const user = (await recordOf(as.organizationId, of.userId)) as User
    await bench.tenant(as.organizationId).commit(save(users, requireReapproval(user, now(), now())))
  }

  test('goes on once another administrator says so, once', async () => {
    const ada = await bench.founder()
    const bob = await bench.member(ada)
    expect((await approve(ada, bob.userId)).body.code).toBe('INVALID_TRANSITION')
    await held(ada, bob)
    const reply = await approve(ada, bob.userId)
    expect([reply.status, reply.body.data.reapprovalRequired]).toEqual([200, false])
    expect((await recordOf(ada.organizationId, bob.userId))?.reapprovedAt).toBeDefined()
    expect((await approve(ada, bob.userId)).body.code).toBe('INVALID_TRANSITION')
    await held(ada, bob)
    expect((await approve(ada, bob.userId)).status).toBe(200)
  })

  test('is approved neither by themselves, nor by who may do less, nor in a session that is not fresh', async () => {
    const provider = await bench.founder({ type: 'mss_provider', roleIds: ['rol_super_admin'] })
    const manager = await bench.member(provider, { roleIds: ['rol_account_manager'] })
    await held(provider, provider)
    expect((await approve(provider, provider.userId)).status).toBe(403)
    expect((await approve(manager, provider.userId)).body.details).toEqual({ missing: ['*:*'] })
    await stale(provider)
    expect((await approve(provider, manager.userId)).body.code).toBe('STEP_UP_REQUIRED')
  })
})
