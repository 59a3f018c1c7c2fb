import { AdminSetUserPasswordCommand, CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { expect, test } from '@jest/globals'
import { AwsError } from '../../local/types.ts'
import { sessionsOf } from '../../shared/identity/session-store.ts'
import { attemptsKey, backupCodesKey, personKey, recoveryKey } from '../../shared/store/keys.ts'
import { mailHash } from '../../shared/tokens.ts'
import { workbench } from '../../test/workbench.ts'
import { getMe, recoverMfa } from './contract.ts'
import { handler as meHandler } from './get-me.ts'
import { handler } from './recover-mfa.ts'
import { newIp, newMail, PASSWORD, read, registered, signalsOf, signIn, table } from './test-people.ts'
import { challenged, complete, type Enrolled, enrolled } from './test-second-factor.ts'

const bench = workbench()

const recover = (email: string, backupCode = '', password = PASSWORD) =>
  bench.request(handler, recoverMfa, { body: { email, password, backupCode }, ip: newIp() })

const liveSessions = async (userId: string) => (await sessionsOf(table(), userId)).filter(({ status }) => status === 'active')

/** Lets a recovery get as far as this many calls to Cognito of this kind, and no further. */
function interrupted(ada: Enrolled, operation: string, nth: number) {
  let n = 0
  const breakOff = (asked: string) => {
    if (asked === operation && ++n >= nth) throw new AwsError('InternalErrorException', 'The line broke.', 500)
    return undefined
  }
  return bench.whileCognito(breakOff, () => recover(ada.email, ada.backupCodes[0]))
}

test('a backup code opens once, turns the second factor off, voids the others and ends all other sessions', async () => {
  const ada = await enrolled(bench)
  const [code, other] = ada.backupCodes
  const reply = await recover(ada.email, code?.toUpperCase().replaceAll('-', ' '))
  expect(reply.body.data).toMatchObject({ mfaRequired: false, mfaSetupRequired: false, user: { id: ada.userId, mfaEnabled: false } })
  expect((await bench.request(meHandler, getMe, { as: ada.as })).status).toBe(401)
  expect(await liveSessions(ada.userId)).toMatchObject([{ mfa: false }])
  expect([await read(backupCodesKey(ada.userId)), await read(recoveryKey(ada.userId))]).toEqual([undefined, undefined])
  expect(await read(personKey(ada.userId))).toMatchObject({ mfaEnabled: false })
  expect((await recover(ada.email, code)).body.code).toBe('INVALID_CODE')
  expect((await recover(ada.email, other)).body.code).toBe('INVALID_CODE')
  expect((await signalsOf(ada.organizationId)).map(({ type }) => type)).toContain('auth.mfa.recovered')
  expect((await signIn(bench, ada.email)).body.data.mfaRequired).toBe(false)
  const again = await enrolled(bench, ada)
  expect(again.backupCodes).not.toContain(other)
})

test('a wrong code and a wrong password are refused and counted, and change nothing', async () => {
  const [ada, eve] = [await enrolled(bench), await enrolled(bench)]
  expect((await recover(ada.email, eve.backupCodes[0])).body.code).toBe('INVALID_CODE')
  expect((await recover(ada.email, ada.backupCodes[0], 'Wrong Password 123')).body.code).toBe('INVALID_CREDENTIALS')
  expect(await read(attemptsKey(mailHash(ada.email)))).toMatchObject({ wrong: 2 })
  expect((await signIn(bench, ada.email)).body.data.mfaRequired).toBe(true)
})

test('an unknown address is answered like a wrong password, at the same cost in waves', async () => {
  const ada = await enrolled(bench)
  const [wrong, unknown] = [await recover(ada.email, 'x', 'Wrong Password 123'), await recover(newMail(), 'x')]
  expect([unknown.body.code, unknown.cost.waves]).toEqual([wrong.body.code, wrong.cost.waves])
})

test('who has no second factor has no backup code either', async () => {
  const ada = await registered(bench)
  expect((await recover(ada.email, '0000-0000-0000-0000')).body.code).toBe('INVALID_CODE')
  expect(await liveSessions(ada.userId)).toEqual([])
})

test('a code serves one of two who come at once', async () => {
  const ada = await enrolled(bench)
  const replies = await Promise.all([recover(ada.email, ada.backupCodes[0]), recover(ada.email, ada.backupCodes[0])])
  expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
})

test.each([
  ['before Cognito was told', 'AdminSetUserMFAPreference', 1],
  ['before the sign-in that opens', 'AdminInitiateAuth', 2],
])('a recovery broken off %s keeps everybody out until it is gone on with by the same code', async (_when, operation, nth) => {
  const ada = await enrolled(bench)
  const session = await challenged(bench, ada.email)
  expect((await interrupted(ada, operation, nth)).status).toBe(503)
  expect(await read(recoveryKey(ada.userId))).toBeDefined()
  const password = await signIn(bench, ada.email)
  expect(password.body.data?.mfaRequired ?? password.body.code).toBe(nth === 1 ? true : 'MFA_REQUIRED')
  const code = await complete(bench, ada.email, session, ada.nextCode())
  expect([code.status, code.body.code]).toEqual([403, 'MFA_REQUIRED'])
  const done = await recover(ada.email, ada.backupCodes[0])
  expect(done.body.data).toMatchObject({ mfaRequired: false })
  expect(await liveSessions(ada.userId)).toHaveLength(1)
  expect(await read(recoveryKey(ada.userId))).toBeUndefined()
})

test('a password that has to be changed first is changed first', async () => {
  const ada = await enrolled(bench)
  await new CognitoIdentityProviderClient({}).send(
    new AdminSetUserPasswordCommand({ UserPoolId: bench.pool.id, Username: ada.userId, Password: PASSWORD, Permanent: false }),
  )
  const reply = await recover(ada.email, ada.backupCodes[0])
  expect([reply.status, reply.body.code]).toEqual([403, 'FORBIDDEN'])
  expect(await read(recoveryKey(ada.userId))).toBeUndefined()
})
