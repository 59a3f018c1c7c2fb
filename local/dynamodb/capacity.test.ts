import { describe, expect, test } from '@jest/globals'
import { deploymentOf, table as sampleTable } from '../aws/test-deployment.ts'
import { transactWriteCapacity } from './capacity.ts'
import type { Item } from './expressions.ts'
import { itemSize } from './item-size.ts'
import { readTables } from './tables.ts'

const keysOf = (partition: string) => [
  { AttributeName: partition, KeyType: 'HASH' },
  { AttributeName: 'SK', KeyType: 'RANGE' },
]
const indexes = {
  GlobalSecondaryIndexes: [
    { IndexName: 'few', KeySchema: keysOf('F'), Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['name'] } },
  ],
  LocalSecondaryIndexes: [
    { IndexName: 'all', KeySchema: keysOf('PK').with(1, { AttributeName: 'L', KeyType: 'RANGE' }), Projection: { ProjectionType: 'ALL' } },
  ],
}
const [table] = readTables(deploymentOf([sampleTable(indexes)]))
if (!table) throw new Error('the sample has a table')
const s = (length: number) => ({ S: 'x'.repeat(length) })
const base: Item = { PK: s(1), SK: s(1) }
const write = (before: Item | undefined, after: Item | undefined) => transactWriteCapacity([{ table, before, after }], 'INDEXES')[0]
const perIndex = (before: Item | undefined, after: Item | undefined) => {
  const { Table: own, GlobalSecondaryIndexes: global, LocalSecondaryIndexes: local } = write(before, after) ?? {}
  return [own?.CapacityUnits, global?.few?.CapacityUnits, local?.all?.CapacityUnits]
}

// Developer guide, "DynamoDB item sizes and formats".
test.each<[string, Item, number]>([
  ['a string by its UTF-8 bytes', { ä: { S: 'öx' } }, 5],
  ['a number by pairs of its significant digits', { a: { N: '0012300' } }, 4],
  ['a negative number with one more', { a: { N: '-12.5' } }, 5],
  ['a number with an exponent', { a: { N: '1.25E+10' } }, 4],
  ['a binary by its bytes', { a: { B: Buffer.alloc(10).toString('base64') } }, 11],
  ['a boolean and a null by one', { a: { BOOL: true }, b: { NULL: true } }, 4],
  ['sets by their members', { a: { SS: ['ab', 'c'] }, b: { NS: ['1', '22'] }, c: { BS: ['YQ==', 'YWI='] } }, 3 + 3 + 4 + 3],
  ['a list by 3 and 1 more for each member', { a: { L: [{ S: 'a' }, { L: [] }] } }, 1 + 3 + 2 + 4],
  ['a map by 3 and 1 more for each member', { a: { M: { b: { S: 'c' } } } }, 1 + 3 + 1 + 1 + 1],
])('the size of an item counts %s', (_what, item, size) => {
  expect(itemSize(item)).toBe(size)
})

describe('a transaction costs', () => {
  test('twice the larger of the item before and after, by the kilobyte', () => {
    expect(perIndex(undefined, base)).toEqual([2, undefined, undefined])
    expect(perIndex({ ...base, a: s(1100) }, base)).toEqual([4, undefined, undefined])
    expect(perIndex(base, { ...base, a: s(2100) })).toEqual([6, undefined, undefined])
    expect(perIndex({ ...base, a: s(1100) }, undefined)).toEqual([4, undefined, undefined])
  })

  test('twice each index entry that appears, disappears or changes', () => {
    const indexed = { ...base, F: s(1), L: s(1) }
    expect(perIndex(undefined, indexed)).toEqual([2, 2, 2])
    expect(perIndex(indexed, undefined)).toEqual([2, 2, 2])
    expect(perIndex(indexed, indexed)).toEqual([2, undefined, undefined])
    expect(perIndex(indexed, { ...indexed, other: s(1) })).toEqual([2, undefined, 2])
    expect(perIndex(indexed, { ...indexed, name: s(1100) })).toEqual([4, 4, 4])
  })

  test('a deletion and a new entry where the key of an index changes', () => {
    expect(perIndex({ ...base, F: s(1) }, { ...base, F: s(2) })).toEqual([2, 4, undefined])
  })

  test('the sum over its items, reported whole or by index', () => {
    const touched = [base, { ...base, F: s(1) }].map((after) => ({ table, before: undefined, after }))
    expect(transactWriteCapacity(touched, 'TOTAL')).toEqual([{ TableName: table.name, CapacityUnits: 6, WriteCapacityUnits: 6 }])
    expect(transactWriteCapacity(touched, 'INDEXES')).toEqual([
      {
        TableName: table.name,
        CapacityUnits: 6,
        WriteCapacityUnits: 6,
        Table: { CapacityUnits: 4, WriteCapacityUnits: 4 },
        GlobalSecondaryIndexes: { few: { CapacityUnits: 2, WriteCapacityUnits: 2 } },
      },
    ])
  })
})
