import { expect, test } from '@jest/globals'
import type { PreTokenGenerationV2TriggerEvent } from 'aws-lambda'
import type { Membership } from '../../shared/identity/person.ts'
import { newId } from '../../shared/ids.ts'
import { refreshProof } from '../../shared/refresh-proof.ts'
import { membershipKey, personKey } from '../../shared/store/keys.ts'
import { patch, put } from '../../shared/store/writes.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import { handler } from './pre-token-generation.ts'

const bench = workbench()

interface Asked {
  triggerSource?: string
  clientId?: string
  clientMetadata?: Record<string, string>
}

const REFRESH = 'TokenGeneration_RefreshTokens'
const API = 'TokenGeneration_Authentication'

async function askFor(userName: string, asked: Asked = {}) {
  const { triggerSource = 'TokenGeneration_HostedAuth', clientId = bench.pool.hostedClient, clientMetadata } = asked
  const request = clientMetadata ? { clientMetadata } : {}
  const event = { userName, triggerSource, userPoolId: bench.pool.id, callerContext: { clientId }, request, response: {} }
  const { response } = await handler(event as unknown as PreTokenGenerationV2TriggerEvent)
  return response.claimsAndScopeOverrideDetails
}

async function claims(userName: string, triggerSource?: string) {
  const asked = { ...(triggerSource ? { triggerSource } : {}), clientMetadata: { proof: refreshProof(Date.now()) } }
  const details = await askFor(userName, asked)
  const { claimsToAddOrOverride } = details?.accessTokenGeneration ?? {}
  expect(details?.idTokenGeneration).toEqual({ claimsToAddOrOverride })
  return claimsToAddOrOverride
}

const setRow = ({ userId, organizationId }: Person, set: Partial<Membership>, at = organizationId) =>
  bench
    .tenant(organizationId)
    .commit(put(membershipKey(userId, at), { organizationId: at, role: 'basic_user', userStatus: 'active', version: 1, ...set }))

test('both tokens name the default organization, the first role there, and whether a second factor was passed', async () => {
  const ada = await bench.founder()
  expect(await claims(ada.userId)).toEqual({ org: ada.organizationId, role: 'admin', mfa: false })
  await bench.tenant(ada.organizationId).commit(patch(personKey(ada.userId), { mfaEnabled: true }))
  expect(await claims(ada.userId)).toMatchObject({ mfa: true })
})

test('whoever may not act in the default organization gets tokens for another one', async () => {
  const ada = await bench.founder()
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
  const ada = await bench.founder()
  await setRow(ada, { userStatus, role: null })
  await expect(claims(ada.userId)).rejects.toThrow(refusal)
  await expect(claims(ada.userId, 'TokenGeneration_RefreshTokens')).rejects.toThrow(refusal)
  expect(await claims(ada.userId, 'TokenGeneration_Authentication')).toMatchObject({ org: ada.organizationId, role: '' })
})

test('somebody without a record gets no tokens', async () => {
  await expect(claims(newId('usr'))).rejects.toThrow('FORBIDDEN')
  expect(await claims(newId('usr'), 'TokenGeneration_Authentication')).toEqual({ org: '', role: '', mfa: false })
})

const scopesSuppressed = async (userId: string, asked: Asked) => (await askFor(userId, asked))?.accessTokenGeneration?.scopesToSuppress

test('no token that reaches a person may call Cognito itself', async () => {
  const ada = await bench.founder()
  const { client, hostedClient } = bench.pool
  const clientMetadata = { proof: refreshProof(Date.now()) }
  for (const asked of [
    { clientId: client, triggerSource: API },
    { clientId: client, triggerSource: 'TokenGeneration_NewPasswordChallenge' },
    { clientId: client, triggerSource: REFRESH, clientMetadata },
    { clientId: hostedClient },
    { clientId: hostedClient, triggerSource: REFRESH, clientMetadata },
  ]) {
    expect(await scopesSuppressed(ada.userId, asked)).toEqual(['aws.cognito.signin.user.admin'])
  }
})

test('a token of an enrolment may, wherever the person stands, but not without a person', async () => {
  const ada = await bench.founder()
  const enrolment = { clientId: bench.pool.enrolmentClient, triggerSource: API }
  await setRow(ada, { userStatus: 'invited', role: null })
  expect(await scopesSuppressed(ada.userId, enrolment)).toEqual([])
  await expect(askFor(newId('usr'), enrolment)).rejects.toThrow('FORBIDDEN')
})

test('a client that the pool does not know gets nothing', async () => {
  const ada = await bench.founder()
  await expect(askFor(ada.userId, { clientId: 'unknown', triggerSource: API })).rejects.toThrow()
})

test.each([
  ['nothing', () => undefined],
  ['something made up', () => 'proof'],
  ['a proof of two minutes ago', () => refreshProof(Date.now() - 120_000)],
])('a refresh that proves its origin with %s is sent to the door of the product', async (_, proof) => {
  const ada = await bench.founder()
  const made = proof()
  const asked = { triggerSource: REFRESH, ...(made ? { clientMetadata: { proof: made } } : {}) }
  for (const clientId of [bench.pool.client, bench.pool.hostedClient, bench.pool.enrolmentClient])
    await expect(askFor(ada.userId, { ...asked, clientId })).rejects.toThrow('POST /api/v1/auth/refresh')
})
