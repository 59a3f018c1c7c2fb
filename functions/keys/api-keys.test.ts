import { beforeEach, describe, expect, test } from '@jest/globals'
import { endpoint } from '../../shared/endpoint.ts'
import { fromRecord } from '../../shared/event.ts'
import { requireFresh } from '../../shared/identity/fresh.ts'
import { newId } from '../../shared/ids.ts'
import { serve } from '../../shared/serve/serve.ts'
import { denialPartition, itemKey, type Key, organizationKey, principalKey } from '../../shared/store/keys.ts'
import { patch } from '../../shared/store/writes.ts'
import { type Person, type RequestOptions, workbench } from '../../test/workbench.ts'
import { exchangeKey } from '../identity/contract.ts'
import { handler as exchange } from '../identity/exchange-key.ts'
import * as people from '../users/contract.ts'
import { handler as listUsers } from '../users/list-users.ts'
import * as contracts from './contract.ts'
import { handler as create } from './create-api-key.ts'
import { handler as remove } from './delete-api-key.ts'
import { handler as get } from './get-api-key.ts'
import { handler as list } from './list-api-keys.ts'
import { handler as rotate } from './rotate-api-key.ts'
import { isSecret, newSecret } from './secret.ts'

const bench = workbench()
let ada: Person
beforeEach(async () => {
  ada = await bench.founder()
})

const PAST = '2026-01-01T00:00:00.000Z'
const set = (key: Key, fields: Record<string, unknown>) => bench.tenant(ada.organizationId).commit(patch(key, fields))
const setUser = (fields: Record<string, unknown>, { userId } = ada) => set(itemKey(ada.organizationId, 'USER', userId), fields)
const setOrganization = (fields: Record<string, unknown>) => set(organizationKey(ada.organizationId), fields)

const made = (body: object = {}, as = ada) =>
  bench.request(create, contracts.createApiKey, { as, body: { name: 'Import', permissions: ['users:read'], ...body } })
const exchanged = (apiKey: string) => bench.request(exchange, exchangeKey, { body: { apiKey } })

interface Holder {
  id: string
  secret: string
  /** As a request with the token of the key reaches a function. */
  as: RequestOptions
}

const claimsIn = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

/** What the pre token generation trigger would have added, which the workbench does not call. */
async function entered(secret: string, { id, createdBy }: { id: string; createdBy: string }): Promise<RequestOptions> {
  const { accessToken } = (await exchanged(secret)).body.data
  const { username, origin_jti: sessionId } = claimsIn(accessToken)
  expect(username).toBe(id)
  return { as: { ...ada, userId: id, sessionId }, claims: { maker: createdBy } }
}

async function holder(body: object = {}, as = ada): Promise<Holder> {
  const { data } = (await made(body, as)).body
  return { id: data.id, secret: data.secret, as: await entered(data.secret, data) }
}

const look = ({ as }: Pick<Holder, 'as'>) => bench.request(listUsers, people.listUsers, as)
const codeOf = async (reply: ReturnType<typeof look>) => (await reply).body?.code ?? (await reply).status
const rotated = (id: string, body: object = {}, as = ada) => bench.request(rotate, contracts.rotateApiKey, { as, params: { id }, body })
const removed = (id: string) => bench.request(remove, contracts.deleteApiKey, { as: ada, params: { id } })
const denials = async () => {
  const partitions = [denialPartition(new Date().toISOString().slice(0, 10))]
  const { items } = await bench.tenant(ada.organizationId).list<Record<string, unknown>>({ partitions, limit: 100 })
  return items.map(fromRecord).map(({ type, data, metadata }) => [type, data.code, data.barredBy, metadata.actorKind])
}

