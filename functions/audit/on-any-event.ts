import { isDeepStrictEqual } from 'node:util'
import { isProblem } from '../../shared/errors.ts'
import { react, reaction } from '../../shared/react.ts'
import { Conflict } from '../../shared/store/commit.ts'
import { strip } from '../../shared/store/writes.ts'
import { logger, MetricUnit, metrics } from '../../shared/telemetry.ts'
import { type AuditEntry, toEntry } from './audit-entry.ts'
import { fromStored, putEntry, putRows, type StoredEntry } from './audit-store.ts'

export const rule = reaction('audit/on-any-event', {
  on: 'every event',
  summary: 'Writes the audit entry of every event.',
  writes: ['AUDIT'],
  batchSize: 10,
})

/** What stands there is mostly this very entry. Another was put there by somebody who may write the table, ahead of us: it is sealed as if it were ours. */
function told(entry: AuditEntry, { cause }: Error): void {
  const stored = cause instanceof Conflict ? cause.stored : undefined
  if (!stored || isDeepStrictEqual(fromStored(strip<StoredEntry>(stored)), entry)) return
  logger.error('Something else stands on record in the place of an event', {
    entryId: entry.id,
    eventId: entry.eventId,
    type: entry.action,
  })
  metrics.addMetric('audit_entries_contested', MetricUnit.Count, 1)
  metrics.publishStoredMetrics()
}

/**
 * Each entry by itself, for half of what it costs in a transaction with others. What lists it comes first, so that an entry which is there is
 * listed, whatever stopped the function between; that it is there already is what a second delivery finds.
 */
export const handler = react(rule, async ({ event, tenant }) => {
  const entry = toEntry(event)
  await Promise.all(putRows(tenant.id, entry).map((row) => tenant.commit(row)))
  await tenant.commit(putEntry(tenant.id, entry)).catch((error) => {
    if (!isProblem(error, 'CONFLICT')) throw error
    told(entry, error)
  })
})
