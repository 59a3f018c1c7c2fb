import type { Key } from './keys.ts'
import type { Table } from './table.ts'
import { isRefused } from './table-call.ts'

/** So much of something, and no more; counted by conditional updates, so that any number at once get no further than one after another. */
export interface Budget {
  key: Key
  most: number
  /** When the counter may be cleaned away (RFC 3339). */
  expiresAt: string
}

/** Takes one, before it is used; says whether there was one left. */
export async function reserve(table: Pick<Table, 'update'>, { key, most, expiresAt }: Budget): Promise<boolean> {
  try {
    await table.update({
      Key: { pk: key.pk, sk: key.sk },
      UpdateExpression: 'ADD used :one SET #ttl = :ttl',
      ConditionExpression: 'attribute_not_exists(used) OR used < :most',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':one': 1, ':most': most, ':ttl': Math.ceil(Date.parse(expiresAt) / 1000) },
    })
    return true
  } catch (error) {
    if (isRefused(error)) return false
    throw error
  }
}

/** Gives one back that was not used after all. */
export async function release(table: Pick<Table, 'update'>, { key }: Pick<Budget, 'key'>): Promise<void> {
  await table
    .update({
      Key: { pk: key.pk, sk: key.sk },
      UpdateExpression: 'ADD used :less',
      ConditionExpression: 'used > :none',
      ExpressionAttributeValues: { ':less': -1, ':none': 0 },
    })
    .catch((error: Error) => {
      if (!isRefused(error)) throw error
    })
}
