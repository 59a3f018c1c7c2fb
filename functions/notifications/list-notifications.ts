import { serve } from '../../shared/serve/serve.ts'
import { listNotifications } from './contract.ts'
import { inboxPage } from './notification-store.ts'

export const handler = serve(listNotifications, ({ query, tenant, actor, now }) => inboxPage(tenant, { ...query, userId: actor.id, now }))
