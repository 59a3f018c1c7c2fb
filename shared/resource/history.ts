import type { Page } from '../endpoint.ts'
import { type DomainEvent, fromRecord } from '../event.ts'
import { maskSecrets } from '../mask-secrets.ts'
import type { Item } from '../store/table.ts'
import type { Tenant } from '../store/tenant.ts'

/** A page of an aggregate's stored events, newest first. */
export async function historyOf(
  tenant: Tenant,
  entity: { name: string },
  id: string,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<DomainEvent>> {
  const partitions = [`${entity.name}#${id}`]
  const { items, nextCursor } = await tenant.list<Item>({ ...page, partitions, beginsWith: 'EVENT#', order: 'descending' })
  return { items: items.map(fromRecord), nextCursor }
}

/** A stored event as a history shows it, without the values of secrets. */
export const toHistory = (event: DomainEvent) => ({
  ...event,
  changes: maskSecrets(event.changes),
  actor: { id: event.metadata.actorId, kind: event.metadata.actorKind, name: event.metadata.actorName ?? null },
  requestId: event.metadata.requestId,
  correlationId: event.metadata.correlationId,
})
