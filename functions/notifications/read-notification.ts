import { serve } from '../../shared/serve/serve.ts'
import { readNotification } from './contract.ts'
import { markRead } from './notification-store.ts'

export const handler = serve(readNotification, ({ params, tenant, actor, now }) =>
  tenant.commit(markRead(tenant.id, actor.id, params.id, now)),
)
