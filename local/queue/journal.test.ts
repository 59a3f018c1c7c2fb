import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import * as z from 'zod'
import { openJournal } from './journal.ts'
import { openQueue } from './queue.ts'

const settings = {
  name: 'work',
  arn: 'arn:aws:sqs:eu-central-1:000000000000:work',
  url: 'http://localhost/000000000000/work',
  visibilityTimeoutSeconds: 30,
  delaySeconds: 0,
  waitSeconds: 0,
  retentionSeconds: 345_600,
  maximumMessageBytes: 1_048_576,
}
const newFile = () => join(mkdtempSync(join(tmpdir(), 'tessera-journal-')), 'deep', 'work.jsonl')
const open = (file: string) => openQueue({ settings, file, now: Date.now, bury: () => {} })

/** Sends messages for ever and prints the number of each one accepted. */
const sender = `
  const { openQueue } = await import(process.argv[1])
  const queue = openQueue({ settings: JSON.parse(process.argv[2]), file: process.argv[3], now: Date.now, bury() {} })
  const { writeSync } = await import('node:fs')
  for (let n = 0; ; n++) { queue.send({ body: String(n) }); writeSync(1, n + '\\n') }
`

test('every message accepted before kill -9 is there at the next start', async () => {
  const file = newFile()
  const child = spawn(process.execPath, ['--input-type=module', '-e', sender, join(__dirname, 'queue.ts'), JSON.stringify(settings), file])
  let accepted = ''
  child.stdout.on('data', (chunk: Buffer) => {
    accepted += chunk
    if (accepted.length > 2_000) child.kill('SIGKILL')
  })
  await once(child, 'close')
  const last = Number(accepted.trimEnd().split('\n').at(-1))
  const queue = open(file)
  const bodies = new Set(queue.all().map(({ body }) => body))
  expect(last).toBeGreaterThan(100)
  for (let n = 0; n <= last; n++) expect(bodies).toContain(String(n))
  queue.close()
})

test('a line torn by a kill is dropped, and the file goes on behind the whole ones', () => {
  const file = newFile()
  const first = openJournal(file, z.number(), () => {})
  first.append(1)
  first.close()
  appendFileSync(file, '{"torn":')
  const found: number[] = []
  const second = openJournal(file, z.number(), (entry) => found.push(entry))
  second.append(2)
  second.close()
  expect(found).toEqual([1])
  expect(readFileSync(file, 'utf8')).toBe('1\n2\n')
})

test('a queue that is worked off does not leave an ever growing file', () => {
  const file = newFile()
  const queue = open(file)
  const kept = queue.send({ body: 'kept' })
  for (let n = 0; n < 6_000; n++) queue.remove(queue.send({ body: 'x' }).id)
  queue.remove('unknown')
  queue.hide('unknown', 1)
  queue.close()
  expect(readFileSync(file, 'utf8').split('\n').length).toBeLessThan(5_000)
  const again = open(file)
  expect(again.all()).toEqual([kept])
  again.close()
})
