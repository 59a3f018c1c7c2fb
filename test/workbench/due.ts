import { sweep } from '../../events/due.ts'
import { isDueKind } from '../../events/known.ts'
import { type DomainEvent, fromRecord } from '../../shared/event.ts'
import { dueClosingPartition, duePartitions, type Key, signalKey } from '../../shared/store/keys.ts'
import { meter } from '../../shared/store/meter.ts'
import { type Item, tableFor } from '../../shared/store/table.ts'

async function all({ pk }: Pick<Key, 'pk'>): Promise<Item[]> {
  const items: Item[] = []
  for (let after: Item | undefined, isFirst = true; isFirst || after; isFirst = false) {
    const page = await tableFor(undefined, meter()).query({
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      ConsistentRead: true,
      ...(after ? { ExclusiveStartKey: after } : {}),
    })
    items.push(...page.items)
    after = page.lastKey
  }
  return items
}

/** What waits for its moment, in every organization. */
export const standingDue = async (): Promise<Item[]> =>
  (await Promise.all([...duePartitions, dueClosingPartition].map((pk) => all({ pk })))).flat()

/** What was told as due in an organization on a day. */
export const toldDue = async (organizationId: string, day: string): Promise<DomainEvent[]> =>
  (await all(signalKey(organizationId, day, ''))).map(fromRecord).filter(({ type }) => isDueKind(type))

export async function handOutDue(now: string): Promise<DomainEvent[]> {
  const before = await standingDue()
  await sweep({ clock: () => now, isOver: () => false })
  const left = new Set((await standingDue()).map(({ pk, sk }) => `${pk}#${sk}`))
  const gone = before.filter(({ pk, sk }) => !left.has(`${pk}#${sk}`))
  const tenants = [...new Set(gone.map(({ organizationId }) => String(organizationId)))]
  const told = await Promise.all(tenants.map((id) => toldDue(id, now.slice(0, 10))))
  return told.flat().filter(({ timestamp }) => timestamp === now)
}
