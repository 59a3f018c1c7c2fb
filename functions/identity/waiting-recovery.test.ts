import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { credentialsChanged, mfaRecovered, recoveryRefused, recoveryRequested } from '../../events/identity.ts'
import { userReapprovalRequired } from '../../events/users.ts'
import { AwsError } from '../../local/types.ts'
import type { DomainEvent } from '../../shared/event.ts'
import { putMembership } from '../../shared/identity/membership-store.ts'
import { relist } from '../../shared/resource/lists.ts'
import { backupCodesKey, factorKey, personKey, recoveryKey, recoveryRequestKey } from '../../shared/store/keys.ts'
import { patch, save } from '../../shared/store/writes.ts'
import { sentBy } from '../../test/workbench/letters.ts'
import { type Bench, openWorkbench, type Person } from '../../test/workbench.ts'
import { listNotifications } from '../notifications/contract.ts'
import { handler as showInbox } from '../notifications/list-notifications.ts'
import { handler as onAccountChanged } from '../notifications/on-account-changed.ts'
import { handler as tellAdministrators } from '../notifications/tell-administrators.ts'
import { deleteUser, getUser, refuseRecovery, restoreUser } from '../users/contract.ts'
import { handler as removeUser } from '../users/delete-user.ts'
import { register as newUser, users } from '../users/door.ts'
import { handler as getUserHandler } from '../users/get-user.ts'
import { handler as refuse } from '../users/refuse-recovery.ts'
import { handler as restoreHandler } from '../users/restore-user.ts'
import { handler as cancel } from './cancel-recovery.ts'
import { handler as changePasswordHandler } from './change-password.ts'
import { handler as complete } from './complete-recovery.ts'
import { cancelRecovery, changePassword, completeRecovery, requestRecovery } from './contract.ts'
import { handler as onAccountRecovered } from './on-account-recovered.ts'
import { handler as onCredentialsChanged } from './on-credentials-changed.ts'
import { handler as request } from './request-recovery.ts'
import { lastSignal, tokenTo } from './test-events.ts'
import { newIp, PASSWORD, read, registered, signalsOf, signIn } from './test-people.ts'
import { type Enrolled, enrolled } from './test-second-factor.ts'

let bench: Bench
beforeAll(async () => {
  bench = await openWorkbench()
})
beforeEach(() => {
  bench.mails.splice(0)
})
afterAll(() => bench.close())

const ask = ({ email }: { email: string }, password = PASSWORD) =>
  bench.request(request, requestRecovery, { body: { email, password }, ip: newIp() })
const finish = ({ email }: { email: string }, password = PASSWORD) =>
  bench.request(complete, completeRecovery, { body: { email, password }, ip: newIp() })
const object = (as: Person, id: string) => bench.request(refuse, refuseRecovery, { as, params: { id } })

/** As if the wait were over. */
const waited = ({ userId, organizationId }: Enrolled) =>
  bench.tenant(organizationId).commit(patch(recoveryRequestKey(userId), { completesAt: new Date(Date.now() - 1000).toISOString() }))

/** Makes somebody a member of another organization too. */
async function alsoIn({ organizationId, userId: by }: Person, { userId: id, email }: Enrolled): Promise<void> {
  const names = { firstName: 'Ada', lastName: 'Elsewhere', email, roleIds: ['rol_basic_user'], by }
  const there = newUser({ id, organizationId, at: new Date().toISOString(), ...names })
  await bench.tenant(organizationId).commit([save(users, there), putMembership(there.after), patch(personKey(id), { elsewhere: 1 })])
}

