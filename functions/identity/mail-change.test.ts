import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { mailChanged, mailChangeRequested, mailChangeUndone, mfaDisabled, verificationFailed } from '../../events/identity.ts'
import { AwsError } from '../../local/types.ts'
import { giveUpMail, takeMailBack } from '../../shared/identity/login-store.ts'
import { putMembership } from '../../shared/identity/membership-store.ts'
import { createIdentity } from '../../shared/identity-provider.ts'
import { newId } from '../../shared/ids.ts'
import { loginKey, mailCodeKey, personKey } from '../../shared/store/keys.ts'
import { meter } from '../../shared/store/meter.ts'
import { patch, save } from '../../shared/store/writes.ts'
import { mailHash } from '../../shared/tokens.ts'
import { sentBy } from '../../test/workbench/letters.ts'
import { type Bench, openWorkbench, type Person } from '../../test/workbench.ts'
import { handler as onMailChangeRequested } from '../notifications/on-mail-change-requested.ts'
import { handler as onMailChangeUndone } from '../notifications/on-mail-change-undone.ts'
import { handler as onMailChanged } from '../notifications/on-mail-changed.ts'
import { invite, register as newUser, users } from '../users/door.ts'
import { handler as change } from './change-email.ts'
import { changeEmail, foundOrganization, getMe, resetPassword, setHome, undoEmailChange, verifyEmail } from './contract.ts'
import { handler as finishUndo } from './finish-undo.ts'
import { handler as found } from './found-organization.ts'
import { handler as me } from './get-me.ts'
import { handler as onAccountRecovered } from './on-account-recovered.ts'
import { handler as showMail } from './on-mail-changed.ts'
import { handler as reset } from './reset-password.ts'
import { handler as setHomeHandler } from './set-home.ts'
import { codeTo, lastSignal, tokenTo } from './test-events.ts'
import {
  newIp,
  newMail,
  PASSWORD,
  type Registered,
  read,
  registered,
  type SignedInPerson,
  signalsOf,
  signedIn,
  signIn,
} from './test-people.ts'
import { enrolled, wrongCode } from './test-second-factor.ts'
import { handler as undo } from './undo-email-change.ts'
import { handler as verify } from './verify-email.ts'

let bench: Bench
beforeAll(async () => {
  bench = await openWorkbench()
})
beforeEach(() => {
  bench.mails.splice(0)
})
afterAll(() => bench.close())

const ask = (as: Person, email: string) => bench.request(change, changeEmail, { as, body: { email } })
const prove = (as: SignedInPerson | undefined, email: string, code: string) =>
  bench.request(verify, verifyEmail, {
    body: { email, code },
    ip: newIp(),
    ...(as ? { headers: { authorization: `Bearer ${as.accessToken}` } } : {}),
  })
const takeBack = (token: string) => bench.request(undo, undoEmailChange, { body: { token }, ip: newIp() })
const isIn = async (as: Person) => (await bench.request(me, getMe, { as })).status

/** Asked for, and mailed. */
async function asked(as: Person, email: string): Promise<string> {
  expect((await ask(as, email)).status).toBe(202)
  expect(await bench.react(onMailChangeRequested, await lastSignal(as.organizationId, mailChangeRequested))).toEqual([])
  return codeTo(bench, email)
}

/** Asked for, proven, and told: gives the token that undoes it. */
async function moved(as: SignedInPerson, email: string): Promise<string> {
  const old = String((await read(personKey(as.userId)))?.email)
  const { status, body } = await prove(as, email, await asked(as, email))
  expect([status, body.data]).toEqual([200, { email, emailVerified: true }])
  await bench.react(onMailChanged, await lastSignal(as.organizationId, mailChanged))
  return tokenTo(bench, old)
}

describe('another address is asked for', () => {
  test('and nothing changes: a code goes there, a notice to the present one, told once a minute', async () => {
    const ada = await registered(bench)
    const [as, email] = [await signedIn(bench, ada), newMail()]
    await asked(as, email)
    await ask(as, newMail())
    expect(sentBy(bench).map(({ to, subject }) => [to, subject.replace(/^\d+/, '…')])).toEqual([
      [ada.email, 'A new email address was asked for'],
      [email, '… is your code for a new email address'],
    ])
    expect((await signalsOf(ada.organizationId)).filter(({ type }) => type === mailChangeRequested.name)).toHaveLength(1)
    expect([(await read(personKey(ada.userId)))?.email, await read(loginKey(mailHash(email)))]).toEqual([ada.email, undefined])
  })

  test('one that is somebody else’s is answered alike, and only they hear of it', async () => {
    const [ada, eve] = [await registered(bench), await registered(bench)]
    const as = await signedIn(bench, eve)
    expect(await asked(as, ada.email)).toBe('')
    expect(sentBy(bench).find(({ to }) => to === ada.email)?.subject).toBe('Somebody wanted to use your email address')
    expect(await read(mailCodeKey(eve.userId))).toBeUndefined()
  })

  test('the one that is theirs already is refused', async () => {
    const ada = await registered(bench)
    const reply = await ask(await signedIn(bench, ada), ada.email.toUpperCase())
    expect([reply.status, reply.body.details]).toEqual([400, { email: 'This is your address already' }])
  })
})

