import { roleAssignmentDue } from '../../events/access.ts'
import { react, reaction } from '../../shared/react.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import { ending } from './assigning.ts'
import { assignments } from './assignment.ts'
import { holderOf } from './holder.ts'

export const rule = reaction('access/on-assignment-due', {
  on: [roleAssignmentDue],
  summary: 'Takes away what was given for a time that is over, and makes room for something else.',
  writes: ['ROLE_ASSIGNMENT', 'USER', 'GROUP', 'API_KEY'],
})

export const handler = react(rule, ({ event, tenant, now }) =>
  retryConflicts(async () => {
    const assignment = await tenant.get(assignments, event.aggregateId)
    if (!assignment || assignment.deletedAt) return
    await tenant.commit(ending(assignment, await holderOf(tenant, assignment.subject), now))
  }),
)
