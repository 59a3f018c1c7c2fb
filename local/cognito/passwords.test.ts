import { scryptSync } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminResetUserPasswordCommand,
  ChangePasswordCommand,
  ConfirmForgotPasswordCommand,
  ForgotPasswordCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { checkPolicy, hashPassword, inventPassword, pretendToVerify, verifyPassword } from './passwords.ts'
import type { PasswordPolicy } from './pools.ts'
import { addUser, PASSWORD, POOL, refusal, signInAs, startTestPools, type TestPools, tokensOf } from './test-pools.ts'

const STRICT: PasswordPolicy = { minimumLength: 10, uppercase: true, lowercase: true, numbers: true, symbols: true, temporaryDays: 7 }
const LAX: PasswordPolicy = { minimumLength: 6, uppercase: false, lowercase: false, numbers: false, symbols: false, temporaryDays: 7 }
const NEW_PASSWORD = 'Another pass 22!'

describe('a stored hash', () => {
  test('never contains the password, differs each time, and verifies it and no other', async () => {
    const passwords = fc.string({ minLength: 6, maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(passwords, passwords, async (password, other) => {
        const [hash, again] = await Promise.all([hashPassword(password), hashPassword(password)])
        expect(hash).not.toContain(password)
        expect(hash).not.toBe(again)
        expect(await verifyPassword(password, hash)).toBe(true)
        expect(await verifyPassword(other, hash)).toBe(other === password)
      }),
      { numRuns: 10 },
    )
  })

  test('of another cost than today is still verified', async () => {
    const cheap = 'scrypt$1024$8$1$AAAAAAAAAAAAAAAAAAAAAA==$'
    const hash = scryptSync('secret', Buffer.alloc(16), 32, { N: 1024, r: 8, p: 1 }).toString('base64')
    expect(await verifyPassword('secret', cheap + hash)).toBe(true)
    expect(await verifyPassword('Secret', cheap + hash)).toBe(false)
    await expect(pretendToVerify('secret')).resolves.toBeUndefined()
  })
})

/** API reference, PasswordPolicyType and SetUserPassword; messages of InvalidPasswordException as the service words them. */
describe('the policy', () => {
  test.each([
    ['Ab1!', 'Password not long enough'],
    ['lower case 12!', 'Password must have uppercase characters'],
    ['UPPER CASE 12!', 'Password must have lowercase characters'],
    ['No numbers at all!', 'Password must have numeric characters'],
    ['NoSymbols12345', 'Password must have symbol characters'],
  ])('refuses %j: %s', (password, rule) => {
    expect(() => checkPolicy(password, STRICT)).toThrow(`Password did not conform with policy: ${rule}`)
  })

  test.each([...'^$*.[]{}()?"!@#%&/\\,><\':;|_~`=+-'].map((symbol) => [symbol]))('takes %s as a symbol', (symbol) => {
    expect(() => checkPolicy(`Password12${symbol}x`, STRICT)).not.toThrow()
  })

  test.each(['', ' leading1A!', 'trailing1A! ', 'a'.repeat(257)])('of no pool takes %j', (password) => {
    expect(() => checkPolicy(password, LAX)).toThrow('failed to satisfy constraint')
  })

  test('asks for nothing the template does not ask for', () => {
    expect(() => checkPolicy('aaaaaa', LAX)).not.toThrow()
  })

  test('is satisfied by every invented password', () => {
    for (let n = 0; n < 50; n += 1)
      expect(() => checkPolicy(inventPassword({ ...STRICT, minimumLength: 8 + n }), { ...STRICT, minimumLength: 8 + n })).not.toThrow()
  })
})

describe('with users', () => {
  let pools: TestPools
  beforeAll(async () => {
    pools = await startTestPools()
  })
  afterAll(() => pools.close())
  const forgot = (Username: string, ClientId = 'api') => pools.sdk.send(new ForgotPasswordCommand({ ClientId, Username }))
  const confirm = (Username: string, ConfirmationCode: string, Password = NEW_PASSWORD, ClientId = 'api') =>
    pools.sdk.send(new ConfirmForgotPasswordCommand({ ClientId, Username, ConfirmationCode, Password }))
  const lastCode = () => pools.mails.at(-1)?.code ?? ''

  test('no file holds a password, a refresh token or a code', async () => {
    await addUser(pools, 'finn')
    const { RefreshToken } = await tokensOf(pools, 'finn')
    await forgot('finn')
    const folder = join(pools.dataDir, 'cognito', POOL)
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    const content = files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')).join('\n')
    expect(content).toContain('finn@example.com')
    for (const secret of [PASSWORD, RefreshToken, `"${lastCode()}"`]) expect(content).not.toContain(secret)
  })

  // API reference, ForgotPassword and ConfirmForgotPassword.
  test('a forgotten password is replaced by a mailed code, which works once and not after an hour', async () => {
    await addUser(pools, 'gil')
    expect((await forgot('gil')).CodeDeliveryDetails).toEqual({ AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'g***@e***' })
    expect(pools.mails.at(-1)).toMatchObject({ username: 'gil', purpose: 'ForgotPassword', code: expect.stringMatching(/^\d{6}$/) })
    expect(await refusal(confirm('gil', lastCode(), 'short'))).toContain('InvalidPasswordException')
    await confirm('gil', lastCode())
    expect((await signInAs(pools, 'gil', NEW_PASSWORD)).AuthenticationResult).toBeDefined()
    expect(await refusal(signInAs(pools, 'gil'))).toContain('Incorrect username or password')
    expect(await refusal(confirm('gil', lastCode()))).toBe('ExpiredCodeException: Invalid code provided, please request a code again.')
    await forgot('gil')
    pools.pass(3_600_000)
    expect(await refusal(confirm('gil', lastCode()))).toContain('ExpiredCodeException')
  })

  test('a reset code cannot be guessed: after five wrong ones the right one is refused too', async () => {
    await addUser(pools, 'hal')
    await forgot('hal')
    const wrong = lastCode() === '000000' ? '000001' : '000000'
    for (let n = 0; n < 5; n += 1) expect(await refusal(confirm('hal', wrong))).toContain('CodeMismatchException')
    expect(await refusal(confirm('hal', lastCode()))).toBe('LimitExceededException: Attempt limit exceeded, please try after some time.')
  })

  test('to an unknown name the answer is a delivery like any other, unless the client tells', async () => {
    const before = pools.mails.length
    expect((await forgot('nobody@example.com')).CodeDeliveryDetails?.Destination).toBe('n***@e***')
    expect(pools.mails).toHaveLength(before)
    expect(await refusal(confirm('nobody', '123456'))).toContain('ExpiredCodeException')
    expect(await refusal(forgot('nobody', 'plain'))).toContain('UserNotFoundException')
    expect(await refusal(confirm('nobody', '123456', NEW_PASSWORD, 'plain'))).toContain('UserNotFoundException')
  })

  // API reference, ForgotPassword and AdminResetUserPassword: the pool must have self-service recovery; the words are from memory.
  test('where only an administrator recovers accounts, nobody is mailed a code', async () => {
    const strict = await startTestPools({ pool: { AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'admin_only', Priority: 1 }] } } })
    await addUser(strict, 'ada')
    const refused = 'NotAuthorizedException: Contact administrator to reset password.'
    for (const Username of ['ada', 'nobody'])
      expect(await refusal(strict.sdk.send(new ForgotPasswordCommand({ ClientId: 'api', Username })))).toBe(refused)
    expect(await refusal(strict.sdk.send(new AdminResetUserPasswordCommand({ UserPoolId: POOL, Username: 'ada' })))).toBe(refused)
    expect(strict.mails).toEqual([])
    await strict.close()
  })

  test('a password is not reset for disabled users, before the first sign-in, or without a verified address', async () => {
    await addUser(pools, 'ida')
    await pools.sdk.send(new AdminDisableUserCommand({ UserPoolId: POOL, Username: 'ida' }))
    expect(await refusal(forgot('ida'))).toBe('NotAuthorizedException: User is disabled.')
    const create = { UserPoolId: POOL, Username: 'jan', TemporaryPassword: PASSWORD, MessageAction: 'SUPPRESS' as const }
    await pools.sdk.send(new AdminCreateUserCommand(create))
    expect(await refusal(forgot('jan'))).toContain('cannot be reset in the current state')
    const reset = new AdminResetUserPasswordCommand({ UserPoolId: POOL, Username: 'jan' })
    expect(await refusal(pools.sdk.send(reset))).toContain('cannot be reset in the current state')
  })

  test('an administrator can demand a new password, and the mailed code sets it', async () => {
    await addUser(pools, 'kay')
    await pools.sdk.send(new AdminResetUserPasswordCommand({ UserPoolId: POOL, Username: 'kay' }))
    await confirm('kay', lastCode())
    expect((await signInAs(pools, 'kay', NEW_PASSWORD)).AuthenticationResult).toBeDefined()
  })

  // API reference, ChangePassword.
  test('a signed-in user changes the password with the old one, whose guesses are counted', async () => {
    await addUser(pools, 'leo')
    const { AccessToken } = await tokensOf(pools, 'leo')
    const change = (PreviousPassword: string, ProposedPassword = NEW_PASSWORD) =>
      refusal(pools.sdk.send(new ChangePasswordCommand({ AccessToken, PreviousPassword, ProposedPassword })))
    expect(await change('Wrong password 1')).toBe('NotAuthorizedException: Incorrect username or password.')
    expect(await change(PASSWORD, 'weak')).toContain('InvalidPasswordException')
    expect(await change(PASSWORD)).toBe('no refusal')
    for (let n = 0; n < 4; n += 1) await change('Wrong password 1')
    expect(await change(NEW_PASSWORD)).toBe('NotAuthorizedException: Password attempts exceeded')
  })
})
