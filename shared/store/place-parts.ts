import type { Change, Entity, Place, Versioned } from './entity.ts'
import { itemKey } from './keys.ts'
import type { Part, WriteContext } from './part.ts'

/** What lies in something is counted there, in the transaction that brings or takes it. */

/** How many more of these lie in each place, of those where it is not the same number. */
function arrivals<T extends Versioned>({ id }: Place<T>, changes: readonly Change<T>[]): [placeId: string, by: number][] {
  const by = new Map<string, number>()
  const count = (item: T | undefined, n: number) => {
    const placeId = item && !item.deletedAt ? id(item) : undefined
    if (placeId !== undefined) by.set(placeId, (by.get(placeId) ?? 0) + n)
  }
  for (const { before, after } of changes) {
    count(before, -1)
    count(after, 1)
  }
  return [...by].filter(([, n]) => n !== 0)
}

/** Counts what comes to lie in a place, or leaves it. Who comes finds it there. */
export function placeParts<T extends Versioned>({ liesIn }: Entity<T>, changes: readonly Change<T>[], context: WriteContext): Part[] {
  if (!liesIn) return []
  return arrivals(liesIn, changes).map(([placeId, by]) => ({
    item: {
      Update: {
        TableName: context.tableName,
        Key: itemKey(context.organizationId, liesIn.entity, placeId),
        UpdateExpression: 'ADD #counted :by',
        ConditionExpression: by > 0 ? 'attribute_exists(pk) AND attribute_not_exists(deletedAt)' : 'attribute_exists(pk)',
        ExpressionAttributeNames: { '#counted': liesIn.counted },
        ExpressionAttributeValues: { ':by': by },
      },
    },
    conflict: liesIn.unknown,
  }))
}
