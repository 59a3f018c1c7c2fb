import { mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import * as z from 'zod'
import { openRecords } from './records.ts'

const Version = z.object({ version: z.number().optional() })
const newFolder = () => join(mkdtempSync(join(tmpdir(), 'tessera-records-')), 'users')

test('a process killed while it wrote leaves the old record, and the half-written one is never read', () => {
  const folder = newFolder()
  openRecords(folder, Version).write('ada', { version: 1 })
  const [file = ''] = readdirSync(folder)
  writeFileSync(join(folder, `${file}.draft`), '{"version":')
  const reopened = openRecords(folder, Version)
  expect(reopened.all()).toEqual([{ version: 1 }])
  reopened.write('ada', { version: 2 })
  expect(openRecords(folder, Version).all()).toEqual([{ version: 2 }])
})

test('any text is a key, stays inside the folder, and removes its own record only', () => {
  const records = openRecords(newFolder(), z.string())
  for (const key of ['../../etc/passwd', 'a/b', 'ä', '']) records.write(key, key)
  records.remove('a/b')
  records.remove('never written')
  expect(records.all().sort()).toEqual(['', '../../etc/passwd', 'ä'])
})

test('only the owner may read what is kept', () => {
  const folder = newFolder()
  openRecords(folder, Version).write('ada', {})
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(statSync(join(folder, readdirSync(folder)[0] ?? '')).mode & 0o777).toBe(0o600)
})
