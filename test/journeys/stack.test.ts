import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Someone } from './journey.ts'
import { freePorts, isFree, spawnStack, startStack } from './start-stack.ts'

/** A stack of its own, treated badly, in this order: killed, started again, stopped, crowded, emptied. */

const WRITES = 200
const dataDir = mkdtempSync(join(tmpdir(), 'tessera-faults-'))
let port: number
let stack: ChildProcess
let journey: typeof import('./journey.ts')
let ada: Someone
/** Of the users whose creation was answered with 201. */
const acknowledged = new Map<string, string>()
const mails = Array.from({ length: WRITES }, (_, n) => `writer.${n}@example.com`)

beforeAll(async () => {
  port = await freePorts(5_100)
  stack = await startStack(port, dataDir)
  process.env.TESSERA_TEST_PORT = String(port)
  journey = await import('./journey.ts')
  ada = await journey.founder()
})

afterAll(async () => {
  await end('SIGTERM')
  rmSync(dataDir, { recursive: true, force: true })
})

async function end(signal: NodeJS.Signals): Promise<number | null> {
  if (stack.exitCode !== null || stack.signalCode !== null) return stack.exitCode
  const gone = once(stack, 'exit')
  stack.kill(signal)
  return (await gone)[0]
}

/** Every part of the stack, DynamoDB Local's Java among them, holds a port as long as it lives. */
const nothingIsLeft = () =>
  journey.eventually(
    async () => (await Promise.all([0, 1, 2, 3, 4].map((n) => isFree(port + n)))).every(Boolean),
    (free) => free,
  )

const invite = (email: string) => ada.api.createUser({ body: { email, firstName: 'Grace', lastName: 'Hopper' }, idempotencyKey: email })

async function all<T>(ask: (cursor: string | undefined) => Promise<{ data: { items: T[]; nextCursor: string | null } }>): Promise<T[]> {
  const { data } = await ask(undefined)
  let { nextCursor } = data
  while (nextCursor) {
    const more = (await ask(nextCursor)).data
    data.items.push(...more.items)
    nextCursor = more.nextCursor
  }
  return data.items
}
const page = (cursor: string | undefined) => ({ limit: 100, ...(cursor ? { cursor } : {}) })

test('killed in the middle of 200 concurrent writes, the stack leaves no process behind', async () => {
  await Promise.allSettled(
    mails.map(async (email) => {
      acknowledged.set(email, (await invite(email)).data.id)
      if (acknowledged.size === WRITES / 4) stack.kill('SIGKILL')
    }),
  )
  expect(acknowledged.size).toBeGreaterThanOrEqual(WRITES / 4)
  expect(acknowledged.size).toBeLessThan(WRITES)
  await nothingIsLeft()
})

test('started again, it has every acknowledged write with its numbered event, and in time its audit entry', async () => {
  stack = await startStack(port, dataDir)
  for (const id of acknowledged.values()) {
    const params = { id }
    expect((await ada.api.getUser({ params })).data).toMatchObject({ id, status: 'invited', version: 1 })
    expect((await ada.api.listUserHistory({ params })).data.items.map(({ type, version }) => [type, version])).toEqual([
      ['user.created', 1],
    ])
  }
  await journey.eventually(
    async () => {
      const entries = await all((cursor) => ada.api.listAuditLogs({ query: { action: 'user.created', ...page(cursor) } }))
      const told = new Set(entries.map(({ resource }) => resource.id))
      return [...acknowledged.values()].filter((id) => !told.has(id))
    },
    (missing) => missing.length === 0,
  )
})

test('what was written without an answer is whole too, and is answered when asked again with its key', async () => {
  const users = await all((cursor) => ada.api.listUsers({ query: page(cursor) }))
  const unanswered = mails.filter((email) => !acknowledged.has(email)).slice(0, 20)
  for (const email of unanswered) {
    const before = users.find((user) => user.email === email)
    const { data } = await invite(email)
    expect(before?.id ?? data.id).toBe(data.id)
    expect((await ada.api.listUserHistory({ params: { id: data.id } })).data.items.at(-1)?.type).toBe('user.created')
  }
  const after = await all((cursor) => ada.api.listUsers({ query: page(cursor) }))
  expect(new Set(after.map(({ email }) => email)).size).toBe(after.length)
})

test('Ctrl-C ends everything, and what was there is there again after a restart', async () => {
  const before = (await ada.api.getMe()).data
  expect(await end('SIGINT')).toBe(0)
  await nothingIsLeft()
  stack = await startStack(port, dataDir)
  expect((await ada.api.getMe()).data.user).toEqual(before.user)
  await journey.signIn(ada)
  expect((await journey.mailTo(ada.email)).to).toContain(ada.email)
})

/** Starts a second stack that must not come up, and gives its exit code and what it said. */
async function failedStart(atPort: number, folder: string): Promise<[code: number | null, output: string]> {
  const second = spawnStack(atPort, folder)
  let output = ''
  second.stdout?.on('data', (chunk) => {
    output += chunk
  })
  const [code] = await once(second, 'close')
  return [code, output]
}

test('a port in use is told in words with a way out, and the data of a running stack is not taken by a second one', async () => {
  const words = /Port \d+, wanted for the API, is in use.*\n.*TESSERA_PORT=/
  expect(await failedStart(port, join(dataDir, 'other'))).toEqual([1, expect.stringMatching(words)])
  const elsewhere = await freePorts(port + 10)
  expect(await failedStart(elsewhere, dataDir)).toEqual([1, expect.stringContaining('belongs to a stack that is running')])
  expect((await ada.api.getMe()).status).toBe(200)
})

test('--fresh begins anew', async () => {
  await end('SIGTERM')
  await nothingIsLeft()
  stack = await startStack(port, dataDir, ['--fresh'])
  const { anonymous, PASSWORD, refusal } = journey
  expect((await refusal(anonymous.login({ body: { email: ada.email, password: PASSWORD } }))).code).toBe('INVALID_CREDENTIALS')
  expect((await refusal(ada.api.getMe())).status).toBe(401)
  expect((await journey.founder()).organizationId).not.toBe(ada.organizationId)
})
