import { find } from '../../shared/resource/find.ts'
import { lists } from '../../shared/resource/verbs.ts'
import { fullPage } from '../../shared/store/pages.ts'
import { accessRequests, toAccessRequest } from './access-request.ts'
import { listAccessRequests } from './contract.ts'
import { mayDecide } from './deciding.ts'

export const handler = lists(
  listAccessRequests,
  async ({ query: { view, ...page }, tenant, principal, access, now }) => {
    if (view === 'own') return find(tenant, accessRequests, { ...page, order: 'descending', by: { REQUESTER: principal.id } })
    return fullPage(async (part) => {
      const { items, nextCursor } = await find(tenant, accessRequests, { ...part, order: 'descending', by: { STATUS: 'pending' } })
      const mine = await access.ask((policy) => items.filter((each) => mayDecide({ ...access, policy, now }, each)))
      return { items: mine, nextCursor }
    }, page)
  },
  toAccessRequest,
)