describe('the next address is proven', () => {
  test('by the code, signed in: it opens the account, the old one no more, and all other sessions end', async () => {
    const ada = await registered(bench)
    const [as, other, email] = [await signedIn(bench, ada), await signedIn(bench, ada), newMail()]
    await moved(as, email)
    expect([await isIn(as), await isIn(other)]).toEqual([200, 401])
    expect([(await signIn(bench, email)).status, (await signIn(bench, ada.email)).status]).toEqual([200, 401])
    const event = await lastSignal(ada.organizationId, mailChanged)
    expect(event.data).toEqual({ userId: ada.userId, email, oldEmail: ada.email })
  })

  test('in every organization, where an invitation to it ends', async () => {
    const [ada, other] = [await registered(bench), await registered(bench)]
    const [as, email, at] = [await signedIn(bench, ada), newMail(), new Date().toISOString()]
    const place = {
      organizationId: other.organizationId,
      firstName: 'Ada',
      lastName: 'L',
      roleIds: ['rol_basic_user'],
      by: other.userId,
      at,
    }
    const there = newUser({ id: ada.userId, email: ada.email, ...place })
    const invited = invite({ id: 'usr_01jdqzzzzzzzzzzzzzzzzzzzzz', email, ...place })
    const tenant = bench.tenant(other.organizationId)
    await tenant.commit([save(users, there), putMembership(there.after)])
    await tenant.commit(save(users, invited))
    await moved(as, email)
    const event = await lastSignal(ada.organizationId, mailChanged)
    for (let n = 0; n < 2; n++) expect(await bench.react(showMail, event)).toEqual([])
    expect(await tenant.get(users, ada.userId)).toMatchObject({ email, emailVerified: true, version: 2 })
    expect((await tenant.get(users, invited.after.id))?.deletedAt).toBeDefined()
  })

  test('not by a wrong code, which is told, nor without a session, nor by somebody else’s', async () => {
    const [ada, eve] = [await registered(bench), await registered(bench)]
    const [as, email] = [await signedIn(bench, ada), newMail()]
    const code = await asked(as, email)
    expect((await prove(as, email, wrongCode(code))).body.code).toBe('INVALID_CODE')
    expect((await lastSignal(ada.organizationId, verificationFailed)).data).toEqual({ userId: ada.userId, reason: 'INVALID_CODE' })
    expect((await prove(undefined, email, code)).status).toBe(401)
    expect((await prove(await signedIn(bench, eve), email, code)).body.code).toBe('INVALID_CODE')
    expect((await prove(as, newMail(), code)).body.code).toBe('INVALID_CODE')
    expect((await prove(as, email, code)).status).toBe(200)
  })

  test('whatever strangers entered for it; ten wrong codes of their own a day end it, and they are sent to no link', async () => {
    const ada = await registered(bench)
    const [as, email] = [await signedIn(bench, ada), newMail()]
    const guess = () => bench.request(reset, resetPassword, { body: { email, code: '000000', newPassword: PASSWORD }, ip: newIp() })
    for (let n = 0; n < 10; n++) await guess()
    expect((await guess()).body.code).toBe('TOO_MANY_CODES')
    expect((await prove(as, email, await asked(as, email))).status).toBe(200)
    for (let n = 0; n < 10; n++) await prove(as, newMail(), '000000')
    const { status, body } = await prove(as, newMail(), '000000')
    expect([status, body.code]).toEqual([429, 'TOO_MANY_CODES'])
    expect(body.error).not.toContain('link')
    expect((await lastSignal(ada.organizationId, verificationFailed)).data.reason).toBe('TOO_MANY_CODES')
  })

  test('not once credentials have changed since, nor once somebody else has proven it', async () => {
    const [ada, eve] = [await registered(bench), await registered(bench)]
    const [as, thief, email] = [await signedIn(bench, ada), await signedIn(bench, eve), newMail()]
    const [code, other] = [await asked(as, email), await asked(thief, email)]
    expect((await prove(thief, email, other)).status).toBe(200)
    expect((await prove(as, email, code)).body.code).toBe('EMAIL_TAKEN')
    const next = newMail()
    await bench.tenant(eve.organizationId).commit(patch(mailCodeKey(ada.userId), { epoch: 0 }))
    const stale = await prove(as, email, code)
    expect([stale.body.code, await read(loginKey(mailHash(next)))]).toEqual(['INVALID_CODE', undefined])
  })
})

