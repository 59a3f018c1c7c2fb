import { config } from '../config.ts'
import type { Page } from '../endpoint.ts'
import { problem } from '../errors.ts'
import { type DomainEvent, type EventMetadata, fromRecord } from '../event.ts'
import { Conflict, transact } from './commit.ts'
import type { CursorBinding } from './cursor.ts'
import type { Entity, Versioned } from './entity.ts'
import { eventKey, type Key, tenantPartition } from './keys.ts'
import type { Meter } from './meter.ts'
import { type ListOptions, readPage } from './page.ts'
import { collect, queryPages } from './pages.ts'
import type { Write } from './part.ts'
import { strip } from './stored-item.ts'
import { type Item, type Table, tableFor } from './table.ts'

/** The way to one tenant's data: no key made here, and no credentials used here, reach another's. */
export interface Tenant {
  readonly id: string
  get<T extends Versioned>(entity: Entity<T>, id: string): Promise<T | undefined>
  /** One strongly consistent batch, in the order of the keys. */
  read<T = Item>(...keys: Key[]): Promise<(T | undefined)[]>
  /** Up to 100 items as they stood together at one moment, in the order of the keys. */
  snapshot<T = Item>(...keys: Key[]): Promise<(T | undefined)[]>
  list<T>(options: ListOptions<T>): Promise<Page<T>>
  /** An aggregate's stored events, oldest first. */
  events(entity: { name: string }, id: string, options?: { from?: number; limit?: number }): Promise<DomainEvent[]>
  /** Writes all or nothing, the idempotency record with it; gives back the answer that it recorded. */
  commit<R = undefined>(writes: Write | readonly Write[], reply?: R): Promise<R>
  /** Writes what is no answer to the request, such as the trace of a refusal: without the idempotency record. */
  note(writes: Write | readonly Write[]): Promise<void>
}

export interface TenantOptions {
  id: string
  meter: Meter
  now: string
  metadata: EventMetadata
  cursor?: Omit<CursorBinding, 'tenant'>
  /** Adds the request's own record (idempotency) to every commit. */
  alongside?: (reply: unknown) => Write[]
  /** Meets a failed condition of those records first: throws what it means for this request. */
  onConflict?: (stored: Record<string, unknown> | undefined) => never
}

const noCursor = { key: '', list: '' }
const LAST_EVENT = 'EVENT#9999999999'

export function openTenant(options: TenantOptions, table: Table = tableFor(options.id, options.meter)): Tenant {
  const { id, now, metadata } = options
  const read = async <T>(keys: Key[]) => (await table.read(keys)).map((item) => (item ? strip<T>(item) : undefined))
  return {
    id,
    read: <T>(...keys: Key[]) => read<T>(keys),
    snapshot: async <T>(...keys: Key[]) => (await table.snapshot(keys)).map((item) => (item ? strip<T>(item) : undefined)),
    async get<T extends Versioned>(entity: Entity<T>, itemId: string) {
      const key = entity.keyOf({ id: itemId, organizationId: id } as Pick<T, 'id' | 'organizationId'> & Partial<T>)
      return (await read<T>([key]))[0]
    },
    list: (list) => readPage(table, id, list, { ...(options.cursor ?? noCursor), tenant: id }),
    async events(entity, aggregateId, { from = 1, limit = 1_000 } = {}) {
      const partition = tenantPartition(id, entity.name, aggregateId)
      const pages = queryPages(table, {
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':pk': partition, ':from': eventKey(partition, from).sk, ':to': LAST_EVENT },
        ConsistentRead: true,
        Limit: limit,
      })
      return (await collect(pages, limit)).map(fromRecord)
    },
    async commit<R = undefined>(writes: Write | readonly Write[], reply?: R) {
      const context = { tableName: config.tableName, organizationId: id, now, metadata }
      // First, so that a concurrent duplicate meets the record of its twin and not what the twin has just written.
      const alongside = options.alongside?.(reply) ?? []
      try {
        await transact(table, context, [...alongside, ...[writes].flat()])
      } catch (error) {
        if (!(error instanceof Conflict)) throw error
        if (error.index < alongside.length) options.onConflict?.(error.stored)
        throw problem(error.kind, { cause: error })
      }
      return reply as R
    },
    note: (writes) => transact(table, { tableName: config.tableName, organizationId: id, now, metadata }, [writes].flat()),
  }
}
