import type { Entity, Versioned } from './entity.ts'
import { INDEXES, tenantPartition } from './keys.ts'
import type { Item } from './table.ts'

const INTERNAL = new Set(['pk', 'sk', 'ttl', 'feed', ...INDEXES.flatMap((index) => [`${index}pk`, `${index}sk`])])

/** Of an item in DynamoDB's own notation, what it holds: neither what finds it nor what cleans it away. */
export const formOf = (attributes: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(attributes).filter(([name]) => !INTERNAL.has(name)))

/** An attribute of this prefix holds its value as JSON text. */
const TEXT = 'json:'

/**
 * Fields as JSON text, for values whose shape a caller decides: the marshaller tells types by their shape (`constructor.name`), so it would
 * take some of them for what they are not.
 */
export const asText = (fields: Item): Item =>
  Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[TEXT + name, JSON.stringify(value)]])))

/** A stored item without its keys and index attributes, and with the values of what is kept as text. */
export const strip = <T>(item: Item): T =>
  Object.fromEntries(
    Object.entries(item)
      .filter(([name]) => !INTERNAL.has(name))
      .map(([name, value]) => (name.startsWith(TEXT) ? [name.slice(TEXT.length), JSON.parse(String(value))] : [name, value])),
  ) as T

/** An aggregate's item as it is stored. */
export function toItem<T extends Versioned>(entity: Entity<T>, value: T): Item {
  const freeForm = new Set<string>(entity.freeForm)
  const fields = Object.entries(value)
  const typed = Object.fromEntries(fields.filter(([name]) => !freeForm.has(name)))
  const text = asText(Object.fromEntries(fields.filter(([name]) => freeForm.has(name))))
  const item: Item = { ...typed, ...text, ...entity.keyOf(value) }
  for (const [index, [partition, sort]] of Object.entries(entity.indexes?.(value) ?? {}) as [string, [string, string]][]) {
    item[`${index}pk`] = tenantPartition(value.organizationId, partition)
    item[`${index}sk`] = sort
  }
  const expires = entity.expires?.(value)
  return expires === undefined ? item : { ...item, ttl: expires }
}
