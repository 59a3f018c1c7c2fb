import type { Item, Table } from './table.ts'

/** One page after the other, to the end; whoever has enough stops asking. */
export async function* eachPage<T, Place>(
  read: (after: Place | undefined) => Promise<{ items: T[]; next?: Place | null | undefined }>,
): AsyncGenerator<T[]> {
  let after: Place | undefined
  do {
    const { items, next } = await read(after)
    yield items
    after = next ?? undefined
  } while (after !== undefined)
}

/** The pages of a query, each of 1 MB at most, whatever its limit. */
export const queryPages = (table: Pick<Table, 'query'>, input: Parameters<Table['query']>[0]): AsyncGenerator<Item[]> =>
  eachPage(async (after: Item | undefined) => {
    const { items, lastKey } = await table.query({ ...input, ...(after ? { ExclusiveStartKey: after } : {}) })
    return { items, next: lastKey }
  })

/** What stands on the pages, or so much of it as is enough. */
export async function collect<T>(pages: AsyncIterable<T[]>, enough = Number.POSITIVE_INFINITY): Promise<T[]> {
  const items: T[] = []
  for await (const page of pages) {
    items.push(...page)
    if (items.length >= enough) break
  }
  return items.slice(0, enough)
}

interface Part<T> {
  items: T[]
  nextCursor: string | null
}

/** A page of what remains of others, read on until it is full: for short lists, of which some may not be shown. After so many trips it may be short. */
export async function fullPage<T>(
  read: (page: { limit: number; cursor: string | undefined }) => Promise<Part<T>>,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
  trips = 8,
): Promise<Part<T>> {
  const items: T[] = []
  let next: string | null = cursor ?? null
  for (let trip = 0; trip === 0 || (next !== null && items.length < limit && trip < trips); trip++) {
    const part = await read({ limit: limit - items.length, cursor: next ?? undefined })
    items.push(...part.items)
    next = part.nextCursor
  }
  return { items, nextCursor: next }
}

/** A whole partition, strongly consistent: for one that stays small. */
export const readAll = (table: Pick<Table, 'query'>, pk: string): Promise<Item[]> =>
  collect(queryPages(table, { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': pk }, ConsistentRead: true }))
