import type { Page } from '../endpoint.ts'
import { type CursorBinding, openCursor, sealCursor } from '../store/cursor.ts'

/** A page of what is few enough to be read whole, by id ascending; a cursor holds the last id that was shown. */
export function pageOf<T extends { id: string }>(
  all: readonly T[],
  { limit, cursor }: { limit: number; cursor?: string | undefined },
  binding: CursorBinding,
): Page<T> {
  const after = cursor === undefined ? '' : openCursor<string>(binding, cursor)
  const rest = all.filter(({ id }) => id > after).toSorted((one, other) => (one.id < other.id ? -1 : 1))
  const items = rest.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: last && rest.length > limit ? sealCursor(binding, last.id) : null }
}
