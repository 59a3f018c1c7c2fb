import { endSessions, SESSIONS_A_TRANSACTION } from '../../shared/identity/session-store.ts'
import { serve } from '../../shared/serve/serve.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import { endUserSessions } from './contract.ts'
import { requireAsMighty } from './granting.ts'
import { liveHere } from './shut-out.ts'
import { users } from './user-store.ts'

/** As often as they may renew one at the same moment. */
const MAX_TRIES = 5

export const handler = serve(endUserSessions, { resource: users }, async (call) => {
  const { resource, tenant, now } = call
  await requireAsMighty(call, resource, 'end the sessions of')
  const endNewest = async () => {
    const live = await liveHere(call, resource.id)
    if (live.length > 0) await tenant.commit(endSessions(live, 'ended by an administrator', now))
    return live.length
  }
  let ended: number
  do ended = await retryConflicts(endNewest, MAX_TRIES)
  while (ended === SESSIONS_A_TRANSACTION)
  return undefined
})
