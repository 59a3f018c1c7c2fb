import { find } from '../../shared/resource/find.ts'
import { lists } from '../../shared/resource/verbs.ts'
import { accessRequests, toAccessRequest } from './access-request.ts'
import { listAccessRequests } from './contract.ts'
import { mayDecide } from './deciding.ts'

export const handler = lists(
  listAccessRequests,
  async ({ query: { view, ...page }, tenant, principal, access, now }) => {
    const wanted = { ...page, order: 'descending' as const }
    if (view === 'own') return find(tenant, accessRequests, { ...wanted, by: { REQUESTER: principal.id } })
    const { items, nextCursor } = await find(tenant, accessRequests, { ...wanted, by: { STATUS: 'pending' } })
    const mine = await access.ask((policy) => items.filter((each) => mayDecide({ ...access, policy, now }, each)))
    return { items: mine, nextCursor }
  },
  toAccessRequest,
)