describe('a change is undone from the old address', () => {
  const taken = async (ada: Registered): Promise<{ thief: SignedInPerson; email: string; token: string }> => {
    const [thief, email] = [await signedIn(bench, ada), newMail()]
    return { thief, email, token: await moved(thief, email) }
  }

  test('the thief is out, the password void, the old address opens the account, and both hear of it', async () => {
    const ada = await registered(bench)
    const { thief, email, token } = await taken(ada)
    bench.mails.splice(0)
    expect((await takeBack(token)).status).toBe(204)
    expect([await isIn(thief), (await signIn(bench, email)).status, (await signIn(bench, ada.email)).status]).toEqual([401, 401, 401])
    expect(await read(personKey(ada.userId))).toMatchObject({ email: ada.email, mfaEnabled: false, epoch: 3 })
    expect(await read(loginKey(mailHash(ada.email)))).toMatchObject({ personId: ada.userId, epoch: 3 })
    await bench.react(onMailChangeUndone, await lastSignal(ada.organizationId, mailChangeUndone))
    expect(sentBy(bench).map(({ to }) => to)).toEqual([ada.email, email])
    expect((await takeBack(token)).body.code).toBe('LINK_EXPIRED')
  })

  test('the links of what the thief did since undo nothing', async () => {
    const ada = await registered(bench)
    const { thief, token } = await taken(ada)
    const again = await prove(thief, 'thief-two@example.com', await askedLater(thief, 'thief-two@example.com'))
    expect(again.status).toBe(200)
    await bench.react(onMailChanged, await lastSignal(ada.organizationId, mailChanged))
    const thiefs = tokenTo(bench, String((await lastSignal(ada.organizationId, mailChanged)).data.oldEmail))
    expect((await takeBack(token)).status).toBe(204)
    expect((await takeBack(thiefs)).body.code).toBe('LINK_EXPIRED')
    expect((await read(personKey(ada.userId)))?.email).toBe(ada.email)
  })

  test('nor do they after a second undo, as long as a link lives', async () => {
    const ada = await registered(bench)
    const { thief, token } = await taken(ada)
    const [second, third] = ['thief-three@example.com', newMail()]
    expect((await prove(thief, second, await askedLater(thief, second))).status).toBe(200)
    const made = await lastSignal(ada.organizationId, mailChanged)
    await bench.react(onMailChanged, made)
    const thiefs = tokenTo(bench, String(made.data.oldEmail))
    expect((await takeBack(token)).status).toBe(204)
    // They set a password anew, and the account is taken over again.
    await createIdentity(meter(), ada.userId, PASSWORD)
    const later = await signedIn(bench, ada)
    expect((await prove(later, third, await askedLater(later, third, 200_000))).status).toBe(200)
    await bench.react(onMailChanged, await lastSignal(ada.organizationId, mailChanged))
    expect((await takeBack(tokenTo(bench, ada.email))).status).toBe(204)
    expect((await takeBack(thiefs)).body.code).toBe('LINK_EXPIRED')
    expect((await read(personKey(ada.userId)))?.email).toBe(ada.email)
  })

  test('home is where it was before, wherever the thief moved it', async () => {
    const ada = await registered(bench)
    const { thief, token } = await taken(ada)
    const founded = await bench.request(found, foundOrganization, { as: thief, body: { name: 'Accomplices' } })
    const { organization } = founded.body.data
    const moved = await bench.request(setHomeHandler, setHome, { as: thief, body: { organizationId: organization.id } })
    expect(moved.status).toBe(200)
    expect((await takeBack(token)).status).toBe(204)
    expect(await read(personKey(ada.userId))).toMatchObject({ homeOrganizationId: ada.organizationId, isGoneFromHome: false, elsewhere: 1 })
  })

  test('not to an address that they never had, whatever an event says: it is answered as over, and nothing of the account changes', async () => {
    const [ada, eve] = [await registered(bench), await registered(bench)]
    const as = await signedIn(bench, ada)
    await moved(as, newMail())
    const real = await lastSignal(ada.organizationId, mailChanged)
    const before = await read(personKey(ada.userId))
    for (const oldEmail of [newMail(), eve.email]) {
      const forged = { ...real, id: newId('evt'), data: { ...real.data, oldEmail } }
      expect(await bench.react(onMailChanged, forged)).toEqual([])
      const refused = await takeBack(tokenTo(bench, oldEmail))
      expect([refused.status, refused.body.code]).toEqual([410, 'LINK_EXPIRED'])
    }
    expect(await read(personKey(ada.userId))).toEqual(before)
    expect([await isIn(as), (await signIn(bench, String(before?.email))).status, (await signIn(bench, eve.email)).status]).toEqual([
      200, 200, 200,
    ])
  })

  test('and the transaction gives back only what was theirs until lately', async () => {
    const [ada, eve] = [await registered(bench), await registered(bench)]
    const now = new Date().toISOString()
    const login = { personId: ada.userId, organizationId: ada.organizationId, epoch: 2 }
    const back = (email: string, at = now) => bench.tenant(ada.organizationId).commit(takeMailBack(email, login, at))
    for (const email of [newMail(), eve.email, ada.email]) await expect(back(email)).rejects.toMatchObject({ code: 'EMAIL_TAKEN' })
    await bench.tenant(ada.organizationId).commit(giveUpMail(ada.email, ada.userId, now))
    await expect(back(ada.email, new Date(Date.now() + 73 * 3_600_000).toISOString())).rejects.toMatchObject({ code: 'EMAIL_TAKEN' })
    await back(ada.email)
    expect(await read(loginKey(mailHash(ada.email)))).toMatchObject(login)
  })

  test('a second factor that the thief set up goes with it, and is told', async () => {
    const ada = await registered(bench)
    const { as } = await enrolled(bench, ada)
    const token = await moved(as, newMail())
    expect((await takeBack(token)).status).toBe(204)
    expect((await lastSignal(ada.organizationId, mfaDisabled)).data).toEqual({ userId: ada.userId, how: 'undone' })
  })

  test('where nobody else could approve them they go on, else they stand still until somebody does', async () => {
    const ada = await registered(bench)
    const bob = await registered(bench)
    const at = new Date().toISOString()
    const place = { organizationId: bob.organizationId, firstName: 'Ada', lastName: 'L', roleIds: ['rol_basic_user'], by: bob.userId, at }
    const there = newUser({ id: ada.userId, email: ada.email, ...place })
    await bench.tenant(bob.organizationId).commit([save(users, there), putMembership(there.after)])
    const { token } = await taken(ada)
    await takeBack(token)
    const event = await lastSignal(ada.organizationId, mailChangeUndone)
    for (let n = 0; n < 2; n++) expect(await bench.react(onAccountRecovered, event)).toEqual([])
    const since = (await read(personKey(ada.userId)))?.approvalsVoidAt
    const own = await bench.tenant(ada.organizationId).get(users, ada.userId)
    expect([own?.reapprovalSince, String(own?.reapprovedAt) > String(since)]).toEqual([since, true])
    expect(await bench.tenant(bob.organizationId).get(users, ada.userId)).toMatchObject({ reapprovalSince: since, version: 2 })
  })

  test('cut short before the transaction, the link goes on; cut short after it, a reaction does, and the account is closed meanwhile', async () => {
    const ada = await registered(bench)
    const { as } = await enrolled(bench, ada)
    const token = await moved(as, newMail())
    expect((await whileAway('AdminSetUserPassword', () => takeBack(token))).status).toBe(500)
    expect((await read(personKey(ada.userId)))?.mailUndo).toBeUndefined()
    expect((await whileAway('AdminSetUserMFAPreference', () => takeBack(token))).status).toBe(500)
    expect([await isIn(as), (await takeBack(token)).body.code]).toEqual([401, 'LINK_EXPIRED'])
    const event = await lastSignal(ada.organizationId, mailChangeUndone)
    for (let n = 0; n < 2; n++) expect(await bench.react(finishUndo, event)).toEqual([])
    await createIdentity(meter(), ada.userId, PASSWORD)
    expect((await signIn(bench, ada.email)).body.data.mfaRequired).toBe(false)
  })

  test('not by a link that is no such link, nor after 72 hours', async () => {
    const ada = await registered(bench)
    const { token } = await taken(ada)
    expect((await takeBack('x'.repeat(43))).body.code).toBe('LINK_EXPIRED')
    jest.useFakeTimers({
      doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'setInterval', 'queueMicrotask'],
      now: Date.now() + 73 * 3_600_000,
    })
    const late = await takeBack(token)
    jest.useRealTimers()
    expect(late.body.code).toBe('LINK_EXPIRED')
  })
})

/** Cognito does not take this operation for as long. */
const whileAway = <T>(operation: string, work: () => Promise<T>): Promise<T> =>
  bench.whileCognito((asked) => {
    if (asked === operation) throw new AwsError('UnexpectedLambdaException', 'away')
    return undefined
  }, work)

/** As if the minute in which one is asked for were over. */
async function askedLater(as: SignedInPerson, email: string, ms = 61_000): Promise<string> {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'setInterval', 'queueMicrotask'], now: Date.now() + ms })
  try {
    return await asked(as, email)
  } finally {
    jest.useRealTimers()
  }
}
