import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { PreAuthenticationTriggerEvent } from 'aws-lambda'
import { setTotp } from '../../shared/identity-challenges.ts'
import { attemptsKey, membershipKey, recoveryKey, tenantsKey } from '../../shared/store/keys.ts'
import { meter } from '../../shared/store/meter.ts'
import { patch, put } from '../../shared/store/writes.ts'
import { mailHash } from '../../shared/tokens.ts'
import { type Bench, openWorkbench } from '../../test/workbench.ts'
import { handler } from './pre-authentication.ts'
import { newMail, type Registered, registered, signIn } from './test-people.ts'
import { enrolled } from './test-second-factor.ts'

let bench: Bench
beforeAll(async () => {
  bench = await openWorkbench()
})
afterAll(() => bench?.close())

interface Attempt {
  userName: string
  email?: string
  userNotFound?: boolean
  validationData?: Record<string, string>
}

const knock = ({ userName, email, ...request }: Attempt) =>
  handler({
    userName,
    userPoolId: bench.pool.id,
    triggerSource: 'PreAuthentication_Authentication',
    request: { userAttributes: email ? { email } : {}, validationData: {}, ...request },
    response: {},
  } as unknown as PreAuthenticationTriggerEvent)

const asKnown = ({ userId, email }: Registered): Attempt => ({ userName: userId, email })
const write = ({ organizationId }: Registered, change: ReturnType<typeof put>) => bench.tenant(organizationId).commit(change)

const isKnown = (person: Registered, userStatus: string) =>
  write(person, patch(membershipKey(person.userId, person.organizationId), { userStatus }))

test('whoever may act somewhere is let through to the password', async () => {
  const ada = await registered(bench)
  expect((await knock(asKnown(ada))).userName).toBe(ada.userId)
})

test.each([
  'locked',
  'disabled',
  'deleted',
  'invited',
])('a person who is %s everywhere is told to ask an administrator', async (userStatus) => {
  const ada = await registered(bench)
  await isKnown(ada, userStatus)
  await expect(knock(asKnown(ada))).rejects.toThrow(/^This account cannot sign in.* can tell more$/)
  await isKnown(ada, 'active')
  await expect(knock(asKnown(ada))).resolves.toBeDefined()
})

test.each(['suspended', 'closed'])('so is a person whose only organization is %s', async (status) => {
  const ada = await registered(bench)
  await write(ada, patch(tenantsKey(ada.organizationId), { status }))
  await expect(knock(asKnown(ada))).rejects.toThrow('its organization is suspended')
})

test('who is locked in one organization signs in for the other', async () => {
  const [ada, other] = [await registered(bench), await registered(bench)]
  await isKnown(ada, 'locked')
  const row = { organizationId: other.organizationId, role: null, userStatus: 'active', version: 1 }
  await write(ada, put(membershipKey(ada.userId, other.organizationId), row))
  await expect(knock(asKnown(ada))).resolves.toBeDefined()
})

test('five failures at the API close the hosted login to the address, known or not, for a quarter of an hour', async () => {
  const [ada, stranger] = [await registered(bench), newMail()]
  for (const email of [ada.email, stranger]) for (let n = 0; n < 5; n++) await signIn(bench, email, 'Wrong-Horse-9-Battery')
  const words = 'Too many failed sign-ins with this address. Try again in 15 minutes'
  await expect(knock(asKnown(ada))).rejects.toThrow(words)
  await expect(knock({ userName: stranger.toUpperCase(), userNotFound: true })).rejects.toThrow(words)
  await write(ada, patch(attemptsKey(mailHash(ada.email)), { expiresAt: '2026-01-01T00:00:00.000Z' }))
  await expect(knock(asKnown(ada))).resolves.toBeDefined()
})

test('an address that nobody has goes on to be refused by Cognito as a wrong password is', async () => {
  await expect(knock({ userName: newMail(), userNotFound: true })).resolves.toBeDefined()
})

test('while a recovery with a backup code is under way nobody signs in beside it', async () => {
  const ada = await registered(bench)
  await write(ada, put(recoveryKey(ada.userId), { hash: 'x', startedAt: '2026-01-01T00:00:00.000Z' }))
  await expect(knock(asKnown(ada))).rejects.toThrow('being recovered')
})

test('whoever turned the second factor off at Cognito, past our record, does not get in without it', async () => {
  const ada = await enrolled(bench)
  await expect(knock(asKnown(ada))).resolves.toBeDefined()
  await setTotp(meter(), ada.userId, false)
  await expect(knock(asKnown(ada))).rejects.toThrow('second factor of this account was turned off')
})

test("the API's own sign-in, which has asked all this itself, is not asked again", async () => {
  const ada = await registered(bench)
  await isKnown(ada, 'locked')
  await expect(knock({ ...asKnown(ada), validationData: { askedBy: 'api' } })).resolves.toBeDefined()
})
