import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { newId } from '../../shared/ids.ts'
import { toEntry } from './audit-entry.ts'
import { cell, fileOf } from './export-file.ts'

/** As RFC 4180 reads it. */
function parse(text: string): string[][] {
  const rows: string[][] = [[]]
  let [field, isQuoted] = ['', false]
  for (let n = 0; n < text.length; n++) {
    const [here, next] = [text[n], text[n + 1]]
    if (isQuoted && here === '"' && next === '"') {
      field += here
      n++
    } else if (here === '"') isQuoted = !isQuoted
    else if (!isQuoted && (here === ',' || here === '\r')) {
      rows.at(-1)?.push(field)
      field = ''
    } else if (!isQuoted && here === '\n') rows.push([])
    else field += here
  }
  return rows.slice(0, -1)
}

const entryOf = (name: string, reason: string) =>
  toEntry({
    id: newId('evt'),
    type: 'something.failed',
    version: 1,
    schemaVersion: 1,
    aggregateType: 'user',
    aggregateId: 'usr_1',
    aggregateName: name,
    organizationId: 'org_1',
    timestamp: '2026-01-31T09:30:00.000Z',
    data: { reason },
    changes: {},
    metadata: { actorId: 'usr_2', actorKind: 'member', correlationId: 'c', requestId: 'r', source: 's', userAgent: reason },
  })

const dangerous = fc
  .tuple(fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', ' =', '＝', '\0='), fc.string())
  .map((parts) => parts.join(''))

test('no cell is a formula to a spreadsheet, whatever somebody calls themselves', () => {
  fc.assert(
    fc.property(fc.oneof(dangerous, fc.string({ unit: 'binary' })), (text) => {
      expect(parse(`${cell(text)}\r\n`)[0]?.[0] ?? '').not.toMatch(/^[\s\0]*[=+\-@＝＋－＠]|^[\t\r\n]/)
    }),
  )
})

test('what is no formula is given back as it was, each entry in one row, with the columns named once', () => {
  const text = fc.string({ unit: 'binary', minLength: 1 }).filter((each) => !/^[\s\0]*[=+\-@＝＋－＠]|^[\t\r\n]/.test(each))
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 5 }), (pairs) => {
      const entries = pairs.map(([name, reason]) => entryOf(name, reason))
      const [columns = [], ...rows] = parse(fileOf('csv', entries, { header: true }) + fileOf('csv', entries, { header: false }))
      const column = (name: string) => rows.map((row) => row[columns.indexOf(name)])
      const twice = [...pairs, ...pairs]
      expect(column('resourceName')).toEqual(twice.map(([name]) => name))
      expect(column('errorMessage')).toEqual(twice.map(([, reason]) => reason))
      expect(new Set(rows.map((row) => row.length))).toEqual(new Set([columns.length]))
    }),
  )
})

test('a line of the other format is an entry as the API shows it', () => {
  const entries = [entryOf('a\nb', '=1'), entryOf('c', 'd')]
  const lines = fileOf('jsonl', entries, { header: true }).split('\n').slice(0, -1)
  expect(lines.map((line) => JSON.parse(line))).toEqual(entries)
})
