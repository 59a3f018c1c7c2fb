import { isProblem } from '../../shared/errors.ts'
import { react, reaction } from '../../shared/react.ts'
import { toEntry } from './audit-entry.ts'
import { putEntry } from './audit-store.ts'

export const rule = reaction('audit/on-any-event', {
  on: 'every event',
  summary: 'Writes the audit entry of every event.',
  writes: ['AUDIT'],
  batchSize: 10,
})

/** Each entry by itself, for half of what it costs in a transaction with others. That it is there already is what a second delivery finds. */
export const handler = react(rule, async ({ event, tenant }) => {
  await tenant.commit(putEntry(tenant.id, toEntry(event))).catch((error) => {
    if (!isProblem(error, 'CONFLICT')) throw error
  })
})
