import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { credentialsFor, hasCredentials } from './credentials.ts'
import { meter } from './meter.ts'

/** STS that counts, and fails when told to. */
const asked: URLSearchParams[] = []
let isDown = false
let hasKeys = true
let server: Server

const xml = (id: string) => `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
  <AccessKeyId>${id}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
  <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`
const denied = '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>'

beforeAll(async () => {
  server = createServer(async (request, response) => {
    asked.push(new URLSearchParams((await request.toArray()).join('')))
    const body = isDown ? denied : xml(hasKeys ? `KEY${asked.length}` : '')
    response.writeHead(isDown ? 403 : 200, { 'content-type': 'text/xml' }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  Object.assign(process.env, {
    TESSERA_DATA_ROLE: 'arn:aws:iam::000000000000:role/data',
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
    AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  })
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  asked.length = 0
})

const NOW = Date.parse('2026-01-01T00:00:00Z')
const MINUTE = 60_000

test('many requests of one tenant at once cost one call, counted for the request that made it', async () => {
  const all = Array.from({ length: 20 }, () => meter())
  const given = await Promise.all(all.map((counts) => credentialsFor('org_many', counts, NOW)))
  expect(new Set(given.map(({ accessKeyId }) => accessKeyId)).size).toBe(1)
  expect(asked).toHaveLength(1)
  expect(all.map(({ credentials }) => credentials).filter((calls) => calls > 0)).toEqual([1])
})

test('the session carries the tenant as its tag, and a session for look-ups carries none', async () => {
  await credentialsFor('org_tagged', meter(), NOW)
  expect(Object.fromEntries(asked[0] ?? [])).toMatchObject({
    Action: 'AssumeRole',
    RoleArn: 'arn:aws:iam::000000000000:role/data',
    RoleSessionName: 'org_tagged',
    'Tags.member.1.Key': 'tenant',
    'Tags.member.1.Value': 'org_tagged',
  })
  await credentialsFor(undefined, meter(), NOW)
  expect([...(asked[1]?.keys() ?? [])].filter((name) => name.startsWith('Tags'))).toEqual([])
})

test('credentials are kept 50 minutes, and renewed before AWS lets them end', async () => {
  expect(hasCredentials('org_old', NOW)).toBe(false)
  const first = await credentialsFor('org_old', meter(), NOW)
  expect([hasCredentials('org_old', NOW + 50 * MINUTE - 1), hasCredentials('org_old', NOW + 50 * MINUTE)]).toEqual([true, false])
  expect(await credentialsFor('org_old', meter(), NOW + 50 * MINUTE - 1)).toBe(first)
  expect(await credentialsFor('org_old', meter(), NOW + 50 * MINUTE)).not.toBe(first)
  expect(asked).toHaveLength(2)
  expect(first.expiration?.getTime()).toBeLessThan(NOW + 60 * MINUTE)
})

test('credentials that must live longer are renewed earlier, so that nothing signed with them ends before it says', async () => {
  const first = await credentialsFor('org_links', meter(), NOW)
  expect(await credentialsFor('org_links', meter(), NOW + 45 * MINUTE - 1, 15 * MINUTE)).toBe(first)
  expect(await credentialsFor('org_links', meter(), NOW + 45 * MINUTE)).toBe(first)
  const second = await credentialsFor('org_links', meter(), NOW + 45 * MINUTE, 15 * MINUTE)
  expect(second).not.toBe(first)
  expect(await credentialsFor('org_links', meter(), NOW + 46 * MINUTE)).toBe(second)
  expect(asked).toHaveLength(2)
})

test('a failure is told and not kept: the next request asks again', async () => {
  isDown = true
  await expect(credentialsFor('org_down', meter(), NOW)).rejects.toMatchObject({ name: 'AccessDenied' })
  isDown = false
  await expect(credentialsFor('org_down', meter(), NOW)).resolves.toMatchObject({ sessionToken: 't' })
})

test('an answer without keys is unavailability, not credentials', async () => {
  hasKeys = false
  await expect(credentialsFor('org_empty', meter(), NOW)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  hasKeys = true
})

test('of more than 500 tenants the one not used for longest is forgotten', async () => {
  await credentialsFor('org_first', meter(), NOW)
  await credentialsFor('org_second', meter(), NOW)
  await Promise.all(
    Array.from({ length: 499 }, (_, n) => {
      if (n === 0) void credentialsFor('org_first', meter(), NOW)
      return credentialsFor(`org_n${n}`, meter(), NOW)
    }),
  )
  asked.length = 0
  await credentialsFor('org_first', meter(), NOW)
  expect(asked).toHaveLength(0)
  await credentialsFor('org_second', meter(), NOW)
  expect(asked).toHaveLength(1)
})
