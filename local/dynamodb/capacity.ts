import type { Item } from './expressions.ts'
import { itemSize } from './item-size.ts'
import type { Index, KeyElement, Table } from './tables.ts'

/** One item that a transaction writes or checks, as it was before and after. */
export interface Touched {
  table: Table
  before: Item | undefined
  after: Item | undefined
}

export interface Consumed {
  TableName: string
  CapacityUnits: number
  ReadCapacityUnits?: number
  WriteCapacityUnits?: number
  Table?: { CapacityUnits: number }
  LocalSecondaryIndexes?: Record<string, { CapacityUnits: number }>
  GlobalSecondaryIndexes?: Record<string, { CapacityUnits: number }>
}

const units = (item: Item | undefined, blockBytes: number): number => Math.max(1, Math.ceil(itemSize(item ?? {}) / blockBytes))

/** Write capacity of a transaction: twice that of the single writes, in the table and in every index whose entry changes. */
export function transactWriteCapacity(touched: Touched[], detail: string): Consumed[] {
  return byTable(touched, ({ table, before, after }) => ({
    table: 2 * Math.max(units(before, 1024), units(after, 1024)),
    global: indexUnits(table, table.globalIndexes, before, after),
    local: indexUnits(table, table.localIndexes, before, after),
  })).map(({ name, ...parts }) => report(name, parts, 'WriteCapacityUnits', detail))
}

/** Read capacity of one table's part of a batch, in which every read by key counts for the table itself. */
export const batchCapacity = (name: string, units: number, detail: string): Consumed =>
  report(name, { table: units, global: {}, local: {} }, undefined, detail)

interface Parts {
  table: number
  global: Record<string, number>
  local: Record<string, number>
}

function byTable(touched: Touched[], cost: (one: Touched) => Parts): Array<Parts & { name: string }> {
  const sums = new Map<string, Parts>()
  for (const one of touched) {
    const sum = sums.get(one.table.name) ?? { table: 0, global: {}, local: {} }
    const { table, global, local } = cost(one)
    sums.set(one.table.name, { table: sum.table + table, global: added(sum.global, global), local: added(sum.local, local) })
  }
  return [...sums].map(([name, parts]) => ({ name, ...parts }))
}

function added(left: Record<string, number>, right: Record<string, number>): Record<string, number> {
  const entries = Object.entries(right).map(([name, value]) => [name, (left[name] ?? 0) + value] as const)
  return { ...left, ...Object.fromEntries(entries) }
}

function indexUnits(table: Table, indexes: Index[], before: Item | undefined, after: Item | undefined): Record<string, number> {
  const costs = indexes.map(
    (index) => [index.IndexName, 2 * entryUnits(index, project(table, index, before), project(table, index, after))] as const,
  )
  return Object.fromEntries(costs.filter(([, cost]) => cost > 0))
}

/** An entry whose key changes is deleted and written again; one that stays as it is costs nothing. */
function entryUnits(index: Index, before: Item | undefined, after: Item | undefined): number {
  if (before === undefined || after === undefined) return before || after ? units(before ?? after, 1024) : 0
  if (same(before, after)) return 0
  const key = (item: Item) => Object.fromEntries(index.KeySchema.map(({ AttributeName: name }) => [name, item[name] ?? {}]))
  if (same(key(before), key(after))) return Math.max(units(before, 1024), units(after, 1024))
  return units(before, 1024) + units(after, 1024)
}

/** The entry that an item has in an index: none if it lacks a key of it. */
function project(table: Table, index: Index, item: Item | undefined): Item | undefined {
  if (!item || index.KeySchema.some(({ AttributeName: name }) => item[name] === undefined)) return undefined
  if (index.Projection.ProjectionType === 'ALL') return item
  const names = [...index.KeySchema, ...table.keys].map((key: KeyElement) => key.AttributeName)
  const kept = new Set([...names, ...(index.Projection.NonKeyAttributes ?? [])])
  return Object.fromEntries(Object.entries(item).filter(([name]) => kept.has(name)))
}

function same(left: Item, right: Item): boolean {
  const text = (item: Item) => JSON.stringify(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
  return text(left) === text(right)
}

function report(name: string, parts: Parts, unit: 'ReadCapacityUnits' | 'WriteCapacityUnits' | undefined, detail: string): Consumed {
  const counted = (amount: number) => ({ CapacityUnits: amount, ...(unit && { [unit]: amount }) })
  const all = [parts.table, ...Object.values(parts.global), ...Object.values(parts.local)].reduce((sum, each) => sum + each, 0)
  if (detail !== 'INDEXES') return { TableName: name, ...counted(all) }
  const perIndex = (costs: Record<string, number>) =>
    Object.fromEntries(Object.entries(costs).map(([index, amount]) => [index, counted(amount)]))
  return {
    TableName: name,
    ...counted(all),
    Table: counted(parts.table),
    ...(Object.keys(parts.global).length > 0 && { GlobalSecondaryIndexes: perIndex(parts.global) }),
    ...(Object.keys(parts.local).length > 0 && { LocalSecondaryIndexes: perIndex(parts.local) }),
  }
}
