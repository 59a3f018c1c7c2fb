import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import type { PreTokenGenerationV2TriggerEvent } from 'aws-lambda'
import { newId } from '../../shared/ids.ts'
import { membershipKey, personKey } from '../../shared/store/keys.ts'
import { patch, put } from '../../shared/store/writes.ts'
import { type Bench, openWorkbench } from '../../test/workbench.ts'
import type { Membership } from './person.ts'
import { handler } from './pre-token-generation.ts'
import { type Registered, registered } from './test-people.ts'

// Passwords are hashed at full cost, on a machine that may be busy.
jest.setTimeout(60_000)

let bench: Bench
beforeAll(async () => {
  bench = await openWorkbench()
}, 60_000)
afterAll(() => bench.close())

async function claims(userName: string, triggerSource = 'TokenGeneration_HostedAuth') {
  const event = { userName, triggerSource, request: {}, response: {} } as unknown as PreTokenGenerationV2TriggerEvent
  const { claimsAndScopeOverrideDetails: details } = (await handler(event)).response
  expect(details?.idTokenGeneration).toEqual(details?.accessTokenGeneration)
  return details?.accessTokenGeneration?.claimsToAddOrOverride
}

const setRow = ({ userId, organizationId }: Registered, set: Partial<Membership>, at = organizationId) =>
  bench
    .tenant(organizationId)
    .commit(put(membershipKey(userId, at), { organizationId: at, role: 'basic_user', userStatus: 'active', version: 1, ...set }))

test('both tokens name the default organization, the first role there, and whether a second factor was passed', async () => {
  const ada = await registered(bench)
  expect(await claims(ada.userId)).toEqual({ org: ada.organizationId, role: 'admin', mfa: false })
  await bench.tenant(ada.organizationId).commit(patch(personKey(ada.userId), { mfaEnabled: true }))
  expect(await claims(ada.userId)).toMatchObject({ mfa: true })
})

test('whoever may not act in the default organization gets tokens for another one', async () => {
  const ada = await registered(bench)
  const other = newId('org')
  await setRow(ada, { userStatus: 'locked' })
  await setRow(ada, {}, other)
  expect(await claims(ada.userId)).toMatchObject({ org: other, role: 'basic_user' })
})

test.each([
  ['locked', 'ACCOUNT_LOCKED'],
  ['disabled', 'ACCOUNT_DISABLED'],
  ['deleted', 'FORBIDDEN'],
  ['invited', 'FORBIDDEN'],
] as const)('a person who is %s everywhere gets no tokens from the hosted login', async (userStatus, refusal) => {
  const ada = await registered(bench)
  await setRow(ada, { userStatus, role: null })
  await expect(claims(ada.userId)).rejects.toThrow(refusal)
  await expect(claims(ada.userId, 'TokenGeneration_RefreshTokens')).rejects.toThrow(refusal)
  expect(await claims(ada.userId, 'TokenGeneration_Authentication')).toMatchObject({ org: ada.organizationId, role: '' })
})

test('somebody without a record gets no tokens', async () => {
  await expect(claims(newId('usr'))).rejects.toThrow('FORBIDDEN')
  expect(await claims(newId('usr'), 'TokenGeneration_Authentication')).toEqual({ org: '', role: '', mfa: false })
})
