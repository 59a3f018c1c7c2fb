import { isProblem } from '../../shared/errors.ts'
import { react, reaction } from '../../shared/react.ts'
import { toEntry } from './audit-entry.ts'
import { putEntry, putRows } from './audit-store.ts'

export const rule = reaction('audit/on-any-event', {
  on: 'every event',
  summary: 'Writes the audit entry of every event.',
  writes: ['AUDIT'],
  batchSize: 10,
})

/**
 * Each entry by itself, for half of what it costs in a transaction with others. What lists it comes first, so that an entry which is there is
 * listed, whatever stopped the function between; that it is there already is what a second delivery finds.
 */
export const handler = react(rule, async ({ event, tenant }) => {
  const entry = toEntry(event)
  await Promise.all(putRows(tenant.id, entry).map((row) => tenant.commit(row)))
  await tenant.commit(putEntry(tenant.id, entry)).catch((error) => {
    if (!isProblem(error, 'CONFLICT')) throw error
  })
})
