import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import * as events from '../../events/identity.ts'
import type { EventType } from '../../shared/event.ts'
import { mintReset } from '../../shared/identity/codes.ts'
import { sessions } from '../../shared/identity/session-store.ts'
import { type Bench, openWorkbench } from '../../test/workbench.ts'
import { handler as onAccountChanged } from '../notifications/on-account-changed.ts'
import { handler as onMailChangeRequested } from '../notifications/on-mail-change-requested.ts'
import { handler as onMailChanged } from '../notifications/on-mail-changed.ts'
import { handler as cancel } from './cancel-recovery.ts'
import { handler as change } from './change-email.ts'
import * as contracts from './contract.ts'
import { handler as request } from './request-recovery.ts'
import { handler as reset } from './reset-password.ts'
import { codeTo, lastSignal, tokenTo } from './test-events.ts'
import { newIp, newMail, PASSWORD, type Registered, registered, signedIn } from './test-people.ts'
import { enrolled } from './test-second-factor.ts'
import { handler as undo } from './undo-email-change.ts'
import { handler as verify } from './verify-email.ts'

/** Whoever acts by a proof alone is told by name in the audit trail, as whoever acts in a session is. */

let bench: Bench
beforeAll(async () => {
  bench = await openWorkbench()
})
beforeEach(() => {
  bench.mails.splice(0)
})
afterAll(() => bench.close())

const ADA = { actorKind: 'member', actorName: 'Ada Lovelace' }
const told = async ({ organizationId, userId }: Registered, type: EventType) => {
  const { metadata } = await lastSignal(organizationId, type)
  expect(metadata).toMatchObject({ ...ADA, actorId: userId })
}

test('a reset password, and the sessions that end with it', async () => {
  const ada = await registered(bench)
  const { sessionId } = await signedIn(bench, ada)
  const minted = mintReset(ada.email, ada.userId, new Date().toISOString())
  await bench.tenant(ada.organizationId).commit(minted.write)
  const body = { email: ada.email, code: minted.code, newPassword: `${PASSWORD}!` }
  expect((await bench.request(reset, contracts.resetPassword, { body, ip: newIp() })).status).toBe(204)
  await told(ada, events.passwordChanged)
  const ended = (await bench.tenant(ada.organizationId).events(sessions, sessionId)).at(-1)
  expect([ended?.type, ended?.metadata]).toMatchObject(['auth.session.revoked', { ...ADA, actorId: ada.userId }])
})

test('another mail address, and its undoing', async () => {
  const ada = await registered(bench)
  const as = await signedIn(bench, ada)
  const email = newMail()
  await bench.request(change, contracts.changeEmail, { as, body: { email } })
  await bench.react(onMailChangeRequested, await lastSignal(ada.organizationId, events.mailChangeRequested))
  const headers = { authorization: `Bearer ${as.accessToken}` }
  await bench.request(verify, contracts.verifyEmail, { body: { email, code: codeTo(bench, email) }, ip: newIp(), headers })
  await told(ada, events.mailChanged)
  await bench.react(onMailChanged, await lastSignal(ada.organizationId, events.mailChanged))
  const body = { token: tokenTo(bench, ada.email) }
  expect((await bench.request(undo, contracts.undoEmailChange, { body, ip: newIp() })).status).toBe(204)
  await told(ada, events.mailChangeUndone)
})

test('a recovery that is asked for, and refused by link', async () => {
  const ada = await enrolled(bench)
  const body = { email: ada.email, password: PASSWORD }
  expect((await bench.request(request, contracts.requestRecovery, { body, ip: newIp() })).status).toBe(202)
  await told(ada, events.recoveryRequested)
  await bench.react(onAccountChanged, await lastSignal(ada.organizationId, events.recoveryRequested))
  const link = { token: tokenTo(bench, ada.email) }
  expect((await bench.request(cancel, contracts.cancelRecovery, { body: link, ip: newIp() })).status).toBe(204)
  await told(ada, events.recoveryRefused)
})
