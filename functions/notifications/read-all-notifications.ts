import { serve } from '../../shared/serve/serve.ts'
import { readAllNotifications } from './contract.ts'
import { markAllRead } from './notification-store.ts'

export const handler = serve(readAllNotifications, ({ tenant, actor, now }) => tenant.commit(markAllRead(tenant.id, actor.id, now)))
