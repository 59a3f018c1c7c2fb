import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { sessions } from '../../shared/identity/session-store.ts'
import { sessionKey } from '../../shared/store/keys.ts'
import { patch } from '../../shared/store/writes.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import { replaceBackupCodes, stepUp } from './contract.ts'
import { handler as replaceHandler } from './replace-backup-codes.ts'
import { handler as stepUpHandler } from './step-up.ts'
import { denialsOf, PASSWORD, registered, signalsOf, signedIn, signIn } from './test-people.ts'
import { challenged, complete, enrolled, setUp, wrongCode } from './test-second-factor.ts'

const realNow = Date.now
/** The clock of this process, Cognito's too, as long as it was in place before that started. */
const clock = jest.spyOn(Date, 'now')
afterEach(() => {
  clock.mockImplementation(realNow)
})

const bench = workbench()

const step = (as: Person, body: object) => bench.request(stepUpHandler, stepUp, { as, body })
const newCodes = (as: Person) => bench.request(replaceHandler, replaceBackupCodes, { as })
const stale = ({ userId, organizationId, sessionId }: Person) =>
  bench.tenant(organizationId).commit(patch(sessionKey(userId, sessionId), { freshAt: new Date(Date.now() - 301_000).toISOString() }))
const failed = async ({ organizationId }: Person) =>
  (await signalsOf(organizationId)).filter(({ type }) => type === 'auth.step_up.failed').map(({ data }) => data.reason)

describe('a session that proved itself too long ago', () => {
  test('is asked to again, which is no refusal in the record; the password makes it fresh where no factor is on', async () => {
    const as = await signedIn(bench, await registered(bench))
    await stale(as)
    expect((await newCodes(as)).body.code).toBe('STEP_UP_REQUIRED')
    expect(await denialsOf(as.organizationId)).toEqual([])
    const reply = await step(as, { password: PASSWORD })
    expect(reply.status).toBe(200)
    expect(Date.parse(reply.body.data.freshUntil)).toBeGreaterThan(Date.now() + 290_000)
    // Fresh by now: what is missing is a factor whose codes could be replaced.
    expect((await newCodes(as)).body.code).toBe('INVALID_TRANSITION')
    expect((await bench.tenant(as.organizationId).events(sessions, as.sessionId)).at(-1)).toMatchObject({
      type: 'auth.session.stepped_up',
      data: { by: 'password' },
    })
  })

  test('takes a code where a factor is on, and the password alone never', async () => {
    const { as, nextCode } = await enrolled(bench)
    await stale(as)
    expect((await step(as, { password: PASSWORD })).body.code).toBe('INVALID_CODE')
    expect((await newCodes(as)).body.code).toBe('STEP_UP_REQUIRED')
    expect((await step(as, { code: nextCode() })).status).toBe(200)
    expect((await newCodes(as)).body.data.backupCodes).toHaveLength(10)
    expect(await failed(as)).toEqual(['INVALID_CODE'])
  })

  test('takes each code once, and not the one that turned the factor on', async () => {
    const { as, nextCode } = await enrolled(bench)
    const code = nextCode()
    const both = await Promise.all([step(as, { code }), step(as, { code })])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401])
    expect((await step(as, { code })).body.code).toBe('INVALID_CODE')
  })

  test('is not guessed at: five wrong ones lock this session, and nothing else; each is told, and the lock once', async () => {
    const ada = await enrolled(bench)
    const { as, nextCode } = ada
    const code = nextCode()
    for (let n = 0; n < 5; n++) expect((await step(as, { code: wrongCode(code) })).body.code).toBe('INVALID_CODE')
    const { body } = await step(as, { code })
    expect([body.code, body.error]).toEqual(['ACCOUNT_LOCKED', expect.stringContaining('in this session')])
    expect(await failed(as)).toEqual([...Array.from({ length: 5 }, () => 'INVALID_CODE'), 'ACCOUNT_LOCKED'])
    const locks = (await signalsOf(as.organizationId)).filter(({ type }) => type === 'auth.login.locked')
    expect(locks).toMatchObject([{ data: { userId: as.userId, sessionId: as.sessionId } }])
    const other = await complete(bench, ada.email, await challenged(bench, ada.email), code)
    expect(other.status).toBe(200)
  })

  test('is not shut out by strangers who lock the address, with the password or with a code', async () => {
    const [ada, ben] = [await signedIn(bench, await registered(bench)), await enrolled(bench)]
    for (const { email } of [ada, ben]) {
      for (let n = 0; n < 5; n++) await signIn(bench, email, 'Wrong Password 123')
      expect((await signIn(bench, email)).body.code).toBe('ACCOUNT_LOCKED')
    }
    // Cognito has a lock of its own, which lasts a second after five failures.
    clock.mockImplementation(() => realNow() + 2_000)
    expect((await step(ada, { password: PASSWORD })).status).toBe(200)
    expect((await setUp(bench, ada)).status).toBe(200)
    expect((await step(ben.as, { code: ben.nextCode() })).status).toBe(200)
  })

  test('without a factor takes no code', async () => {
    const as = await signedIn(bench, await registered(bench))
    expect((await step(as, { code: '123456' })).body.code).toBe('INVALID_CREDENTIALS')
    expect((await step(as, { password: 'Wrong Password 123' })).body.code).toBe('INVALID_CREDENTIALS')
  })
})

test('new backup codes void the old ones', async () => {
  const { as, backupCodes } = await enrolled(bench)
  const { body } = await newCodes(as)
  expect(body.data.backupCodes.filter((code: string) => backupCodes.includes(code))).toEqual([])
  expect((await signalsOf(as.organizationId)).some(({ type }) => type === 'auth.mfa.backup_codes_replaced')).toBe(true)
})

describe('a device that signed in before', () => {
  test('is not shut out while strangers guess at the password, and has five guesses of its own', async () => {
    const ada = await registered(bench)
    const { deviceToken } = (await signIn(bench, ada.email)).body.data
    for (let n = 0; n < 5; n++) await signIn(bench, ada.email, 'Wrong Password 123')
    expect((await signIn(bench, ada.email)).body.code).toBe('ACCOUNT_LOCKED')
    // Cognito has a lock of its own, which lasts a second after five failures.
    clock.mockImplementation(() => realNow() + 2_000)
    const reply = await signIn(bench, ada.email, PASSWORD, { deviceToken })
    expect([reply.status, reply.body.data?.deviceToken]).toEqual([200, deviceToken])
    for (let n = 0; n < 5; n++) await signIn(bench, ada.email, 'Wrong Password 123', { deviceToken })
    expect((await signIn(bench, ada.email, PASSWORD, { deviceToken })).body.code).toBe('ACCOUNT_LOCKED')
  })
  test("opens nothing for another person's address, and counts there as a stranger", async () => {
    const [ada, eve] = [await registered(bench), await registered(bench)]
    const { deviceToken } = (await signIn(bench, eve.email)).body.data
    for (let n = 0; n < 5; n++) await signIn(bench, ada.email, 'Wrong Password 123', { deviceToken })
    expect((await signIn(bench, ada.email)).body.code).toBe('ACCOUNT_LOCKED')
  })
})
