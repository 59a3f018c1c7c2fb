import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as soon } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { createConsole } from './console.ts'

function terminal(isTTY: boolean) {
  let text = ''
  let time = 0
  const output = {
    isTTY,
    write(more: string) {
      text += more
    },
  }
  const shown = createConsole(output, () => time)
  return { ...shown, text: () => text, pass: (milliseconds: number) => (time += milliseconds) }
}

test('a step shows a tick and its time, a failed one a cross', async () => {
  const { step, text, pass } = terminal(false)
  await step('tables', async () => pass(1230))
  await expect(step('mail', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(text().split('\n')).toEqual([expect.stringMatching(/^ {2}✓ tables +1\.2 s$/), expect.stringMatching(/^ {2}✗ mail +0\.0 s$/), ''])
})

test('a terminal shows what is under way, below the lines that come meanwhile', async () => {
  const { step, log, text } = terminal(true)
  await step('tables', async () => log('part', 'news'))
  const lines = text().split('\r\x1b[K')
  expect(lines).toEqual(['', '  … tables', '[part] news\n  … tables', expect.stringMatching(/✓ tables.*\n$/)])
})

test('log lines are kept in a file when one is given', async () => {
  const { log, keepLogs, close } = terminal(false)
  const file = join(mkdtempSync(join(tmpdir(), 'console-')), 'logs', 'stack.log')
  log('part', 'before')
  keepLogs(file)
  log('part', 'after')
  close()
  while (!kept(file).includes('after')) await soon()
  expect(kept(file)).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z \[part\] after\n$/)
})

test('a line that comes again is not shown again at once', () => {
  const { log, text, pass } = terminal(false)
  for (const line of ['again', 'again', 'other']) log('part', line)
  pass(10_000)
  log('part', 'again')
  expect(text()).toBe('[part] again\n[part] other\n[part] again\n')
})

function kept(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
