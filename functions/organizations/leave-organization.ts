import { serve } from '../../shared/serve/serve.ts'
import { save } from '../../shared/store/writes.ts'
import { endSessions, isLive, putMembership, sessionsOf } from '../identity/reads.ts'
import { leave, type User, users } from '../users/reads.ts'
import { leaveOrganization } from './contract.ts'

/** One transaction takes no more; a reaction ends what is left, which opens nothing here any more. */
const AT_ONCE = 45

export const handler = serve(leaveOrganization, async ({ tenant, principal, lookups, now }) => {
  const all = await sessionsOf(lookups, principal.id)
  const begunHere = all.filter((session) => session.organizationId === tenant.id && isLive(session, now))
  const left = leave(principal as User, now)
  return tenant.commit([
    save(users, left),
    putMembership(left.after),
    ...endSessions(begunHere.slice(0, AT_ONCE), 'left the organization', now),
  ])
})
