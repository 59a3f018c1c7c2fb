import * as z from 'zod'
import type { Due } from '../shared/due/due.ts'
import { Conflict } from '../shared/store/commit.ts'
import { dueClosingPartition, type Key } from '../shared/store/keys.ts'
import { meter } from '../shared/store/meter.ts'
import type { Item } from '../shared/store/table.ts'
import { openTenant } from '../shared/store/tenant.ts'
import { remove, signal } from '../shared/store/writes.ts'
import { isDueKind } from './known.ts'
import { closingDue } from './organizations.ts'

/** An item of the old partition, which stands there for 72 hours at most; it goes with `dueClosingPartition`. */
interface OldClosing {
  organizationId: string
  closesAt: string
}

function fromOldClosing({ organizationId, closesAt }: OldClosing, run: string): Due {
  const { name: kind, version } = closingDue
  const data = JSON.stringify({ dueAt: closesAt })
  return { kind, version, organizationId, ref: organizationId, at: closesAt, data, correlationId: run }
}

/** As it was read; those of the old partition have no data. */
const isUnchanged = (data: unknown) => ({
  expression: 'attribute_exists(pk) AND (attribute_not_exists(#data) OR #data = :data)',
  names: { '#data': 'data' },
  values: { ':data': data },
})

/** Its schema was asked when it was kept. */
const AS_KEPT = z.record(z.string(), z.unknown())

/** Items say what they are, and many functions keep some: of whatever is no due kind, none may make an event. */
function eventOf({ kind, version, ref, data }: Due) {
  if (!isDueKind(kind)) throw new Error(`No context states the due kind ${kind}.`)
  const aggregate = { type: kind.slice(0, kind.indexOf('.')), id: ref }
  return signal({ event: { name: kind, version, data: AS_KEPT }, aggregate, data: JSON.parse(data) })
}

const system = { actorId: 'system', actorKind: 'system' as const, actorName: 'Tessera' }

/**
 * Takes an item away and tells its event, in one transaction. Says whether it did: not where somebody was faster, be it another run or
 * whoever cancelled it or put another in its place.
 */
export async function handOut(item: Item, now: string, run: string): Promise<boolean> {
  const due = item.pk === dueClosingPartition ? fromOldClosing(item as unknown as OldClosing, run) : (item as unknown as Due)
  const metadata = { ...system, correlationId: due.correlationId, requestId: run, source: 'events-due' }
  const tenant = openTenant({ id: due.organizationId, meter: meter(), now, metadata })
  try {
    await tenant.note([remove(item as unknown as Key, isUnchanged(due.data)), eventOf(due)])
    return true
  } catch (error) {
    if (error instanceof Conflict) return false
    throw error
  }
}
