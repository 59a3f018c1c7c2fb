import type { Endpoint } from '../endpoint.ts'
import { problem } from '../errors.ts'
import type { EventMetadata } from '../event.ts'
import type { Versioned } from '../store/entity.ts'
import type { Key } from '../store/keys.ts'
import { strip } from '../store/stored-item.ts'
import { type Item, type Table, tableFor } from '../store/table.ts'
import { openTenant, type Tenant } from '../store/tenant.ts'
import { answerOf } from './answer.ts'
import type { Base, ServeOptions } from './call.ts'
import { type Idempotency, idempotencyOf } from './idempotency.ts'
import { resourceKeyOf } from './resource.ts'

/** The tenant that a request acts in, and what it looks at there beside what admits the caller. */
export interface Site {
  tenantId: string
  table: Table
  idempotency: Idempotency | undefined
  resourceKey: Key | undefined
}

export interface Found {
  /** What an earlier request with the same key left. */
  earlier: Item | undefined
  resource: Versioned | undefined
}

export const siteOf = (
  contract: Endpoint,
  base: Base,
  tenantId: string,
  caller: string,
  options: ServeOptions<Versioned> | undefined,
): Site => ({
  tenantId,
  table: tableFor(tenantId, base.meter),
  idempotency: idempotencyOf(contract, base, tenantId, caller),
  resourceKey: resourceKeyOf(contract, base, tenantId, options),
})

/** What a request reads of its site, within one batch. */
export const keysOf = ({ idempotency, resourceKey }: Site): Key[] => [
  ...(idempotency ? [idempotency.key] : []),
  ...(resourceKey ? [resourceKey] : []),
]

/** What was read by these keys. */
export function foundAt({ idempotency, resourceKey }: Site, items: readonly (Item | undefined)[]): Found {
  const resource = resourceKey && items.at(-1)
  return { earlier: idempotency && items[0], resource: resource && strip<Versioned>(resource) }
}

/** The handler's way to the site: its commits carry the idempotency record, its cursors are bound to this list. */
export function openSite(contract: Endpoint, base: Base, site: Site, cursorKey: string, metadata: EventMetadata): Tenant {
  const { tenantId, table, idempotency } = site
  const { cursor: _cursor, limit: _limit, ...filters } = (base.query ?? {}) as Record<string, unknown>
  const list = `${contract.route}?${JSON.stringify([base.params, Object.entries(filters).sort()])}`
  return openTenant(
    {
      ...{ id: tenantId, meter: base.meter, now: base.now, metadata },
      cursor: { key: cursorKey, list },
      ...(idempotency ? { alongside: (reply: unknown) => [idempotency.record(answerOf(contract, reply, base))] } : {}),
      onConflict: (stored) => {
        idempotency?.meet(stored)
        throw problem('REQUEST_IN_PROGRESS')
      },
    },
    table,
  )
}