describe('a recovery is asked for', () => {
  test('with the password alone, and waits 72 hours; asked again, the same waits', async () => {
    const ada = await enrolled(bench)
    const { status, body } = await ask(ada)
    expect(status).toBe(202)
    expect(Date.parse(body.data.completesAt) - Date.parse(body.data.requestedAt)).toBe(72 * 3_600_000)
    expect((await ask(ada)).body.data).toEqual(body.data)
    expect((await signalsOf(ada.organizationId)).filter(({ type }) => type === recoveryRequested.name)).toHaveLength(1)
    const early = await finish(ada)
    expect([early.body.code, early.body.details]).toEqual(['INVALID_TRANSITION', { completesAt: body.data.completesAt }])
  })

  test('not by a wrong password, nor where there is no second factor; nobody is answered like a wrong password', async () => {
    const [ada, bob] = [await enrolled(bench), await registered(bench)]
    const [wrong, nobody] = [await ask(ada, 'Wrong horse Battery 9'), await ask({ email: 'nobody@example.com' })]
    expect([wrong.status, wrong.body.code]).toEqual([401, 'INVALID_CREDENTIALS'])
    expect([nobody.status, nobody.body.code, nobody.body.message]).toEqual([401, 'INVALID_CREDENTIALS', wrong.body.message])
    expect((await ask(bob)).body.code).toBe('INVALID_TRANSITION')
    expect((await finish(bob)).body.code).toBe('INVALID_TRANSITION')
  })

  test('and wrong passwords count towards the lock of the address', async () => {
    const ada = await enrolled(bench)
    for (let n = 0; n < 5; n++) await ask(ada, 'Wrong horse Battery 9')
    expect((await ask(ada)).body.code).toBe('ACCOUNT_LOCKED')
    expect((await signIn(bench, ada.email)).body.code).toBe('ACCOUNT_LOCKED')
  })
})

describe('everybody concerned is told', () => {
  const administrators = async (as: Person) => relist(bench.tenant(as.organizationId), users, as.userId)

  test('the address with a link to object; each organization in its audit trail; its administrators by mail and in their inbox', async () => {
    const [boss, ada] = [await bench.founder(), await enrolled(bench)]
    await alsoIn(boss, ada)
    await administrators(boss)
    await ask(ada)
    const event = await lastSignal(ada.organizationId, recoveryRequested)
    for (let n = 0; n < 2; n++) {
      expect(await bench.react(onAccountChanged, event)).toEqual([])
      expect(await bench.react(onCredentialsChanged, event)).toEqual([])
    }
    const there = (await signalsOf(boss.organizationId)).filter(({ type }) => type === credentialsChanged.name)
    expect(there).toMatchObject([
      { aggregateId: ada.userId, aggregateName: 'Ada Elsewhere', data: { what: recoveryRequested.name, eventId: event.id } },
    ])
    for (let n = 0; n < 2; n++) expect(await bench.react(tellAdministrators, there[0] as DomainEvent)).toEqual([])
    expect(sentBy(bench).map(({ to, subject }) => [to, subject])).toEqual([
      [ada.email, 'Somebody wants to sign in without your second factor'],
      [boss.email, 'Was it Ada Elsewhere who lost their second factor?'],
    ])
    const inbox = await bench.request(showInbox, listNotifications, { as: boss })
    expect(inbox.body.data.map(({ title }: { title: string }) => title)).toEqual(['Ada Elsewhere lost their second factor'])
  })
})

describe('whoever objects ends it', () => {
  test('an administrator of any organization of theirs, and the person hears who', async () => {
    const [boss, ada] = [await bench.founder(), await enrolled(bench)]
    await alsoIn(boss, ada)
    expect((await object(boss, ada.userId)).body.code).toBe('INVALID_TRANSITION')
    await ask(ada)
    expect((await object(boss, ada.userId)).status).toBe(204)
    await waited(ada).catch(() => undefined)
    expect((await finish(ada)).body.code).toBe('INVALID_TRANSITION')
    const event = await lastSignal(boss.organizationId, recoveryRefused)
    expect(event.data).toEqual({ userId: ada.userId, by: boss.userId })
    await bench.react(onAccountChanged, event)
    expect(sentBy(bench)[0]?.text.replace(/\s+/g, ' ')).toContain('an administrator of Bench objected')
  })

  test('nobody of an organization that removed them and takes them back unasked', async () => {
    const [boss, ada] = [await bench.founder(), await enrolled(bench)]
    await alsoIn(boss, ada)
    await bench.request(removeUser, deleteUser, { as: boss, params: { id: ada.userId } })
    await ask(ada)
    const back = await bench.request(restoreHandler, restoreUser, { as: boss, params: { id: ada.userId } })
    expect([back.status, back.body.data.status]).toEqual([200, 'invited'])
    expect((await object(boss, ada.userId)).body.code).toBe('INVALID_TRANSITION')
    await waited(ada)
    expect((await finish(ada)).status).toBe(200)
  })

  test('nobody of an organization that the person does not belong to', async () => {
    const [stranger, ada] = [await bench.founder(), await enrolled(bench)]
    await ask(ada)
    expect((await object(stranger, ada.userId)).status).toBe(404)
    await waited(ada)
    expect((await finish(ada)).status).toBe(200)
  })

  test('the person, by the link that was mailed, once and for this request alone', async () => {
    const ada = await enrolled(bench)
    await ask(ada)
    await bench.react(onAccountChanged, await lastSignal(ada.organizationId, recoveryRequested))
    const token = tokenTo(bench, ada.email)
    const byLink = () => bench.request(cancel, cancelRecovery, { body: { token }, ip: newIp() })
    expect((await byLink()).status).toBe(204)
    expect((await lastSignal(ada.organizationId, recoveryRefused)).data).toEqual({ userId: ada.userId, by: ada.userId })
    await ask(ada)
    expect((await byLink()).body.code).toBe('LINK_EXPIRED')
    expect(await read(recoveryRequestKey(ada.userId))).toBeDefined()
  })
})

