import { randomUUID } from 'node:crypto'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Endpoint } from '../../shared/endpoint.ts'
import { pathOf } from '../../shared/endpoint.ts'
import { newId } from '../../shared/ids.ts'
import type { Call } from '../../shared/serve/call.ts'
import type { LambdaHandler } from '../../shared/serve/serve.ts'
import { itemKey, organizationKey, sessionKey, tenantPartition } from '../../shared/store/keys.ts'
import { openWorld, type World } from './world.ts'

/**
 * Handlers with the mistakes that tenancy must survive, each run as the function whose contract it breaks: on its own roles of the
 * synthesized template. The unmutated handler passes; the mutant is refused by its credentials.
 */

let world: World
const ours = tenant('ours')
const theirs = tenant('theirs')

function tenant(name: string) {
  const [organizationId, userId, sessionId] = [newId('org'), newId('usr'), randomUUID()]
  const at = new Date().toISOString()
  const versioned = { organizationId, version: 1, createdAt: at, updatedAt: at }
  const assignments = [{ id: newId('asg'), roleId: 'rol_admin', scope: { type: 'organization' }, grantedBy: userId, createdAt: at }]
  const organization = { id: organizationId, name, type: 'customer', status: 'active', policyVersion: 1, cursorKey: name, settings: {} }
  const person = { id: userId, kind: 'member', email: `${name}@example.com`, emailVerified: true, firstName: 'Ada', lastName: name }
  const more = { status: 'active', mfaEnabled: false, preferences: {}, metadata: {}, loginCount: 0, createdBy: userId, assignments }
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
  const session = { id: sessionId, status: 'active', mfa: false, generation: 1, expiresAt }
  const listed = { g1pk: tenantPartition(organizationId, 'USERS'), g1sk: userId }
  const items = [
    { ...organizationKey(organizationId), ...organization, ...versioned },
    { ...itemKey(organizationId, 'USER', userId), ...listed, ...person, ...more, ...versioned },
    { ...sessionKey(userId, sessionId), ...session, ...versioned },
  ]
  return { organizationId, userId, sessionId, items }
}

beforeAll(async () => {
  world = await openWorld()
  world.becomeRoot()
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}))
  for (const Item of [...ours.items, ...theirs.items])
    await client.send(new PutCommand({ TableName: process.env.TESSERA_TABLE ?? '', Item }))
})
afterAll(() => world.close())

async function request(handler: LambdaHandler, contract: Endpoint, params: Record<string, string> = {}) {
  const path = pathOf(contract).replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '')
  const claims = { token_use: 'access', username: ours.userId, origin_jti: ours.sessionId, org: ours.organizationId, auth_time: '0' }
  const event = {
    version: '2.0',
    routeKey: contract.route,
    rawPath: path,
    rawQueryString: '',
    headers: {},
    pathParameters: params,
    isBase64Encoded: false,
    requestContext: {
      http: { method: 'GET', path, sourceIp: '192.0.2.1', userAgent: 'jest' },
      authorizer: { jwt: { claims, scopes: [] } },
    },
  }
  const reply = await handler(event, { functionName: 'mutant', getRemainingTimeInMillis: () => 30_000 })
  return { status: reply.statusCode, text: String(reply.body) }
}

type AnyCall = Call<Endpoint, unknown>
type Mistake = (call: AnyCall) => Promise<unknown>

/** Runs the mistake inside the contract's own function, and gives the answer and what AWS said to it. */
async function mutant(functionName: string, pick: () => Promise<Endpoint>, mistake: Mistake) {
  world.become(functionName)
  const { serve } = await import('../../shared/serve/serve.ts')
  const contract = await pick()
  let said = 'nothing'
  const handler = serve(contract, (async (call: AnyCall) => {
    try {
      return await mistake(call)
    } catch (error) {
      said = (error as Error).name
      throw error
    }
  }) as never)
  return { ...(await request(handler, contract, { id: ours.userId })), said }
}

