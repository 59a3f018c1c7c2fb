import { AdminGetUserCommand, CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { describe, expect, test } from '@jest/globals'
import { mintInvitation, mintReset } from '../../shared/identity/codes.ts'
import { giveUpMail, takeMail } from '../../shared/identity/login-store.ts'
import type { Person as Stored } from '../../shared/identity/person.ts'
import { movePerson, requireEpoch } from '../../shared/identity/person-store.ts'
import { newId } from '../../shared/ids.ts'
import { holdKey, personKey, sessionKey } from '../../shared/store/keys.ts'
import { patch, put, remove, save } from '../../shared/store/writes.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import { invite, users } from '../users/door.ts'
import { handler as acceptHandler } from './accept-invitation.ts'
import { handler as changeHandler } from './change-password.ts'
import { acceptInvitation, changePassword, resetPassword, undoEmailChange } from './contract.ts'
import { holding } from './holding.ts'
import { mintUndo } from './mail-change.ts'
import { handler as resetHandler } from './reset-password.ts'
import { newIp, newMail, PASSWORD, read, registered, type SignedInPerson, signedIn, signIn, table } from './test-people.ts'
import { appWith, complete, enrolled, setUp, verify } from './test-second-factor.ts'
import { handler as undoHandler } from './undo-email-change.ts'

const NEW_PASSWORD = 'Another horse Battery 7'

const bench = workbench()

const now = () => new Date().toISOString()
const call = () => ({ lookups: table() })
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const change = (as: Person, currentPassword: string, newPassword: string) =>
  bench.request(changeHandler, changePassword, { as, body: { currentPassword, newPassword }, ip: newIp() })
const opens = async (email: string, password: string) => (await signIn(bench, email, password)).status

const asksForCode = async (Username: string) => {
  const said = await new CognitoIdentityProviderClient({}).send(new AdminGetUserCommand({ UserPoolId: bench.pool.id, Username }))
  return said.UserMFASettingList ?? []
}

describe('the hold on a person’s credentials', () => {
  test('is had by one at a time, whoever else waits, and nothing stays of it', async () => {
    let [within, most] = [0, 0]
    const work = async () => {
      most = Math.max(most, ++within)
      await pause(20)
      within--
    }
    const id = newId('usr')
    await Promise.all(Array.from({ length: 5 }, () => holding(call(), id, [], work)))
    expect([most, within, await read(holdKey(id))]).toEqual([1, 0, undefined])
  })

  test('is taken on its grounds alone, and let go when the work fails', async () => {
    const ada = await registered(bench)
    const take = (epoch: number) =>
      holding(call(), ada.userId, [requireEpoch(ada.userId, epoch)], () => Promise.reject(new Error('broken')))
    await expect(take(7)).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' })
    await expect(take(1)).rejects.toThrow('broken')
    expect(await read(holdKey(ada.userId))).toBeUndefined()
  })

  test('of a function that stopped runs out', async () => {
    const ada = await registered(bench)
    const stopped = { holder: 'gone', expiresAt: new Date(Date.now() - 1).toISOString() }
    await bench.tenant(ada.organizationId).commit(put(holdKey(ada.userId), stopped))
    expect(await holding(call(), ada.userId, [], async () => 'done')).toBe('done')
  })
})

/** A thief who sets the password that they know again and again, until they are out; having got through once, with the owner acting meanwhile. */
async function insist<T>(thief: SignedInPerson, act: () => Promise<T>): Promise<T> {
  const again = async () => (await change(thief, PASSWORD, PASSWORD)).status === 204
  expect(await again()).toBe(true)
  let isOver = false
  const acting = act().finally(() => {
    isOver = true
  })
  while (!isOver && (await again()));
  return acting
}

describe('however often a thief sets the password that they know', () => {
  test('a reset of it stands once it is answered', async () => {
    for (let round = 0; round < 5; round++) {
      const ada = await registered(bench)
      const thief = await signedIn(bench, ada)
      const { code, write } = mintReset(ada.email, ada.userId, now())
      await bench.tenant(ada.organizationId).commit(write)
      const body = { email: ada.email, code, newPassword: NEW_PASSWORD }
      const reset = () => pause(41 * round).then(() => bench.request(resetHandler, resetPassword, { body, ip: newIp() }))
      expect((await insist(thief, reset)).status).toBe(204)
      expect([await opens(ada.email, PASSWORD), await opens(ada.email, NEW_PASSWORD)]).toEqual([401, 200])
    }
  })

  test('a change of address that is undone leaves no password that opens', async () => {
    for (let round = 0; round < 3; round++) {
      const ada = await registered(bench)
      const email = newMail()
      const changedAt = now()
      const person = (await read(personKey(ada.userId))) as unknown as Stored
      const { token, write } = mintUndo({ personId: ada.userId, oldEmail: ada.email, changedAt })
      await bench
        .tenant(ada.organizationId)
        .commit([
          movePerson(person, { email }),
          takeMail(email, { personId: ada.userId, organizationId: ada.organizationId, epoch: 1 }, changedAt),
          giveUpMail(ada.email, ada.userId, changedAt),
          write,
        ])
      const thief = await signedIn(bench, { ...ada, email })
      const undo = () => pause(67 * round).then(() => bench.request(undoHandler, undoEmailChange, { body: { token }, ip: newIp() }))
      expect((await insist(thief, undo)).status).toBe(204)
      expect([await opens(ada.email, PASSWORD), await opens(email, PASSWORD)]).toEqual([401, 401])
    }
  })
})

test('a session that was ended meanwhile changes no password', async () => {
  const ada = await registered(bench)
  const as = await signedIn(bench, ada)
  const changed = await holding(call(), ada.userId, [], async () => {
    const waiting = change(as, PASSWORD, NEW_PASSWORD)
    await pause(600)
    await bench.tenant(ada.organizationId).commit(patch(sessionKey(ada.userId, as.sessionId), { status: 'revoked' }))
    return { waiting }
  })
  expect((await changed.waiting).body.code).toBe('INVALID_SESSION')
  expect([await opens(ada.email, PASSWORD), await opens(ada.email, NEW_PASSWORD)]).toEqual([200, 401])
})

test('a sign-in that waits for its code ends when the password is another', async () => {
  const ada = await enrolled(bench)
  const { session } = (await signIn(bench, ada.email)).body.data
  expect((await change(ada.as, PASSWORD, NEW_PASSWORD)).status).toBe(204)
  expect((await complete(bench, ada.email, session, ada.nextCode())).body.code).toBe('INVALID_SESSION')
})

describe('a second factor that is being set up', () => {
  test('is on although the client renews its session at that moment', async () => {
    const ada = await registered(bench)
    const as = await signedIn(bench, ada)
    const nextCode = appWith((await setUp(bench, as)).body.data.secret)
    const reply = await holding(call(), ada.userId, [], async () => {
      const waiting = verify(bench, as, nextCode())
      await pause(400)
      const session = sessionKey(ada.userId, as.sessionId)
      const { version } = (await read(session)) as unknown as { version: number }
      await bench.tenant(ada.organizationId).commit(patch(session, { version: version + 1 }))
      return { waiting }
    })
    expect((await reply.waiting).status).toBe(200)
    expect([await asksForCode(ada.userId), (await read(personKey(ada.userId)))?.mfaEnabled]).toEqual([['SOFTWARE_TOKEN_MFA'], true])
  })

  test('is asked of nobody when our record refuses it', async () => {
    const ada = await registered(bench)
    const as = await signedIn(bench, ada)
    const nextCode = appWith((await setUp(bench, as)).body.data.secret)
    const gone = await holding(call(), ada.userId, [], async () => {
      const waiting = verify(bench, as, nextCode())
      await pause(400)
      await bench.tenant(ada.organizationId).commit(remove(users.keyOf({ id: ada.userId, organizationId: ada.organizationId })))
      return { waiting }
    })
    const reply = await gone.waiting
    expect(reply.status).toBe(404)
    expect([await asksForCode(ada.userId), (await read(personKey(ada.userId)))?.mfaEnabled]).toEqual([[], undefined])
  })
})

test('of two who accept one invitation at once, only the password of the one who joined opens', async () => {
  const { organizationId } = await bench.founder()
  for (let round = 0; round < 3; round++) {
    const [email, userId, at] = [newMail(), newId('usr'), now()]
    const roleIds = ['rol_basic_user']
    const user = invite({ firstName: 'Grace', lastName: 'Hopper', email, id: userId, organizationId, roleIds, by: 'usr_x', at })
    const { token, write } = mintInvitation({ userId, organizationId, email, invitedAt: at })
    await bench.tenant(organizationId).commit([save(users, user), write])
    const passwords = [PASSWORD, NEW_PASSWORD]
    const replies = await Promise.all(
      passwords.map((password) => bench.request(acceptHandler, acceptInvitation, { body: { token, password }, ip: newIp() })),
    )
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 410])
    const opening = await Promise.all(passwords.map((password) => opens(email, password)))
    expect(opening).toEqual(replies.map(({ status }) => (status === 200 ? 200 : 401)))
  }
})
