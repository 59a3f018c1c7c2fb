import { endSessions, SESSIONS_A_TRANSACTION } from '../../shared/identity/session-store.ts'
import { serve } from '../../shared/serve/serve.ts'
import { isVersionConflict } from '../../shared/store/retry-conflicts.ts'
import { endUserSessions } from './contract.ts'
import { requireAsMighty } from './granting.ts'
import { liveHere } from './shut-out.ts'
import { users } from './user-store.ts'

/** More than a person's sessions come to, and as often as they may renew one at the same moment. */
const MAX_ROUNDS = 5

export const handler = serve(endUserSessions, { resource: users }, async (call) => {
  const { resource, tenant, now } = call
  await requireAsMighty(call, resource, 'end the sessions of')
  for (let round = 1; ; round++) {
    const live = await liveHere(call, resource.id)
    try {
      if (live.length > 0) await tenant.commit(endSessions(live, 'ended by an administrator', now))
      if (live.length < SESSIONS_A_TRANSACTION) return undefined
    } catch (error) {
      if (round >= MAX_ROUNDS || !isVersionConflict(error)) throw error
    }
  }
})
