import type { Endpoint } from '../endpoint.ts'
import { problem } from '../errors.ts'
import type { EventMetadata } from '../event.ts'
import type { Versioned } from '../store/entity.ts'
import type { Key } from '../store/keys.ts'
import { strip } from '../store/stored-item.ts'
import { type Item, type Table, tableFor } from '../store/table.ts'
import { openTenant, type Tenant } from '../store/tenant.ts'
import { answerOf } from './answer.ts'
import type { Base, SignedRequest } from './call.ts'
import { type Idempotency, idempotencyOf } from './idempotency.ts'
import { resourceKeyOf } from './resource.ts'

/** The tenant that a request acts in, and what it looks at there beside what admits the caller. */
export interface Site {
  tenantId: string
  table: Table
  idempotency: Idempotency | undefined
  resourceKey: Key | undefined
}

/** What stands at a site, by name. */
export interface Found {
  /** What an earlier request with the same key left. */
  earlier: Item | undefined
  resource: Versioned | undefined
}

export const siteOf = ({ contract, base, options }: SignedRequest, tenantId: string, caller: string): Site => ({
  tenantId,
  table: tableFor(tenantId, base.meter),
  idempotency: idempotencyOf(contract, base, tenantId, caller),
  resourceKey: resourceKeyOf(contract, base, tenantId, options),
})

/** What a request reads of its site, within one batch. */
export const keysAt = ({ idempotency, resourceKey }: Site) => ({ earlier: idempotency?.key, resource: resourceKey })

/** What was read by these keys, or stands for the id of the route without being stored. */
export const foundAt = (
  { base, options }: Pick<SignedRequest, 'base' | 'options'>,
  { earlier, resource }: { earlier?: Item; resource?: Item },
): Found => ({
  earlier,
  resource: resource ? strip<Versioned>(resource) : options?.constant?.((base.params as { id?: string } | undefined)?.id ?? ''),
})

/** The name of a list for its cursors: the route with what it was asked, other than which page. */
function listName(contract: Endpoint, { params, query }: Pick<Base, 'params' | 'query'>): string {
  const { cursor: _cursor, limit: _limit, ...filters } = (query ?? {}) as Record<string, unknown>
  return `${contract.route}?${JSON.stringify([params, Object.entries(filters).sort()])}`
}

/** The handler's way to the site: its commits carry the idempotency record, its cursors are bound to this list. */
export function openSite({ contract, base }: SignedRequest, site: Site, cursorKey: string, metadata: EventMetadata): Tenant {
  const { tenantId: id, table, idempotency } = site
  const { meter, now } = base
  return openTenant(
    {
      id,
      meter,
      now,
      metadata,
      cursor: { key: cursorKey, list: listName(contract, base) },
      ...(idempotency ? { alongside: (reply: unknown) => [idempotency.record(answerOf(contract, reply, base))] } : {}),
      onConflict: (stored) => {
        idempotency?.meet(stored)
        throw problem('REQUEST_IN_PROGRESS')
      },
    },
    table,
  )
}