describe('when the wait is over', () => {
  test('the password alone signs in, the factor is off, and every membership waits for an approval', async () => {
    const [boss, ada] = [await bench.founder(), await enrolled(bench)]
    await alsoIn(boss, ada)
    await ask(ada)
    await waited(ada)
    const { status, body } = await finish(ada)
    expect([status, body.data.mfaRequired, body.data.user.mfaEnabled]).toEqual([200, false, false])
    const left = [recoveryRequestKey, recoveryKey, factorKey, backupCodesKey].map((keyOf) => read(keyOf(ada.userId)))
    expect(await Promise.all(left)).toEqual([undefined, undefined, undefined, undefined])
    const person = await read(personKey(ada.userId))
    expect([person?.mfaEnabled, typeof person?.approvalsVoidAt]).toEqual([false, 'string'])
    expect(await bench.react(onAccountRecovered, await lastSignal(ada.organizationId, mfaRecovered))).toEqual([])
    const record = await bench.tenant(boss.organizationId).get(users, ada.userId)
    expect(record?.reapprovalSince).toBe(person?.approvalsVoidAt)
    expect((await bench.tenant(boss.organizationId).events(users, ada.userId)).at(-1)?.type).toBe(userReapprovalRequired.name)
    expect((await bench.request(getUserHandler, getUser, { as: boss, params: { id: ada.userId } })).body.data.reapprovalRequired).toBe(true)
  })

  test('not with a password that was set since: who knows that waits anew', async () => {
    const ada = await enrolled(bench)
    await ask(ada)
    await waited(ada)
    const body = { currentPassword: PASSWORD, newPassword: 'Another horse Battery 7' }
    expect((await bench.request(changePasswordHandler, changePassword, { as: ada.as, body })).status).toBe(204)
    expect((await finish(ada, 'Another horse Battery 7')).body.code).toBe('INVALID_TRANSITION')
  })

  test('what broke off goes on with the same password, nobody signs in meanwhile, and nobody objects any more', async () => {
    const ada = await enrolled(bench)
    await ask(ada)
    await waited(ada)
    let calls = 0
    const breakOff = (operation: string) => {
      if (operation === 'AdminInitiateAuth' && calls++ > 0) throw new AwsError('UnexpectedLambdaException', 'away')
      return undefined
    }
    expect((await bench.whileCognito(breakOff, () => finish(ada))).status).toBe(500)
    expect((await signIn(bench, ada.email)).body.code).toBe('MFA_REQUIRED')
    const other = await bench.member({ ...ada.as, organizationId: ada.organizationId }, { roleIds: ['rol_admin'] })
    expect((await object(other, ada.userId)).body.code).toBe('INVALID_TRANSITION')
    expect((await finish(ada, 'Wrong horse Battery 9')).body.code).toBe('INVALID_CREDENTIALS')
    expect((await finish(ada)).status).toBe(200)
  })

  test('one that nobody completed in 14 days is over', async () => {
    const ada = await enrolled(bench)
    await ask(ada)
    await bench
      .tenant(ada.organizationId)
      .commit(patch(recoveryRequestKey(ada.userId), { expiresAt: new Date(Date.now() - 1).toISOString() }))
    expect((await finish(ada)).body.code).toBe('INVALID_TRANSITION')
    expect((await ask(ada)).status).toBe(202)
  })
})
