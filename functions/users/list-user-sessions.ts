import { newestFirst, viewOf } from '../../shared/identity/session.ts'
import { sessionsOf } from '../../shared/identity/session-store.ts'
import { serve } from '../../shared/serve/serve.ts'
import { listUserSessions } from './contract.ts'
import { users } from './user-store.ts'

export const handler = serve(listUserSessions, { resource: users }, async ({ resource, lookups, organization, session, now }) => {
  const begunHere = (await sessionsOf(lookups, resource.id)).filter(({ organizationId }) => organizationId === organization.id)
  return { items: begunHere.sort(newestFirst).map((each) => viewOf(each, now, session.id)), nextCursor: null }
})