const users = () => import('../../functions/users/contract.ts')
const getUser = async () => (await users()).getUser
const listUsers = async () => (await users()).listUsers
const audit = () => import('../../functions/audit/contract.ts')
const notifications = () => import('../../functions/notifications/contract.ts')
const organizations = () => import('../../functions/organizations/contract.ts')
/** The mistake needs no input, and no id of the right kind. */
const withoutBody = (pick: () => Promise<Endpoint>) => async () =>
  ({ ...(await pick()), body: undefined, params: undefined, query: undefined }) as unknown as Endpoint
const table = () => import('../../shared/store/table.ts')
const meter = async () => (await import('../../shared/store/meter.ts')).meter()

const refused = { status: 500, said: 'AccessDeniedException' }

describe('the handlers as they are', () => {
  test('read a user of the own organization', async () => {
    world.become('users-get-user')
    const { handler } = await import('../../functions/users/get-user.ts')
    expect(await request(handler, await getUser(), { id: ours.userId })).toMatchObject({
      status: 200,
      text: expect.stringContaining('ours@example.com'),
    })
  })
  test('list the users of the own organization by its index', async () => {
    world.become('users-list-users')
    const { handler } = await import('../../functions/users/list-users.ts')
    expect(await request(handler, await listUsers())).toMatchObject({ status: 200, text: expect.stringContaining('ours@example.com') })
  })
})

