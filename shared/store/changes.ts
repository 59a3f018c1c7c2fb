import { isDeepStrictEqual } from 'node:util'

/** `{ field: { old, new } }`; a side that did not or does not exist is absent. */
export type Changes = Record<string, { old?: unknown; new?: unknown }>

/** Told by the event itself: its number and its time. */
const DERIVED = new Set(['version', 'updatedAt'])

/** What differs between two states of an aggregate, compared by structure; `undefined` before is a creation. */
export function diff(before: object | undefined, after: object): Changes {
  const old = (before ?? {}) as Record<string, unknown>
  const now = after as Record<string, unknown>
  const changes: Changes = {}
  for (const field of new Set([...Object.keys(old), ...Object.keys(now)])) {
    if (DERIVED.has(field) || isDeepStrictEqual(old[field], now[field])) continue
    changes[field] = {
      ...(old[field] === undefined ? {} : { old: old[field] }),
      ...(now[field] === undefined ? {} : { new: now[field] }),
    }
  }
  return changes
}

export interface Folded {
  version: number
  timestamp: string
  changes: Changes
}

/** The item that a gapless run of its events, from the first, gives. Throws when one is missing. */
export function fold<T extends object>(events: readonly Folded[]): T {
  const item: Record<string, unknown> = {}
  let expected = 1
  for (const event of events) {
    if (event.version !== expected++) throw new Error(`Event ${expected - 1} is missing: found ${event.version}.`)
    for (const [field, change] of Object.entries(event.changes)) {
      if (change.new === undefined) delete item[field]
      else item[field] = change.new
    }
    item.version = event.version
    item.updatedAt = event.timestamp
  }
  return item as unknown as T
}
