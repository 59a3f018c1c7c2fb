import { accessRequestDue } from '../../events/access-requests.ts'
import { react, reaction } from '../../shared/react.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import { save } from '../../shared/store/writes.ts'
import { accessRequests, expire } from './access-request.ts'

export const rule = reaction('access-requests/on-access-request-due', {
  on: [accessRequestDue],
  summary: 'Writes down that nobody decided in time about access that somebody asked for.',
  writes: ['ACCESS_REQUEST'],
})

export const handler = react(rule, ({ event, tenant, now }) =>
  retryConflicts(async () => {
    const request = await tenant.get(accessRequests, event.aggregateId)
    const change = request && expire(request, now)
    if (change) await tenant.commit(save(accessRequests, change))
  }),
)
