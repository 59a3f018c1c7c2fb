import { serve } from '../../shared/serve/serve.ts'
import { listNotifications } from './contract.ts'
import { toView } from './inbox-text.ts'
import { inboxPage } from './notification-store.ts'

export const handler = serve(listNotifications, async ({ query, tenant, actor, principal, now }) => {
  const { items, nextCursor } = await inboxPage(tenant, { ...query, userId: actor.id, now })
  return { items: items.map((notification) => toView(notification, principal.locale)), nextCursor }
})
