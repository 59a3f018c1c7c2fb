import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { openInputs } from './inputs.ts'

/** A project with two files, from which something has been made. */
function project() {
  const root = mkdtempSync(join(tmpdir(), 'tessera-inputs-'))
  const write = (name: string, content: string) => writeFileSync(join(root, name), content)
  write('a.ts', 'a')
  write('b.ts', 'b')
  const record = join(root, 'inputs.json')
  // The files are older than the making.
  const make = (files = ['a.ts', 'b.ts', 'none.ts']) => openInputs(root).remember(record, { key: 'k', files, begunAt: Date.now() + 1_000 })
  const isCurrent = (key = 'k') => openInputs(root).isCurrent(record, key)
  return { root, record, write, make, isCurrent }
}

test('what was made of the same files is current, however often and however late they were written', () => {
  const { root, write, make, isCurrent } = project()
  expect(isCurrent()).toBe(false)
  make()
  expect(isCurrent()).toBe(true)
  write('a.ts', 'a')
  utimesSync(join(root, 'b.ts'), 1, 1)
  expect(isCurrent()).toBe(true)
})

test.each<[string, (p: ReturnType<typeof project>) => void]>([
  ['a file changed', ({ write }) => write('a.ts', 'A')],
  ['a file went', ({ root }) => rmSync(join(root, 'b.ts'))],
  ['a file came that was looked for in vain', ({ write }) => write('none.ts', '')],
  ['the record is damaged', ({ record }) => writeFileSync(record, '{')],
])('it is not current when %s', (_, change) => {
  const made = project()
  made.make()
  change(made)
  expect(made.isCurrent()).toBe(false)
})

test('it is not current for another key', () => {
  const { make, isCurrent } = project()
  make()
  expect(isCurrent('another')).toBe(false)
})

test('one look sees a change that came after an earlier look', () => {
  const { root, record, write, make } = project()
  make()
  const inputs = openInputs(root)
  expect(inputs.isCurrent(record, 'k')).toBe(true)
  write('a.ts', 'longer')
  expect(inputs.isCurrent(record, 'k')).toBe(false)
})

test('what may have been made of either content of a file, because it was written meanwhile, is not remembered', () => {
  const { root, record } = project()
  openInputs(root).remember(record, { key: 'k', files: ['a.ts'], begunAt: 0 })
  expect(openInputs(root).isCurrent(record, 'k')).toBe(false)
})
