import { serve } from '../../shared/serve/serve.ts'
import { listUserHistory } from './contract.ts'
import { toUserEvent } from './present-event.ts'
import { findEvents, users } from './user-store.ts'

/** What happened to a removed user is still told. */
export const handler = serve(listUserHistory, { resource: users, deleted: 'allowed' }, async ({ resource, query, tenant }) => {
  const { items, nextCursor } = await findEvents(tenant, resource.id, query)
  return { items: items.map(toUserEvent), nextCursor }
})