describe('a mutant that', () => {
  test("asks the store for another tenant's key is refused", async () => {
    const reply = await mutant('users-get-user', getUser, ({ tenant }) =>
      tenant.read(itemKey(theirs.organizationId, 'USER', theirs.userId)),
    )
    expect(reply).toMatchObject(refused)
    expect(reply.text).not.toContain('theirs@example.com')
  })

  test("smuggles another tenant's key in beside its own is refused", async () => {
    const own = itemKey(ours.organizationId, 'USER', ours.userId)
    const foreign = itemKey(theirs.organizationId, 'USER', theirs.userId)
    expect(await mutant('users-get-user', getUser, ({ tenant }) => tenant.read(own, foreign))).toMatchObject(refused)
  })

  test("queries another tenant's index partition is refused", async () => {
    const reply = await mutant('users-list-users', listUsers, async ({ tenant }) =>
      (await table()).tableFor(tenant.id, await meter()).query({
        IndexName: 'gsi1',
        KeyConditionExpression: 'g1pk = :pk',
        ExpressionAttributeValues: { ':pk': tenantPartition(theirs.organizationId, 'USERS') },
      }),
    )
    expect(reply).toMatchObject(refused)
  })

  /** Each beside a partition that the contract reaches. */
  test.each([
    ['users-list-users', () => listUsers(), 'USERSX'],
    ['users-get-user', () => getUser(), 'USER_GROUP#x'],
    ['audit-list-audit-logs', async () => (await audit()).listAuditLogs, 'AUDITS#x'],
    ['notifications-list-notifications', async () => (await notifications()).listNotifications, 'INBOX_RULE#x'],
    ['organizations-get-organization', async () => (await organizations()).getOrganization, 'ORGANIZATION_UNIT#x'],
  ] as [
    string,
    () => Promise<Endpoint>,
    string,
  ][])('reads as %s what only begins like its own is refused', async (name, pick, partition) => {
    const key = { pk: tenantPartition(ours.organizationId, partition), sk: 'ITEM' }
    expect(await mutant(name, withoutBody(pick), ({ tenant }) => tenant.read(key))).toMatchObject(refused)
  })

  test.each([
    ['notifications-read-notification', async () => (await notifications()).readNotification, `USER#${ours.userId}`],
    ['notifications-read-notification', async () => (await notifications()).readNotification, 'GUARD#EMAIL'],
    ['notifications-read-notification', async () => (await notifications()).readNotification, 'TALLY#ADMINISTRATORS'],
    ['notifications-read-all-notifications', async () => (await notifications()).readAllNotifications, `USER#${ours.userId}`],
    [
      ...(['notifications-replace-notification-preferences', async () => (await notifications()).replaceNotificationPreferences] as const),
      `USER#${ours.userId}`,
    ],
    ['users-lock-user', async () => (await users()).lockUser, 'USER_GROUP#x'],
    ['users-lock-user', async () => (await users()).lockUser, 'USERSX#x'],
    ['users-lock-user', async () => (await users()).lockUser, 'GUARD#EMAILS'],
    ['users-lock-user', async () => (await users()).lockUser, 'GUARD#ROLE_NAME'],
    ['users-lock-user', async () => (await users()).lockUser, 'TALLY#CUSTOMERS'],
  ] as [
    string,
    () => Promise<Endpoint>,
    string,
  ][])('writes as %s what is another entity’s is refused: %#', async (name, pick, partition) => {
    const key = { pk: tenantPartition(ours.organizationId, partition), sk: 'ITEM' }
    const reply = await mutant(name, withoutBody(pick), async ({ tenant }) => {
      const { put } = await import('../../shared/store/writes.ts')
      return tenant.note(put(key, { planted: true }))
    })
    expect(reply).toMatchObject(refused)
  })

  test('writes with a read-only contract is refused', async () => {
    const reply = await mutant('users-get-user', getUser, async ({ tenant }) => {
      const { patch } = await import('../../shared/store/writes.ts')
      return tenant.note(patch(itemKey(ours.organizationId, 'USER', ours.userId), { status: 'locked' }))
    })
    expect(reply).toMatchObject(refused)
  })

  test('writes into another tenant with a contract that writes is refused', async () => {
    const lockUser = async () => ({ ...(await users()).lockUser, body: undefined }) as unknown as Endpoint
    const reply = await mutant('users-lock-user', lockUser, async ({ tenant }) => {
      const { patch } = await import('../../shared/store/writes.ts')
      return tenant.note(patch(itemKey(theirs.organizationId, 'USER', theirs.userId), { status: 'locked' }))
    })
    expect(reply).toMatchObject(refused)
  })

  test('reads a look-up its contract does not name is refused', async () => {
    expect(await mutant('users-get-user', getUser, ({ lookups }) => lookups.read([{ pk: 'LOGIN#x', sk: 'ITEM' }]))).toMatchObject(refused)
  })

  test('calls Cognito without naming it is refused', async () => {
    const { AdminDeleteUserCommand, CognitoIdentityProviderClient } = await import('@aws-sdk/client-cognito-identity-provider')
    const reply = await mutant('users-get-user', getUser, () =>
      new CognitoIdentityProviderClient({}).send(
        new AdminDeleteUserCommand({ UserPoolId: process.env.TESSERA_USER_POOL ?? '', Username: theirs.userId }),
      ),
    )
    expect(reply).toMatchObject(refused)
  })

  test('uses credentials without a tenant is refused its own items and those of others', async () => {
    for (const { organizationId, userId } of [ours, theirs]) {
      const reply = await mutant('users-get-user', getUser, async () =>
        (await table()).tableFor(undefined, await meter()).read([itemKey(organizationId, 'USER', userId)]),
      )
      expect(reply).toMatchObject(refused)
    }
  })

  test('passes the store by, on the execution role, is refused', async () => {
    const reply = await mutant('users-get-user', getUser, () =>
      DynamoDBDocumentClient.from(new DynamoDBClient({})).send(
        new PutCommand({ TableName: process.env.TESSERA_TABLE ?? '', Item: ours.items[1] ?? {} }),
      ),
    )
    expect(reply).toMatchObject(refused)
  })

  test('takes on the data role of another function is refused', async () => {
    const reply = await mutant('users-get-user', getUser, async ({ tenant }) => {
      const lock = world.functions.find(({ name }) => name === 'users-lock-user')
      process.env.TESSERA_DATA_ROLE = lock?.dataRole ?? ''
      const { credentialsFor } = await import('../../shared/store/credentials.ts')
      return credentialsFor(`${tenant.id}x`, await meter())
    })
    expect(reply).toMatchObject({ status: 500, said: expect.stringMatching(/^AccessDenied/) })
  })
})
