import { AdminSetUserMFAPreferenceCommand, CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { describe, expect, test } from '@jest/globals'
import { putMembership } from '../../shared/identity/membership-store.ts'
import { sessions, sessionsOf } from '../../shared/identity/session-store.ts'
import { attemptsKey, backupCodesKey, enrolmentKey, factorKey, personKey, sessionKey, stepKey } from '../../shared/store/keys.ts'
import { remove as drop, patch, save } from '../../shared/store/writes.ts'
import { hashOf, mailHash } from '../../shared/tokens.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import { organizations } from '../organizations/door.ts'
import { register as newUser, users } from '../users/door.ts'
import { getMe, removeMfa, stepUp } from './contract.ts'
import { handler as meHandler } from './get-me.ts'
import { handler as removeHandler } from './remove-mfa.ts'
import { handler as stepUpHandler } from './step-up.ts'
import { newMail, read, registered, signalsOf, signedIn, signIn, table } from './test-people.ts'
import { appWith, challenged, complete, enrolled, setUp, verify, wrongCode } from './test-second-factor.ts'

const bench = workbench()

const me = (as: Person) => bench.request(meHandler, getMe, { as })
const remove = (as: Person) => bench.request(removeHandler, removeMfa, { as })
const step = (as: Person, code: string) => bench.request(stepUpHandler, stepUp, { as, body: { code } })
/** The session's last proof was six minutes ago. */
const stale = ({ userId, organizationId, sessionId }: Person) =>
  bench.tenant(organizationId).commit(patch(sessionKey(userId, sessionId), { freshAt: new Date(Date.now() - 360_000).toISOString() }))
const demand = (organizationId: string) =>
  bench
    .tenant(organizationId)
    .commit(patch(organizations.keyOf({ id: organizationId, organizationId }), { settings: { mfaRequired: true } }))

describe('setting up', () => {
  test('gives a secret as text, as link and as image', async () => {
    const as = await signedIn(bench, await registered(bench))
    const { body, status } = await setUp(bench, as)
    const { secret, otpauthUri, qrSvg } = body.data
    expect(status).toBe(200)
    expect(secret).toMatch(/^[A-Z2-7]{32}$/)
    expect(otpauthUri).toBe(
      `otpauth://totp/Tessera:${encodeURIComponent(as.email)}?secret=${secret}&issuer=Tessera&algorithm=SHA1&digits=6&period=30`,
    )
    expect(qrSvg).toMatch(/^<svg [\s\S]*<\/svg>$/)
  })

  test('ends with ten backup codes, this session counts as passed, and all others end', async () => {
    const ada = await registered(bench)
    const other = await signedIn(bench, ada)
    const { as, backupCodes } = await enrolled(bench, ada)
    expect(new Set(backupCodes).size).toBe(10)
    expect((await me(as)).body.data).toMatchObject({
      mfa: { enabled: true, backupCodesLeft: 10 },
      session: { mfa: true, status: 'active' },
      user: { mfaEnabled: true },
    })
    expect((await me(other)).status).toBe(401)
    expect((await bench.tenant(ada.organizationId).events(users, ada.userId)).at(-1)).toMatchObject({ type: 'auth.mfa.enabled' })
    expect(JSON.stringify(await read(backupCodesKey(ada.userId)))).not.toContain(backupCodes[0])
  })

  test('takes only a code of that secret, and only after a secret was asked for', async () => {
    const as = await signedIn(bench, await registered(bench))
    expect((await verify(bench, as, '123456')).body.code).toBe('INVALID_TRANSITION')
    const code = appWith((await setUp(bench, as)).body.data.secret)()
    expect((await verify(bench, as, wrongCode(code))).body.code).toBe('INVALID_CODE')
    expect((await read(personKey(as.userId)))?.mfaEnabled).toBeUndefined()
  })

  test('is refused while one is set up, so that a stolen token replaces none', async () => {
    const { as, nextCode } = await enrolled(bench)
    expect((await setUp(bench, as)).body.code).toBe('INVALID_TRANSITION')
    expect((await verify(bench, as, nextCode())).body.code).toBe('INVALID_TRANSITION')
  })

  test('takes the password, which cannot be guessed at, and is told', async () => {
    const as = await signedIn(bench, await registered(bench))
    expect((await setUp(bench, as, 'Wrong Password 123')).body.code).toBe('INVALID_CREDENTIALS')
    expect(await read(attemptsKey(mailHash(as.email), as.sessionId))).toMatchObject({ wrong: 1 })
    expect((await setUp(bench, as)).status).toBe(200)
    const told = (await signalsOf(as.organizationId)).filter(({ type }) => type === 'auth.mfa.setup_begun')
    expect(told).toMatchObject([{ aggregateId: as.userId }])
  })

  test('is finished in the session that began it, and in no other', async () => {
    const ada = await registered(bench)
    const [as, other] = [await signedIn(bench, ada), await signedIn(bench, ada)]
    const code = appWith((await setUp(bench, as)).body.data.secret)()
    expect((await verify(bench, other, code)).body.code).toBe('INVALID_TRANSITION')
    expect((await verify(bench, as, code)).status).toBe(200)
  })

  test('keeps secret and token sealed until the first code, and the token not at all afterwards', async () => {
    const as = await signedIn(bench, await registered(bench))
    const { secret } = (await setUp(bench, as)).body.data
    expect(JSON.stringify(await read(enrolmentKey(as.userId)))).not.toContain(secret)
    await verify(bench, as, appWith(secret)())
    expect(await read(enrolmentKey(as.userId))).toBeUndefined()
    expect(JSON.stringify(await read(factorKey(as.userId)))).not.toContain(secret)
  })

  test('takes a session that proved itself within five minutes', async () => {
    const as = await signedIn(bench, await registered(bench))
    await stale(as)
    for (const reply of [await setUp(bench, as), await verify(bench, as, '123456')])
      expect([reply.status, reply.body.code]).toEqual([403, 'STEP_UP_REQUIRED'])
  })

  test('reaches the session begun in another organization too', async () => {
    const [ada, other] = [await registered(bench), await registered(bench)]
    const at = new Date().toISOString()
    const names = { firstName: 'Ada', lastName: 'Elsewhere', email: ada.email, roleIds: ['rol_basic_user'], by: 'x', at }
    const there = newUser({ id: ada.userId, organizationId: other.organizationId, ...names })
    await bench.tenant(other.organizationId).commit(save(users, there))
    const as = { ...(await signedIn(bench, ada)), organizationId: other.organizationId }
    const nextCode = appWith((await setUp(bench, as)).body.data.secret)
    expect((await verify(bench, as, nextCode())).status).toBe(200)
    expect((await me(as)).body.data).toMatchObject({ session: { mfa: true }, user: { mfaEnabled: true } })
    expect((await bench.tenant(ada.organizationId).events(sessions, as.sessionId)).at(-1)?.type).toBe('auth.session.mfa_changed')
  })
})

describe('signing in', () => {
  test('asks for a code, and the code opens', async () => {
    const ada = await enrolled(bench)
    const first = await signIn(bench, ada.email)
    expect([first.status, Object.keys(first.body.data).sort()]).toEqual([200, ['challenge', 'mfaRequired', 'session']])
    expect(first.body.data).toMatchObject({ mfaRequired: true, challenge: 'SOFTWARE_TOKEN_MFA' })
    const reply = await complete(bench, ada.email, first.body.data.session, ada.nextCode())
    expect(reply.body.data).toMatchObject({ mfaRequired: false, mfaSetupRequired: false, user: { id: ada.userId, mfaEnabled: true } })
    expect(reply.cost.waves).toBeLessThanOrEqual(5)
    const session = (await sessionsOf(table(), ada.userId)).find(({ id }) => id !== ada.as.sessionId)
    expect(session).toMatchObject({ mfa: true, status: 'active' })
  })

  test('ends at the organization that was wished for at its beginning', async () => {
    const ada = await enrolled(bench)
    const foreign = await registered(bench)
    const session = await challenged(bench, ada.email, { organizationId: foreign.organizationId })
    const reply = await complete(bench, ada.email, session, ada.nextCode())
    expect([reply.status, reply.body.code]).toEqual([404, 'NOT_FOUND'])
  })

  test('takes each code and each challenge once', async () => {
    const ada = await enrolled(bench)
    const [one, two] = [await challenged(bench, ada.email), await challenged(bench, ada.email)]
    const code = ada.nextCode()
    expect((await complete(bench, ada.email, one, code)).status).toBe(200)
    expect((await complete(bench, ada.email, two, code)).body.code).toBe('INVALID_CODE')
    expect((await complete(bench, ada.email, one, ada.nextCode())).body.code).toBe('INVALID_SESSION')
    expect(await read(stepKey(mailHash(ada.email), hashOf(one)))).toBeUndefined()
  })

  test('takes no code that was typed by somebody signed in, nor is one of a sign-in taken there', async () => {
    const ada = await enrolled(bench)
    const [one, two] = [await challenged(bench, ada.email), await challenged(bench, ada.email)]
    const [typedHere, typedThere] = [ada.nextCode(), ada.nextCode()]
    expect((await complete(bench, ada.email, one, typedHere)).status).toBe(200)
    expect((await step(ada.as, typedHere)).body.code).toBe('INVALID_CODE')
    expect((await step(ada.as, typedThere)).status).toBe(200)
    expect((await complete(bench, ada.email, two, typedThere)).body.code).toBe('INVALID_CODE')
    expect(await read(attemptsKey(mailHash(ada.email)))).toMatchObject({ wrong: 1 })
  })

  test('with a wrong code leaves the right one to be taken', async () => {
    const ada = await enrolled(bench)
    const session = await challenged(bench, ada.email)
    const code = ada.nextCode()
    expect((await complete(bench, ada.email, session, wrongCode(code))).body.code).toBe('INVALID_CODE')
    expect((await complete(bench, ada.email, session, code)).status).toBe(200)
  })

  test('takes the code that Cognito takes where our record has no secret', async () => {
    const ada = await enrolled(bench)
    await bench.tenant(ada.organizationId).commit(drop(factorKey(ada.userId)))
    const session = await challenged(bench, ada.email)
    const code = ada.nextCode()
    expect((await complete(bench, ada.email, session, wrongCode(code))).body.code).toBe('INVALID_CODE')
    expect((await complete(bench, ada.email, session, code)).status).toBe(200)
  })

  test('is refused with a challenge that is forged, expired, of another person or of another address', async () => {
    const [ada, eve] = [await enrolled(bench), await enrolled(bench)]
    const [session, own] = [await challenged(bench, ada.email), await challenged(bench, eve.email)]
    const code = ada.nextCode()
    const refused = [
      await complete(bench, ada.email, 'f'.repeat(64), code),
      await complete(bench, eve.email, session, code),
      await complete(bench, newMail(), session, code),
      await complete(bench, ada.email, own, code),
    ]
    await bench
      .tenant(ada.organizationId)
      .commit(patch(stepKey(mailHash(ada.email), hashOf(session)), { expiresAt: '2020-01-01T00:00:00.000Z' }))
    refused.push(await complete(bench, ada.email, session, code))
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual(Array(5).fill([401, 'INVALID_SESSION']))
  })

  test('ends with five wrong codes, all counted, and locks the address; the lock is told once', async () => {
    const ada = await enrolled(bench)
    const [session, other] = [await challenged(bench, ada.email), await challenged(bench, ada.email)]
    const code = ada.nextCode()
    const tries = await Promise.all(Array.from({ length: 5 }, () => complete(bench, ada.email, session, wrongCode(code))))
    expect(tries.map(({ body }) => body.code)).toEqual(Array(5).fill('INVALID_CODE'))
    expect((await complete(bench, ada.email, other, code)).body.code).toBe('ACCOUNT_LOCKED')
    await bench.tenant(ada.organizationId).commit(patch(attemptsKey(mailHash(ada.email)), { expiresAt: '2020-01-01T00:00:00.000Z' }))
    expect((await complete(bench, ada.email, session, code)).body.code).toBe('INVALID_SESSION')
    const told = (await signalsOf(ada.organizationId)).filter(({ type }) => type === 'auth.login.locked')
    expect(told).toMatchObject([{ aggregateId: ada.userId, data: { userId: ada.userId } }])
  })

  test('is refused where Cognito asks for no code though our record demands one', async () => {
    const ada = await enrolled(bench)
    const off = { SoftwareTokenMfaSettings: { Enabled: false, PreferredMfa: false } }
    await new CognitoIdentityProviderClient({}).send(
      new AdminSetUserMFAPreferenceCommand({ UserPoolId: bench.pool.id, Username: ada.userId, ...off }),
    )
    const reply = await signIn(bench, ada.email)
    expect([reply.status, reply.body.code]).toEqual([403, 'MFA_REQUIRED'])
    expect((await sessionsOf(table(), ada.userId)).filter(({ status }) => status === 'active')).toHaveLength(1)
  })
})

describe('removing', () => {
  test('a fresh session removes it: the password alone opens again, and the codes are void', async () => {
    const ada = await enrolled(bench)
    const session = await challenged(bench, ada.email)
    expect((await complete(bench, ada.email, session, ada.nextCode())).status).toBe(200)
    expect((await remove(ada.as)).status).toBe(204)
    expect((await me(ada.as)).body.data).toMatchObject({ mfa: { enabled: false, backupCodesLeft: 0 }, session: { mfa: false } })
    expect((await sessionsOf(table(), ada.userId)).filter(({ status }) => status === 'active').map(({ id }) => id)).toEqual([
      ada.as.sessionId,
    ])
    expect((await signIn(bench, ada.email)).body.data).toMatchObject({ mfaRequired: false, user: { mfaEnabled: false } })
    expect((await bench.tenant(ada.organizationId).events(users, ada.userId)).map(({ type }) => type)).toContain('auth.mfa.disabled')
  })

  test('later on it takes a step up', async () => {
    const ada = await enrolled(bench)
    await stale(ada.as)
    expect((await remove(ada.as)).body.code).toBe('STEP_UP_REQUIRED')
    expect((await read(personKey(ada.userId)))?.mfaEnabled).toBe(true)
  })

  test('an organization that demands it does not let it go', async () => {
    const ada = await enrolled(bench)
    await demand(ada.organizationId)
    const reply = await remove(ada.as)
    expect([reply.status, reply.body.code]).toEqual([409, 'INVALID_TRANSITION'])
    expect(reply.body.error).toContain('demands a second factor')
  })

  test('one that demands it does not let it go from within another either, and is named', async () => {
    const [ada, other] = [await enrolled(bench), await registered(bench)]
    const at = new Date().toISOString()
    const names = { firstName: 'Ada', lastName: 'Elsewhere', email: ada.email, roleIds: ['rol_basic_user'], by: 'x', at }
    const there = newUser({ id: ada.userId, organizationId: other.organizationId, ...names })
    await bench.tenant(other.organizationId).commit([save(users, there), putMembership(there.after)])
    await demand(ada.organizationId)
    const reply = await remove({ ...ada.as, organizationId: other.organizationId })
    const { name } = (await bench.tenant(ada.organizationId).get(organizations, ada.organizationId)) ?? {}
    expect([reply.status, reply.body.error]).toEqual([409, expect.stringContaining(`${name} demands`)])
  })
})
