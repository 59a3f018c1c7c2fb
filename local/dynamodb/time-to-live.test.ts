import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import * as z from 'zod'
import { sampleDeployment } from '../aws/test-deployment.ts'
import { AwsError } from '../types.ts'
import { durableJson } from './durable-json.ts'
import type { LocalClient } from './local-client.ts'
import { readTables, type Table } from './tables.ts'
import { startTimeToLive } from './time-to-live.ts'

const Times = z.record(z.string(), z.number())
const [table] = readTables(sampleDeployment()) as [Table]
const item = { PK: { S: 'a' }, SK: { S: 'b' }, expiresAt: { N: '1' } }

function sweeper(options: {
  failing?: string
  everyMs?: number
  path?: string
  clock?: () => number
  log?: (part: string, line: string) => void
}) {
  const client: LocalClient = {
    async ask<T>(operation: string) {
      if (operation === 'Scan') return { Items: [item] } as T
      if (options.failing) throw new AwsError(options.failing, `no ${operation}`)
      return {} as T
    },
    forward: () => Promise.reject(new Error('not asked')),
    close: () => {},
  }
  const { everyMs = 3_600_000, path, clock = Date.now, log = () => {} } = options
  return startTimeToLive({ client, tables: [table], clock, log, path, everyMs })
}

test('an item that changed since it was found is left alone', async () => {
  const timeToLive = sweeper({ failing: 'ConditionalCheckFailedException' })
  expect(await timeToLive.sweep()).toBe(0)
  await timeToLive.stop()
})

test('another trouble is not swallowed', async () => {
  const timeToLive = sweeper({ failing: 'InternalServerError' })
  await expect(timeToLive.sweep()).rejects.toThrow('no DeleteItem')
  await timeToLive.stop()
})

test('sweeps go on in the background, and say what went wrong', async () => {
  const line = await new Promise<string>((resolve) => {
    const timeToLive = sweeper({
      failing: 'InternalServerError',
      everyMs: 1,
      log: (_part, text) => void timeToLive.stop().then(() => resolve(text)),
    })
  })
  expect(line).toBe('time to live: no DeleteItem')
})

test('a sweep is remembered for the day that its record can be read, also over a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-'))
  const path = join(folder, 'swept.json')
  let now = 0
  const first = sweeper({ path, clock: () => now })
  await first.sweep()
  await first.stop()
  const second = sweeper({ path, clock: () => now })
  const { expiresAt, ...keys } = item
  expect(second.swept(table, keys, item)).toBe(true)
  expect(second.swept(table, keys, { ...item, expiresAt: { N: '2' } })).toBe(false)
  expect(second.swept(table, { ...keys, PK: { S: 'other' } }, { expiresAt })).toBe(false)
  now = 26 * 3_600_000
  await second.sweep()
  expect(Object.values(durableJson(path, Times, {}).read())).toEqual([now])
  await second.stop()
  rmSync(folder, { recursive: true })
})

test('a damaged file is named instead of taken for an empty one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-'))
  const path = join(folder, 'swept.json')
  writeFileSync(path, '{')
  expect(() => durableJson(path, Times, {})).toThrow(`cannot read ${path}`)
  rmSync(folder, { recursive: true })
})