describe('a secret', () => {
  test('is known for one of ours wherever it lies, and a letter off is none', () => {
    const { secret } = newSecret()
    expect(secret).toMatch(/^tsk_[0-9a-f]{72}$/)
    expect(isSecret(secret)).toBe(true)
    for (let n = 0; n < secret.length; n++)
      expect(isSecret(secret.slice(0, n) + (secret[n] === '0' ? '1' : '0') + secret.slice(n + 1))).toBe(false)
  })

  test('is shown once, and stored as a hash alone', async () => {
    const { data } = (await made()).body
    const read = await bench.request(get, contracts.getApiKey, { as: ada, params: { id: data.id } })
    expect(read.body.data).toMatchObject({ name: 'Import', hint: data.secret.slice(-4), createdBy: ada.userId, lastUsedAt: null })
    expect(JSON.stringify([read.body, (await bench.request(list, contracts.listApiKeys, { as: ada })).body])).not.toContain(data.secret)
    const stored = await bench.tenant(ada.organizationId).read(principalKey(ada.organizationId, data.id))
    expect(JSON.stringify(stored)).not.toContain(data.secret)
  })

  const ended = async (end: (id: string) => Promise<unknown>) => {
    const { id, secret } = (await made()).body.data
    await end(id)
    return secret as string
  }
  const useless: [name: string, secret: () => Promise<string>][] = [
    ['nobody knows', async () => newSecret().secret],
    ['could not be one', async () => 'x'],
    ['was removed', () => ended(removed)],
    ['was replaced', () => ended((id) => rotated(id))],
  ]
  test.each(useless)('that %s opens nothing', async (_, secret) => {
    const { status, body } = await exchanged(await secret())
    expect([status, body.code, body.error]).toEqual([401, 'INVALID_CREDENTIALS', 'This API key is unknown, or not good any more.'])
  })
})

describe('a key', () => {
  test('does what it was given, and nothing else', async () => {
    expect(await codeOf(look(await holder()))).toBe(200)
    expect(await codeOf(look(await holder({ permissions: ['units:read'] })))).toBe('FORBIDDEN')
    const none = await holder({ permissions: [] })
    expect(await codeOf(look(none))).toBe('FORBIDDEN')
    expect(await denials()).toContainEqual(['access.denied', 'FORBIDDEN', undefined, 'service'])
  })

  test('shows when it was used, to the hour', async () => {
    const { id } = await holder()
    const { lastUsedAt } = (await bench.request(get, contracts.getApiKey, { as: ada, params: { id } })).body.data
    expect(Date.now() - Date.parse(lastUsedAt)).toBeLessThan(60_000)
  })

  test('holds no more than its maker holds at this moment, unless the organization says otherwise', async () => {
    const bea = await bench.member(ada, { roleIds: ['rol_admin'] })
    const key = await holder({}, bea)
    expect(await codeOf(look(key))).toBe(200)
    await setUser({ assignments: [] }, bea)
    expect(await codeOf(look(key))).toBe('FORBIDDEN')
    await setOrganization({ settings: { apiKeysFollowMaker: false } })
    expect(await codeOf(look(key))).toBe(200)
  })

  test.each([
    ['locked', { status: 'locked' }],
    ['removed', { deletedAt: PAST }],
    ['recovered and not approved again', { reapprovalSince: '2026-02-01T00:00:00.000Z' }],
    ['gone with the provider', { fromProvider: 'org_1' }],
  ])('does nothing once its maker is %s', async (_, fields) => {
    const bea = await bench.member(ada, { roleIds: ['rol_admin'] })
    const key = await holder({}, bea)
    await setUser(fields, bea)
    expect(await codeOf(look(key))).toBe('FORBIDDEN')
  })

  test('is bounded by its maker whatever its token says of who that is', async () => {
    const bea = await bench.member(ada, { roleIds: ['rol_admin'] })
    const key = await holder({}, bea)
    await setUser({ assignments: [] }, bea)
    expect(await codeOf(look({ as: { ...key.as, claims: { maker: ada.userId } } }))).toBe('FORBIDDEN')
    expect(await codeOf(look({ as: { ...key.as, claims: {} } }))).toBe('FORBIDDEN')
  })

  test('passes where a second factor is demanded of people', async () => {
    const key = await holder()
    await setOrganization({ settings: { mfaRequired: true } })
    expect(await codeOf(look(key))).toBe(200)
  })

  test('acts on nobody’s account, and does nothing that takes a person', async () => {
    const key = await holder({ roleIds: ['rol_admin'], permissions: [] })
    const own = endpoint({ route: 'GET /api/v1/auth/own', summary: 'x', self: true, raw: true })
    expect(
      await codeOf(
        bench.request(
          serve(own, () => 'theirs'),
          own,
          key.as,
        ),
      ),
    ).toBe('FORBIDDEN')
    expect(await codeOf(bench.request(create, contracts.createApiKey, { ...key.as, body: { name: 'Another' } }))).toBe('FORBIDDEN')
    const sometimes = endpoint({ route: 'GET /api/v1/sometimes', summary: 'x', permission: 'users:read', fresh: 'at times', raw: true })
    const handler = serve(sometimes, (call) => {
      requireFresh(call)
      return 'done'
    })
    expect(await codeOf(bench.request(handler, sometimes, key.as))).toBe('STEP_UP_REQUIRED')
  })

  test('is given nothing that its maker lacks, nor roles of elsewhere, nor more than it can hold', async () => {
    const clerk = await bench.member(ada)
    await setUser(
      {
        assignments: ['api_keys:create', 'users:read'].map((permission) => ({
          id: newId('asg'),
          permission,
          scope: { type: 'organization' },
          grantedBy: ada.userId,
          createdAt: PAST,
        })),
      },
      clerk,
    )
    expect((await made({}, clerk)).status).toBe(201)
    const tooMuch = await made({ permissions: ['users:read', 'users:delete'] }, clerk)
    expect([tooMuch.body.code, tooMuch.body.details.missing]).toEqual(['FORBIDDEN', ['users:delete']])
    expect((await made({ roleIds: [newId('rol')] })).body.code).toBe('ROLE_UNKNOWN')
    const scopes = Array.from({ length: 10 }, () => ({ type: 'unit', id: newId('unit') }))
    expect((await made({ scopes, permissions: ['a:read', 'b:read', 'c:read', 'd:read', 'e:read', 'f:read'] })).body.code).toBe(
      'VALIDATION_ERROR',
    )
    expect((await made({ expiresAt: PAST })).body.code).toBe('VALIDATION_ERROR')
  })

  test('opens no other organization', async () => {
    const key = await holder()
    const { organizationId } = await bench.founder()
    expect(await codeOf(look({ as: { ...key.as, headers: { 'x-organization-id': organizationId } } }))).toBe('NOT_FOUND')
  })
})

