import { serve } from '../../shared/serve/serve.ts'
import { endSessions, isLive, sessionsOf } from '../identity/reads.ts'
import { endUserSessions } from './contract.ts'
import { users } from './user-store.ts'

/** One transaction takes no more; a person seldom has as many. */
const AT_ONCE = 45

export const handler = serve(endUserSessions, { resource: users }, async ({ resource, lookups, tenant, organization, now }) => {
  const all = await sessionsOf(lookups, resource.id)
  const live = all.filter((session) => session.organizationId === organization.id && isLive(session, now))
  for (let from = 0; from < live.length; from += AT_ONCE) {
    await tenant.commit(endSessions(live.slice(from, from + AT_ONCE), 'ended by an administrator', now))
  }
  return undefined
})
