import type { Entity, Versioned } from './entity.ts'
import { INDEXES, tenantPartition } from './keys.ts'
import type { Item } from './table.ts'

const INTERNAL = new Set(['pk', 'sk', 'ttl', 'feed', ...INDEXES.flatMap((index) => [`${index}pk`, `${index}sk`])])

/** A stored item without its keys and index attributes. */
export const strip = <T>(item: Item): T => Object.fromEntries(Object.entries(item).filter(([name]) => !INTERNAL.has(name))) as T

/** An aggregate's item as it is stored. */
export function toItem<T extends Versioned>(entity: Entity<T>, value: T): Item {
  const item: Item = { ...(value as Item), ...entity.keyOf(value) }
  for (const [index, [partition, sort]] of Object.entries(entity.indexes?.(value) ?? {}) as [string, [string, string]][]) {
    item[`${index}pk`] = tenantPartition(value.organizationId, partition)
    item[`${index}sk`] = sort
  }
  const expires = entity.expires?.(value)
  return expires === undefined ? item : { ...item, ttl: expires }
}