describe('once', () => {
  test('it is removed, the tokens that it was exchanged for are refused at the next request', async () => {
    const key = await holder()
    expect((await removed(key.id)).status).toBe(204)
    expect(await codeOf(look(key))).toBe('INVALID_SESSION')
    expect((await bench.request(list, contracts.listApiKeys, { as: ada })).body.data).toEqual([])
  })

  test('it has another secret, the old one and its tokens end at once', async () => {
    const key = await holder()
    const { data } = (await rotated(key.id)).body
    expect(await codeOf(look(key))).toBe('INVALID_SESSION')
    expect(await codeOf(look({ as: await entered(data.secret, data) }))).toBe(200)
  })

  test('it has another secret with an overlap, both are good, and the one before that is not', async () => {
    const key = await holder()
    const second = (await rotated(key.id, { overlapHours: 2 })).body.data
    expect(Date.parse(second.oldSecretEndsAt) - Date.now()).toBeGreaterThan(7_100_000)
    expect(await codeOf(look(key))).toBe(200)
    expect([(await exchanged(key.secret)).status, (await exchanged(second.secret)).status]).toEqual([200, 200])
    await rotated(key.id, { overlapHours: 2 })
    expect([(await exchanged(key.secret)).status, (await exchanged(second.secret)).status]).toEqual([401, 200])
  })

  test('it expires, nothing opens it, and no token outlives it', async () => {
    const soon = new Date(Date.now() + 60_000).toISOString()
    const { data } = (await made({ expiresAt: soon })).body
    expect((await exchanged(data.secret)).body.data.expiresIn).toBeLessThanOrEqual(60)
    const key = { as: await entered(data.secret, data) }
    await set(principalKey(ada.organizationId, data.id), { expiresAt: PAST })
    expect((await exchanged(data.secret)).status).toBe(401)
    expect(await codeOf(look(key))).toBe('FORBIDDEN')
    expect(await denials()).toContainEqual(['access.denied', 'FORBIDDEN', 'expiry', 'service'])
  })

  test('its organization is suspended, it opens nothing there', async () => {
    const key = await holder()
    await setOrganization({ status: 'suspended' })
    expect([(await exchanged(key.secret)).body.code, await codeOf(look(key))]).toEqual(['ORGANIZATION_SUSPENDED', 'ORGANIZATION_SUSPENDED'])
  })
})

test('nobody gets the secret of a key that may do more than they', async () => {
  const key = await holder({ roleIds: ['rol_admin'] })
  const clerk = await bench.member(ada)
  const scope = { type: 'organization' }
  await setUser({ assignments: [{ id: newId('asg'), permission: 'api_keys:*', scope, grantedBy: ada.userId, createdAt: PAST }] }, clerk)
  expect((await rotated(key.id, {}, clerk)).body.code).toBe('FORBIDDEN')
})
