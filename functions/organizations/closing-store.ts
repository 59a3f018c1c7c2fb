import { dueClosingPartition, dueKey } from '../../shared/store/keys.ts'
import type { Item, Table } from '../../shared/store/table.ts'
import { put, remove, type Write } from '../../shared/store/writes.ts'
import type { Organization } from './organization.ts'

/** `DUE#CLOSING` / `<closesAt>#<org>`: an organization that is to be closed at that moment. */
export interface Due {
  organizationId: string
  closesAt: string
}

const keyOf = ({ organizationId, closesAt }: Due) => dueKey('CLOSING', closesAt, organizationId)
const dueOf = ({ id, closesAt = '' }: Organization): Due => ({ organizationId: id, closesAt })

export const keepDue = (organization: Organization): Write => put(keyOf(dueOf(organization)), { ...dueOf(organization) })
export const dropDue = (organization: Organization): Write => remove(keyOf(dueOf(organization)))
export const drop = (due: Due): Write => remove(keyOf(due))

/** Those whose moment has come, the earliest first; a page, and where the next one begins. */
export async function findDue(lookups: Pick<Table, 'query'>, now: string, limit: number, after?: Item) {
  const { items, lastKey } = await lookups.query({
    KeyConditionExpression: 'pk = :pk AND sk < :end',
    // Behind every organization of this very moment: `$` follows `#`.
    ExpressionAttributeValues: { ':pk': dueClosingPartition, ':end': `${now}$` },
    Limit: limit,
    ...(after ? { ExclusiveStartKey: after } : {}),
  })
  return { due: items as unknown as Due[], next: lastKey }
}
