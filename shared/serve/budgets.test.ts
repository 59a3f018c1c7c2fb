import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import * as z from 'zod'
import { type Bench, openWorkbench, type Person } from '../../test/workbench.ts'
import { endpoint } from '../endpoint.ts'
import { newId } from '../ids.ts'
import { itemKey, membershipKey, rateKey } from '../store/keys.ts'
import { meter } from '../store/meter.ts'
import { tableFor } from '../store/table.ts'
import { put, putNew, remove, type Write } from '../store/writes.ts'
import { serve } from './serve.ts'

const me = endpoint({ route: 'GET /api/v1/auth/note', summary: 'x', self: true, reply: z.object({ org: z.string() }) })
const few = endpoint({ ...me, route: 'GET /api/v1/auth/few', limitPerMinute: 20 })
const handler = serve(me, ({ tenant }) => ({ org: tenant.id }))
const fewHandler = serve(few, ({ tenant }) => ({ org: tenant.id }))

/** Hands out the stack's own credentials, and remembers for which tenant. */
const assumed: string[] = []
let sts: Server
let bench: Bench
let ada: Person

beforeAll(async () => {
  bench = await openWorkbench()
  sts = createServer(async (request, response) => {
    const asked = new URLSearchParams((await request.toArray()).join(''))
    assumed.push(asked.get('RoleSessionName') ?? '')
    const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = process.env
    response.writeHead(200, { 'content-type': 'text/xml' }).end(
      `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>${id}</AccessKeyId>
       <SecretAccessKey>${secret}</SecretAccessKey><SessionToken>${token}</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>
       </Credentials></AssumeRoleResult></AssumeRoleResponse>`,
    )
  })
  await new Promise<void>((resolve) => sts.listen(0, '127.0.0.1', resolve))
  process.env.AWS_ENDPOINT_URL_STS = `http://127.0.0.1:${(sts.address() as AddressInfo).port}`
  process.env.TESSERA_TENANT_CREDENTIALS = 'true'
  // The clock stands still, so that no minute turns while calls are counted.
  jest.useFakeTimers({
    now: Date.now(),
    doNotFake: [
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'setInterval',
      'setTimeout',
      'clearImmediate',
      'clearInterval',
      'clearTimeout',
    ],
  })
})
afterAll(async () => {
  jest.useRealTimers()
  delete process.env.AWS_ENDPOINT_URL_STS
  sts.closeAllConnections()
  sts.close()
  await bench.close()
})
beforeEach(async () => {
  ada = await bench.founder()
  assumed.length = 0
})

const into = (organizationId: string, as = ada) => bench.request(handler, me, { as, headers: { 'x-organization-id': organizationId } })
const outcome = async (reply: ReturnType<typeof into>) => (await reply).body.code ?? (await reply).status

/** An organization that Ada also belongs to, with her membership in this state; no instance has entered it yet. */
async function further(userStatus: string): Promise<string> {
  const organizationId = newId('org')
  const [user] = await bench.tenant(ada.organizationId).read<Record<string, unknown>>(itemKey(ada.organizationId, 'USER', ada.userId))
  const [organization] = await bench
    .tenant(ada.organizationId)
    .read<Record<string, unknown>>({ pk: `TENANT#${ada.organizationId}#ORGANIZATION`, sk: 'ITEM' })
  const writes: Write[] = [
    putNew({ pk: `TENANT#${organizationId}#ORGANIZATION`, sk: 'ITEM' }, { ...organization, id: organizationId }, 'CONFLICT'),
    putNew(itemKey(organizationId, 'USER', ada.userId), { ...user, organizationId }, 'CONFLICT'),
    put(membershipKey(ada.userId, organizationId), { organizationId, role: 'admin', userStatus, version: 1 }),
  ]
  await bench.tenant(ada.organizationId).commit(writes)
  return organizationId
}

describe('who names other organizations', () => {
  test('330 of them, costs no call to STS, and is refused past the limit', async () => {
    const replies = []
    for (let n = 0; n < 330; n++) replies.push(await outcome(into(newId('org'))))
    expect(replies).toEqual([...Array(300).fill('NOT_FOUND'), ...Array(30).fill('RATE_LIMIT_EXCEEDED')])
    expect(assumed.filter((name) => name !== 'untenanted')).toEqual([])
    expect(assumed.length).toBeLessThanOrEqual(1)
    const [counter] = await tableFor(undefined, meter()).read([rateKey(ada.userId, `${me.route}#${Math.floor(Date.now() / 60_000)}`)])
    expect(counter?.calls).toBe(300)
  })

  test('in the wrong form, is counted like anybody else', async () => {
    const wrong = () => bench.request(fewHandler, few, { as: ada, headers: { 'x-organization-id': 'org_x' } })
    for (let n = 0; n < 20; n++) expect(await outcome(wrong())).toBe('NOT_FOUND')
    expect(await outcome(wrong())).toBe('RATE_LIMIT_EXCEEDED')
  })

  test('of which one is a further one of theirs, is let in at the first request, which takes one more wave; no later one does', async () => {
    const organizationId = await further('active')
    const first = await into(organizationId)
    expect([first.status, first.body.data.org, first.cost.waves]).toEqual([200, organizationId, 2])
    expect(assumed.filter((name) => name !== 'untenanted')).toEqual([organizationId])
    expect((await into(organizationId)).cost).toMatchObject({ waves: 1, sts: 0 })
  })

  test.each(['invited', 'deleted'])('in which they are %s, is told of none, without a call to STS', async (status) => {
    expect(await outcome(into(await further(status)))).toBe('NOT_FOUND')
    expect(assumed.filter((name) => name !== 'untenanted')).toEqual([])
  })

  test('whose record one of them removed, is refused by it at once, whatever the look-up says', async () => {
    const organizationId = await further('active')
    await into(organizationId)
    await bench.tenant(organizationId).commit(remove(itemKey(organizationId, 'USER', ada.userId)))
    expect(await outcome(into(organizationId))).toBe('NOT_FOUND')
  })

  test('shares one limit over all of them', async () => {
    const organizations = [ada.organizationId, await further('active'), await further('locked')]
    const calls = []
    for (let n = 0; n < 24; n++) {
      const headers = { 'x-organization-id': organizations[n % 3] ?? '' }
      calls.push(await outcome(bench.request(fewHandler, few, { as: ada, headers })))
    }
    expect(calls.slice(0, 20).every((code) => code === 200)).toBe(true)
    expect(calls.slice(20)).toEqual(Array(4).fill('RATE_LIMIT_EXCEEDED'))
  })

  test('takes no call of another person from them', async () => {
    const bob = await bench.member(ada)
    for (let n = 0; n < 21; n++) await bench.request(fewHandler, few, { as: ada })
    expect(await outcome(bench.request(fewHandler, few, { as: bob }))).toBe(200)
  })
})
