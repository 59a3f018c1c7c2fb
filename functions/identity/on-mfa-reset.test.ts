import { expect, test } from '@jest/globals'
import { userMfaReset } from '../../events/users.ts'
import { AwsError } from '../../local/types.ts'
import type { DomainEvent } from '../../shared/event.ts'
import { newId } from '../../shared/ids.ts'
import { backupCodesKey, personKey, recoveryKey } from '../../shared/store/keys.ts'
import { patch, put } from '../../shared/store/writes.ts'
import { workbench } from '../../test/workbench.ts'
import { users } from '../users/door.ts'
import { getMe } from './contract.ts'
import { handler as meHandler } from './get-me.ts'
import { handler } from './on-mfa-reset.ts'
import { read, registered, signalsOf, signIn } from './test-people.ts'
import { type Enrolled, enrolled } from './test-second-factor.ts'

const bench = workbench()

const asked = ({ userId, organizationId }: { userId: string; organizationId: string }): DomainEvent => ({
  id: newId('evt'),
  type: userMfaReset.name,
  version: 9,
  schemaVersion: 1,
  aggregateType: 'user',
  aggregateId: userId,
  organizationId,
  timestamp: new Date().toISOString(),
  data: {},
  changes: {},
  metadata: { actorId: 'usr_1', actorKind: 'member', correlationId: 'c', requestId: 'r', source: 's' },
})

const show = ({ userId, organizationId }: Enrolled, mfaEnabled: boolean) =>
  bench.tenant(organizationId).commit(patch(users.keyOf({ id: userId, organizationId }), { mfaEnabled }))
const disabled = async ({ organizationId }: Enrolled) =>
  (await signalsOf(organizationId)).filter(({ type }) => type === 'auth.mfa.disabled').map(({ data }) => data)

test('the second factor, its backup codes, a recovery under way and all sessions end; the password alone opens', async () => {
  const ada = await enrolled(bench)
  await show(ada, false)
  await bench.tenant(ada.organizationId).commit(put(recoveryKey(ada.userId), { hash: 'x', startedAt: 'x' }))
  const event = asked(ada)
  expect(await bench.react(handler, event)).toEqual([])
  expect(await bench.react(handler, event)).toEqual([])
  expect((await bench.request(meHandler, getMe, { as: ada.as })).status).toBe(401)
  expect([await read(backupCodesKey(ada.userId)), await read(recoveryKey(ada.userId))]).toEqual([undefined, undefined])
  expect((await signIn(bench, ada.email)).body.data).toMatchObject({ mfaRequired: false })
  expect(await disabled(ada)).toEqual([{ userId: ada.userId, how: 'reset' }])
})

test('what Cognito did not hear is told again, and until then asks for the code', async () => {
  const ada = await enrolled(bench)
  await show(ada, false)
  const event = asked(ada)
  const away = (operation: string) => {
    if (operation === 'AdminSetUserMFAPreference') throw new AwsError('UnexpectedLambdaException', 'away')
    return undefined
  }
  expect(await bench.whileCognito(away, () => bench.react(handler, event))).toEqual(['message-0'])
  expect((await read(personKey(ada.userId)))?.mfaEnabled).toBe(false)
  expect((await signIn(bench, ada.email)).body.data).toMatchObject({ mfaRequired: true })
  expect(await bench.react(handler, event)).toEqual([])
  expect((await signIn(bench, ada.email)).body.data).toMatchObject({ mfaRequired: false })
})

test('whoever has set one up again since keeps it, and who has no account is left alone', async () => {
  const ada = await enrolled(bench)
  await bench.react(handler, asked(ada))
  expect((await signIn(bench, ada.email)).body.data).toMatchObject({ mfaRequired: true })
  const { organizationId } = await registered(bench)
  expect(await bench.react(handler, asked({ userId: newId('usr'), organizationId }))).toEqual([])
})

test('whoever has joined another organization since keeps the factor, which is shown again', async () => {
  const ada = await enrolled(bench)
  await show(ada, false)
  await bench.tenant(ada.organizationId).commit(patch(personKey(ada.userId), { elsewhere: 1 }))
  expect(await bench.react(handler, asked(ada))).toEqual([])
  expect((await signIn(bench, ada.email)).body.data).toMatchObject({ mfaRequired: true })
  expect((await bench.tenant(ada.organizationId).get(users, ada.userId))?.mfaEnabled).toBe(true)
  expect(await disabled(ada)).toEqual([])
})
